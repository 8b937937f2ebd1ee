import { random } from "@gatefold/datasets";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  auc,
  backgroundEfficiency,
  classFigures,
  probabilities,
} from "../../src/metrics/classes.js";

const isOne = (labels: readonly number[]) => (row: number) => labels[row] === 1;

/** The definition: over all pairs. */
function auctionOfPairs(scores: readonly number[], labels: readonly number[]): number {
  let [won, pairs] = [0, 0];
  scores.forEach((a, i) => {
    scores.forEach((b, j) => {
      if (labels[i] !== 1 || labels[j] !== 0) return;
      pairs++;
      won += a > b ? 1 : a === b ? 0.5 : 0;
    });
  });
  return won / pairs;
}

describe("AUC", () => {
  it("is the share of pairs in the right order, ties counted half", () => {
    const rng = random(4);
    for (let round = 0; round < 50; round++) {
      const count = 2 + rng.below(30);
      const labels = Array.from({ length: count }, (_, i) => (i < 2 ? i : rng.below(2)));
      // few values, so that there are ties
      const scores = Array.from({ length: count }, () => rng.below(1 + round) / 7);
      expect(auc(scores, isOne(labels))).toBeCloseTo(auctionOfPairs(scores, labels), 14);
    }
  });

  it("is 1, 0 and ½ where it has to be, and no number without both kinds", () => {
    expect(auc([3, 2, 1], isOne([1, 1, 0]))).toBe(1);
    expect(auc([3, 2, 1], isOne([0, 1, 1]))).toBe(0);
    expect(auc([5, 5, 5, 5], isOne([0, 1, 1, 0]))).toBe(0.5);
    expect(auc([1, 2], isOne([1, 1]))).toBeNaN();
  });
});

describe("background at half of the signal", () => {
  it("lies on the line between the points of the curve", () => {
    // positives at 9, 7, 5, 3; negatives at 8, 6, 4, 2: half of the positives are above 7, with one negative of four
    const scores = [9, 8, 7, 6, 5, 4, 3, 2];
    const labels = [1, 0, 1, 0, 1, 0, 1, 0];
    expect(backgroundEfficiency(scores, isOne(labels))).toBe(0.25);
    // three positives: one and a half of them, half way between (1 positive, 1 negative) and (2 positives, 1 negative)
    expect(backgroundEfficiency([9, 8, 7, 6, 5], isOne([1, 0, 1, 0, 1]))).toBe(0.5);
    // a tie of one positive and one negative is crossed on the slant
    expect(backgroundEfficiency([9, 9, 1], isOne([1, 0, 0]))).toBe(0.25);
  });

  it("is nothing when the signal stands alone, and its rejection infinite", () => {
    const [, one] = classFigures([-3, -2, 4, 5], [0, 0, 1, 1], 1);
    expect(one).toEqual({ auc: 1, backgroundEfficiency: 0, backgroundRejection: Number.POSITIVE_INFINITY });
  });
});

describe("classes", () => {
  it("accuracy takes the first of equal outputs, and the sign of a single one", () => {
    expect(accuracy([1, 1, 0, 2], [0, 0], 2)).toBe(0.5);
    expect(accuracy([0.1, -0.1, 3], [1, 0, 0], 1)).toBeCloseTo(2 / 3, 15);
  });

  it("each is told from the rest by its own column", () => {
    const scores = [2, 0, 1, 0, 3, 1, 1, 1, 5, 0, 0, 0];
    const figures = classFigures(scores, [0, 1, 2, 2], 3);
    expect(figures.map((each) => each.auc)).toEqual([1, 1, 1 / 2]);
  });

  it("probabilities are a softmax of each row by itself", () => {
    const all = probabilities([1, 2, 3, 1000, 1000, 998], 3);
    expect(all[0]! + all[1]! + all[2]!).toBeCloseTo(1, 14);
    expect(all.slice(0, 3)).toEqual(probabilities([1, 2, 3], 3));
    expect(all[3]).toBe(all[4]);
    expect(all[5]! / all[3]!).toBeCloseTo(Math.exp(-2), 14);
  });
});

import { describe, expect, test } from "vitest";
import { datasetArray, oneHot, random, split, take } from "../src/index.js";
import { expectDatasetError } from "./expect-error.js";

const fractions = { train: 0.6, validation: 0.2, test: 0.2 };

describe("split", () => {
  test("parts are disjoint, ascending, whole, and of their share", () => {
    const parts = split(1003, { fractions, seed: 5 });
    const all = [...parts.train, ...parts.validation, ...parts.test];
    expect(new Set(all).size).toBe(1003);
    expect([parts.train.length, parts.validation.length, parts.test.length]).toEqual([602, 200, 201]);
    for (const part of Object.values(parts)) expect([...part]).toEqual([...part].sort((a, b) => a - b));
    // at random: neither the first rows nor any other block of them
    const early = [...parts.train].filter((row) => row < 500).length;
    expect(Math.abs(early - 300)).toBeLessThan(60);
  });

  test("the same seed gives the same parts, another one others", () => {
    expect(split(100, { fractions, seed: 1 })).toEqual(split(100, { fractions, seed: 1 }));
    expect(split(100, { fractions, seed: 1 })).not.toEqual(split(100, { fractions, seed: 2 }));
  });

  test("stratified, every part has each class's share to within one row", () => {
    const rng = random(3);
    const labels = Uint8Array.from({ length: 997 }, () => (rng.uniform() < 0.04 ? 2 : rng.below(2)));
    const parts = split(labels.length, { fractions, seed: 5, stratify: labels });
    for (const label of [0, 1, 2]) {
      const total = labels.filter((each) => each === label).length;
      for (const [name, rows] of Object.entries(parts)) {
        const count = [...rows].filter((row) => labels[row] === label).length;
        expect(Math.abs(count - total * fractions[name as "train"])).toBeLessThanOrEqual(1);
      }
    }
    expect(new Set(Object.values(parts).flatMap((rows) => [...rows])).size).toBe(997);
  });

  test("shares that leave something leave it out", () => {
    expect(split(100, { fractions: { a: 0.1 }, seed: 1 }).a.length).toBe(10);
  });

  test("what makes no sense is refused", () => {
    expectDatasetError(
      () => split(9, { fractions: { a: 0.6, b: 0.6 }, seed: 1 }),
      "datasets/bad-argument",
      /1.2/,
    );
    expectDatasetError(() => split(9, { fractions: { a: 0 }, seed: 1 }), "datasets/bad-argument", /share/);
    expectDatasetError(
      () => split(9, { fractions: { a: 0.5 }, seed: 1, stratify: [1, 2] }),
      "datasets/bad-argument",
      /2 labels for 9 rows/,
    );
  });
});

describe("rows", () => {
  const array = datasetArray("uint8", [3, 2], Uint8Array.of(1, 2, 3, 4, 5, 6));

  test("take gives rows in the order asked for, as a copy of the same type", () => {
    const taken = take(array, [2, 0, 2]);
    expect(taken).toEqual(datasetArray("uint8", [3, 2], Uint8Array.of(5, 6, 1, 2, 5, 6)));
    (taken.data as Uint8Array)[0] = 9;
    expect(array.data[4]).toBe(5);
    expect(take(datasetArray("int64", [2], BigInt64Array.of(1n, 2n)), [1]).data).toEqual(
      BigInt64Array.of(2n),
    );
    expectDatasetError(() => take(array, [3]), "datasets/bad-argument", /Row 3/);
  });

  test("one-hot and its ±1 form", () => {
    expect(oneHot([1, 0], 3)).toEqual(datasetArray("float32", [2, 3], Float32Array.of(0, 1, 0, 1, 0, 0)));
    expect([...(oneHot([1], 2, { off: -1 }).data as Float32Array)]).toEqual([-1, 1]);
    expectDatasetError(() => oneHot([0, 3], 3), "datasets/bad-argument", /Label 1 is 3/);
  });
});

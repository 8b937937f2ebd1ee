import { randomInteger, seededRandom } from "@gatefold/core";
import { costOf, Netlist } from "@gatefold/netlist";
import { describe, expect, it } from "vitest";
import { leastAdderLuts } from "../src/adder-bound.js";
import { productsOf } from "../src/sums.js";

interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly reach: number;
  readonly widthBits: number;
}

/** Products of random weights, none of them 0, with words of some bits: their bound and what they take. */
function measured({ rows, columns, reach, widthBits }: Case, seed: number): { bound: number; luts: number } {
  const random = seededRandom(seed);
  const weightRows = Array.from({ length: rows }, () => ({
    columns: Array.from({ length: columns }, (_, c) => c),
    weights: Array.from(
      { length: columns },
      () => (random() < 0.5 ? -1 : 1) * randomInteger(random, 1, reach),
    ),
  }));
  const netlist = new Netlist("products");
  const words = Array.from({ length: columns }, (_, c) =>
    netlist.input(`x${c}`, { lo: 0, hi: 2 ** widthBits - 1 }),
  );
  const sums = productsOf(netlist, words, weightRows, { lutInputs: 4, effort: 1 });
  sums.forEach(({ node }, r) => {
    netlist.output(`y${r}`, node);
  });
  return { bound: leastAdderLuts(weightRows, widthBits), luts: costOf(netlist, 4).lutCount };
}

describe("the bound of an adder graph's LUTs", () => {
  it.each<Case>([
    { rows: 2, columns: 2, reach: 1, widthBits: 1 },
    { rows: 4, columns: 6, reach: 3, widthBits: 2 },
    { rows: 16, columns: 16, reach: 1, widthBits: 1 },
    { rows: 32, columns: 32, reach: 1, widthBits: 1 },
    { rows: 24, columns: 32, reach: 1, widthBits: 4 },
    { rows: 8, columns: 24, reach: 31, widthBits: 8 },
  ])("is below what is built of $rows × $columns weights up to $reach, $widthBits bits", (spec) => {
    for (let seed = 1; seed <= 3; seed++) {
      const { bound, luts } = measured(spec, seed);
      expect(bound).toBeLessThanOrEqual(luts);
      expect(bound).toBeGreaterThan(0);
    }
  });

  it("asks nothing of words that nobody adds", () => {
    const alone = Array.from({ length: 50 }, (_, c) => ({ columns: [c], weights: [c + 1] }));
    expect(leastAdderLuts(alone, 8)).toBe(0);
  });

  it("counts rows and columns once that are there again, or negated", () => {
    const row = { columns: [0, 1, 2, 3, 4, 5], weights: [1, -3, 5, 7, -1, 9] };
    const negated = { ...row, weights: row.weights.map((w) => -w) };
    expect(leastAdderLuts([row, negated, row], 4)).toBe(leastAdderLuts([row], 4));
    const same = (count: number) =>
      Array.from({ length: 8 }, (_, r) => ({
        columns: Array.from({ length: count }, (_, c) => c),
        weights: new Array<number>(count).fill(r + 1),
      }));
    expect(leastAdderLuts(same(64), 1)).toBe(leastAdderLuts(same(2), 1));
  });
});

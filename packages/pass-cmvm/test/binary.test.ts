import { randomInteger, seededRandom } from "@gatefold/core";
import { evaluate } from "@gatefold/netlist";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BinaryMethod, solveBinary } from "../src/index.js";

const methods: readonly BinaryMethod[] = [
  "plain-tree",
  "compressors",
  "adder-graph",
  "shared-3-adders",
  "shared-4-compressors",
  "shared-5-adders",
  "shared-6-compressors",
];

describe("solveBinary", () => {
  it("computes the product of {-1, 0, 1} and bits by every method", () => {
    fc.assert(
      fc.property(
        fc.record({
          outputs: fc.integer({ min: 1, max: 5 }),
          inputCount: fc.integer({ min: 1, max: 22 }),
          seed: fc.nat(),
          inputs: fc.constantFrom("unsigned", "bipolar"),
          weights: fc.constantFrom("binary", "ternary"),
          ternaryAdders: fc.boolean(),
          method: fc.constantFrom(undefined, ...methods),
          constants: fc.constantFrom("added", "apart"),
        }),
        ({ outputs, inputCount, seed, inputs, weights, ternaryAdders, method, constants }) => {
          const random = seededRandom(seed);
          const matrix = Array.from({ length: outputs * inputCount }, () =>
            weights === "ternary" ? randomInteger(random, -1, 1) : random() < 0.5 ? -1 : 1,
          );
          const { netlist, outputs: left } = solveBinary(matrix, inputCount, {
            inputs,
            constants,
            ternaryAdders,
            effort: 0.01,
            ...(method === undefined ? {} : { method }),
          });
          for (let v = 0; v < 12; v++) {
            const bits = Array.from({ length: inputCount }, () =>
              v === 0 ? 0 : v === 1 ? 1 : randomInteger(random, 0, 1),
            );
            const expected = Array.from({ length: outputs }, (_, o) =>
              bits.reduce(
                (sum, bit, i) =>
                  sum + matrix[o * inputCount + i]! * (inputs === "bipolar" ? 2 * bit - 1 : bit),
                0,
              ),
            );
            const got = evaluate(netlist, bits).map((y, o) => left[o]!.scale * y + left[o]!.constant + 0);
            expect(got).toEqual(expected.map((y) => y + 0));
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 30_000);

  it("keeps the method of fewest LUTs, which is fewer than a plain tree's", () => {
    const random = seededRandom(1);
    const matrix = Array.from({ length: 32 * 48 }, () => (random() < 0.5 ? -1 : 1));
    const { method, lutCounts } = solveBinary(matrix, 48, { inputs: "bipolar", effort: 0 });
    const least = Math.min(...lutCounts.values());
    expect(lutCounts.get(method)).toBe(least);
    expect(least).toBeLessThan(lutCounts.get("plain-tree")! * 0.6);
  }, 30_000);

  it("counts what a plain tree takes", () => {
    // Three bits: an adder of 1 bit and one of 2; with x = 2b - 1 one that takes 3 from twice that.
    const { lutCounts } = solveBinary([1, 1, 1], 3, { inputs: "unsigned", method: "plain-tree" });
    expect(lutCounts).toEqual(new Map([["plain-tree", 3]]));
    const bipolar = solveBinary([1, 1, 1], 3, { inputs: "bipolar", method: "plain-tree" });
    expect(bipolar.lutCounts).toEqual(new Map([["plain-tree", 6]]));
  });

  it("refuses other weights", () => {
    expect(() => solveBinary([1, 2], 2, { inputs: "bipolar" })).toThrow(/Output 0 has the weight 2/);
    expect(() => solveBinary([1, 1, 1], 2, { inputs: "bipolar" })).toThrow(
      /A matrix of 3 weights has 2 inputs/,
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cubic,
  hawksFractions,
  magnitude,
  ofRemaining,
  type PrunableMatrix,
  randomPruner,
} from "../src/index.js";

const matrix = (
  name: string,
  rows: number,
  columns: number,
  weights: number[],
  mask?: number[],
): PrunableMatrix => ({
  name,
  rows,
  columns,
  weights,
  mask: Uint8Array.from(mask ?? new Array(rows * columns).fill(1)),
});

const zeros = (masks: readonly Uint8Array[]): number =>
  masks.reduce((sum, mask) => sum + mask.filter((bit) => bit === 0).length, 0);

const matrices = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 8 })), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((sizes) =>
    fc.tuple(
      ...sizes.map(([rows, columns], i) =>
        fc
          .array(fc.integer({ min: -9, max: 9 }), { minLength: rows * columns, maxLength: rows * columns })
          .map((weights) => matrix(`layer${i}`, rows, columns, weights)),
      ),
    ),
  );

describe("magnitude", () => {
  it("prunes exactly the wanted share, smallest first, over all layers", () => {
    fc.assert(
      fc.property(matrices, fc.double({ min: 0, max: 1, noNaN: true }), (layers, sparsity) => {
        const masks = magnitude().masks(layers, sparsity, Math.random);
        const total = layers.reduce((sum, { weights }) => sum + weights.length, 0);
        expect(zeros(masks)).toBe(Math.round(sparsity * total));
        const of = (bit: number): number[] =>
          masks.flatMap((mask, i) =>
            [...mask].flatMap((m, e) => (m === bit ? [Math.abs(layers[i]!.weights[e]!)] : [])),
          );
        expect(Math.max(...of(0), 0)).toBeLessThanOrEqual(Math.min(...of(1), Infinity));
      }),
    );
  });

  it("prunes the same share of each layer when layers are ranked by themselves", () => {
    const layers = [matrix("small", 2, 4, [1, 2, 3, 4, 5, 6, 7, 8]), matrix("large", 1, 4, [10, 20, 30, 40])];
    expect(magnitude({ scope: "layer" }).masks(layers, 0.5, Math.random).map(String)).toEqual([
      "0,0,0,0,1,1,1,1",
      "0,0,1,1",
    ]);
    expect(magnitude().masks(layers, 0.5, Math.random).map(String)).toEqual(["0,0,0,0,0,0,1,1", "1,1,1,1"]);
  });

  it("never brings a weight back, whatever it has grown to", () => {
    const layer = matrix("dense", 1, 4, [100, 1, 2, 3], [0, 1, 1, 1]);
    expect(String(magnitude().masks([layer], 0.5, Math.random)[0])).toBe("0,0,1,1");
  });

  it("leaves the masks that it was given as they were", () => {
    const layer = matrix("dense", 1, 4, [1, 2, 3, 4]);
    const [mask] = magnitude().masks([layer], 0.5, Math.random);
    expect(String(layer.mask)).toBe("1,1,1,1");
    expect(mask).not.toBe(layer.mask);
  });

  it("prunes whole channels and leaves each layer one", () => {
    const layer = matrix("dense", 3, 2, [1, 1, 5, 5, 0, 3]);
    const prune = magnitude({ granularity: { kind: "channel" } });
    expect(String(prune.masks([layer], 1 / 3, Math.random)[0])).toBe("0,0,1,1,1,1");
    expect(String(prune.masks([layer], 1, Math.random)[0])).toBe("0,0,1,1,0,0");
  });

  it("prunes whole blocks of PE rows and SIMD columns", () => {
    const layer = matrix("dense", 2, 4, [1, 1, 9, 9, 1, 1, 0, 0]);
    const masks = magnitude({ granularity: { kind: "block", pe: 2, simd: 2 } }).masks(
      [layer],
      0.5,
      Math.random,
    );
    expect(String(masks[0])).toBe("0,0,1,1,0,0,1,1");
    expect(() =>
      magnitude({ granularity: { kind: "block", pe: 2, simd: 3 } }).masks([layer], 0.5, Math.random),
    ).toThrow(/Blocks of PE 2 × SIMD 3 do not tile `dense`, which has 2 rows and 4 columns/);
  });

  it("keeps the N largest of each M neighbours", () => {
    const layer = matrix("dense", 1, 10, [1, 4, 2, 3, 9, 8, 7, 6, 5, 4]);
    const prune = magnitude({ granularity: { kind: "n-of-m", n: 2, m: 4 } });
    expect(String(prune.masks([layer], 0.5, Math.random)[0])).toBe("0,1,0,1,1,1,0,0,1,0");
    expect(() => prune.masks([layer], 0.6, Math.random)).toThrow(/The pattern 2:4 has the sparsity 0\.5/);
  });

  it("refuses a sparsity that is no share", () => {
    for (const sparsity of [-0.1, 1.1, Number.NaN]) {
      expect(() => magnitude().masks([matrix("dense", 1, 1, [1])], sparsity, Math.random)).toThrow(
        /share from 0 to 1/,
      );
    }
  });
});

describe("randomPruner", () => {
  it("depends on its random numbers, keeps what is pruned, and prunes the wanted share", () => {
    const layer = matrix("dense", 4, 4, new Array(16).fill(1), [0, 0, ...new Array(14).fill(1)]);
    let state = 1;
    const draw = (): number => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const [first] = randomPruner().masks([layer], 0.5, draw);
    const [second] = randomPruner().masks([layer], 0.5, draw);
    expect(zeros([first!])).toBe(8);
    expect([first![0], first![1]]).toEqual([0, 0]);
    expect(String(first)).not.toBe(String(second));
  });
});

describe("schedules", () => {
  it("gives the cumulative shares of Ps and Qs", () => {
    const percents = ofRemaining(hawksFractions).map((s) => Math.round(s * 1000) / 10);
    expect(percents).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 96.7, 98.9, 98.9]);
  });

  it("leaves 852 of 4 256 weights after eight rounds, to one", () => {
    let layer = matrix(
      "jets",
      56,
      76,
      Array.from({ length: 4256 }, (_, i) => ((i * 7919) % 4256) + 1),
    );
    for (const sparsity of ofRemaining(hawksFractions).slice(0, 8)) {
      layer = { ...layer, mask: magnitude().masks([layer], sparsity, Math.random)[0]! };
    }
    expect(Math.abs(4256 - zeros([layer.mask]) - 852)).toBeLessThanOrEqual(1);
  });

  it("falls fast at first when cubic", () => {
    expect(cubic({ to: 0.8, rounds: 4 }).map((s) => Math.round(s * 1000) / 1000)).toEqual([
      0.463, 0.7, 0.788, 0.8,
    ]);
  });
});

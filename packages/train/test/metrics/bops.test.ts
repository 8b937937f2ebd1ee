import { describe, expect, it } from "vitest";
import { bopsHawks, bopsProduct, type CostLayer, ebops, enclosedBits } from "../../src/metrics/bops.js";
import { lutMacs } from "../../src/metrics/cost-layers.js";

/** The jet-tagging network 16-64-32-32-5, with these many weights left in each layer. */
const sizes = [
  [64, 16],
  [32, 64],
  [32, 32],
  [5, 32],
] as const;

function jets(
  bits: number,
  keptWeights: readonly number[] = sizes.map(([m, n]) => m * n),
): readonly CostLayer[] {
  return sizes.map(([rows, columns], i) => ({
    name: `dense${i}`,
    rows,
    columns,
    positions: 1,
    weightBits: bits,
    activationBits: i === 0 ? 32 : bits,
    keptWeights: keptWeights[i]!,
    kept: keptWeights[i]! + rows,
    total: rows * columns + rows,
    effectiveWeightBits: undefined,
  }));
}

describe("bit operations of Hawks et al.", () => {
  it.each([
    [32, 4_652_832],
    [12, 1_003_552],
    [8, 583_968],
    [6, 412_960],
    [4, 267_808],
  ])("of the dense jet tagger at %i bits are %i", (bits, expected) => {
    expect(bopsHawks(jets(bits))).toBe(expected);
  });

  // The two released 6-bit networks with 852 of 4256 weights left, with and without L1: these many weights a layer.
  it.each([
    ["with L1", [244, 375, 184, 49], 179_509],
    ["without", [411, 195, 225, 21], 203_761],
  ] as const)("of the released network pruned to 20 %%, %s", (_, kept, expected) => {
    expect(kept.reduce((sum, each) => sum + each, 0)).toBe(852);
    expect(Math.round(bopsHawks(jets(6, kept)))).toBe(expected);
  });

  it("count the product alone less for pruning, and everything once for each output pixel", () => {
    const [layer] = jets(8);
    const half = { ...layer!, kept: layer!.total / 2 };
    const [n, product] = [1024, 32 * 8];
    expect(bopsHawks([layer!]) - bopsHawks([half])).toBe((n * product) / 2);
    expect(bopsHawks([{ ...layer!, positions: 9 }])).toBe(9 * bopsHawks([layer!]));
  });

  it("fall with every argument", () => {
    const whole = bopsHawks(jets(6));
    expect(bopsHawks(jets(6), { inputBits: 6 })).toBeLessThan(whole);
    expect(bopsHawks(jets(5))).toBeLessThan(whole);
    expect(bopsHawks(jets(6, [1023, 2048, 1024, 160]))).toBeLessThan(whole);
  });
});

describe("other counts", () => {
  const layer: CostLayer = { ...jets(4)[1]!, positions: 3, keptWeights: 100, effectiveWeightBits: 150 };

  it("products: weights that are left, times both widths", () => {
    expect(bopsProduct([layer])).toBe(100 * 3 * 4 * 4);
  });

  it("effective: bits between the weights' outermost set bits; unknown for real weights", () => {
    expect([0, 1, -1, 8, -8, 6, 5, 7, 40, -44].map(enclosedBits)).toEqual([0, 1, 1, 1, 1, 2, 3, 3, 3, 4]);
    expect(ebops([layer])).toBe(150 * 3 * 4);
    expect(ebops([layer, jets(32)[0]!])).toBeUndefined();
  });

  it("LUT × MACs by FINN: 6.6 for one bit, 44 for four; zeros save nothing", () => {
    const of = (bits: number): number =>
      lutMacs([{ ...layer, weightBits: bits, activationBits: bits }]) / (2048 * 3);
    expect([1, 2, 3, 4, 6, 8].map((bits) => Math.round(of(bits) * 10) / 10)).toEqual([
      6.6, 13.2, 19.8, 44, 66, 123.2,
    ]);
    expect(lutMacs([{ ...layer, keptWeights: 0 }])).toBe(lutMacs([layer]));
  });
});

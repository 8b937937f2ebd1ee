import { tensorFrom } from "@gatefold/core";
import { BipolarQuant, FloatQuant, Quant, Trunc, TruncV2 } from "@gatefold/dialect-nn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { broken, f32, number, values, vector } from "./run.js";

const wide = [number(1), number(0), number(8)];

describe("nn.quant", () => {
  const ties = vector(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5);
  const near = vector(-1.75, -1.25, -0.25, 0.25, 1.25, 1.75);
  it.each([
    ["ROUND", [-2, -2, -0, 0, 2, 2], [-2, -1, -0, 0, 1, 2]],
    ["HALF_EVEN", [-2, -2, -0, 0, 2, 2], [-2, -1, -0, 0, 1, 2]],
    ["CEIL", [-2, -1, -0, 1, 2, 3], [-1, -1, -0, 1, 2, 2]],
    ["FLOOR", [-3, -2, -1, 0, 1, 2], [-2, -2, -1, 0, 1, 1]],
    ["UP", [-3, -2, -1, 1, 2, 3], [-2, -2, -1, 1, 2, 2]],
    ["DOWN", [-2, -1, -0, 0, 1, 2], [-1, -1, -0, 0, 1, 1]],
    ["HALF_UP", [-3, -2, -1, 1, 2, 3], [-2, -1, -0, 0, 1, 2]],
    ["HALF_DOWN", [-2, -1, -0, 0, 1, 2], [-2, -1, -0, 0, 1, 2]],
  ] as const)("rounds by %s", (rounding, atTies, elsewhere) => {
    const zeroed = (list: readonly number[]): number[] => list.map((v) => v + 0);
    expect(zeroed(values(Quant, [ties, ...wide], { rounding }))).toEqual(zeroed(atTies));
    expect(zeroed(values(Quant, [near, ...wide], { rounding }))).toEqual(zeroed(elsewhere));
  });

  const far = vector(-1000, 1000);
  it.each([
    [true, false, 3, [-4, 3]],
    [true, true, 3, [-3, 3]],
    [false, false, 3, [0, 7]],
    [false, true, 3, [0, 6]],
    [true, false, 1, [-1, 1]],
    [true, true, 1, [-1, 1]],
    [false, false, 1, [0, 1]],
    [true, false, 8, [-128, 127]],
  ])("clips: signed %s, narrow %s, %d bits", (signed, narrow, bits, ends) => {
    expect(values(Quant, [far, number(1), number(0), number(bits)], { signed, narrow })).toEqual(ends);
  });

  it("makes 1-bit signed codes of the sign, with 0 positive, past rounding and clipping", () => {
    const x = vector(-3, -0.25, 0, 0.25, 3);
    expect(values(Quant, [x, number(0.5), number(0), number(1)], { rounding: "CEIL" })).toEqual([
      -0.5, -0.5, 0.5, 0.5, 0.5,
    ]);
  });

  it("clips to fractional bounds before it rounds", () => {
    // 2.5 bits unsigned: high = 2^2.5 − 1 = 4.657, which rounds to 5; down to 4 when truncated.
    expect(values(Quant, [far, number(1), number(0), number(2.5)], { signed: false })).toEqual([0, 5]);
    expect(
      values(Quant, [far, number(1), number(0), number(2.5)], { signed: false, rounding: "FLOOR" }),
    ).toEqual([0, 4]);
    // Signed: −2^1.5 = −2.83 → −3, and 1.83 → 2.
    expect(values(Quant, [far, number(1), number(0), number(2.5)])).toEqual([-3, 2]);
  });

  it("takes scale, zero point and bits per channel, and broadcasts all four", () => {
    const x = f32([1, 3, 1], [10, 10, 10]);
    const per = (list: number[]) => f32([3, 1], list);
    expect(values(Quant, [x, per([1, 2, 4]), per([0, 1, -1]), per([8, 3, 2])], { signed: true })).toEqual([
      10,
      (3 - 1) * 2,
      (1 + 1) * 4,
    ]);
    expect(values(Quant, [number(0.6), vector(1, 0.5), number(0), f32([2, 1], [2, 8])])).toEqual([
      1, 0.5, 1, 0.5,
    ]);
  });

  it("moves the grid by the zero point", () => {
    // x/0.5 + 3: −1.5 → 0, 0 → 3, 0.25 → 3.5 → 4 (even), 9 → 21 → 7.
    const x = vector(-1.5, 0, 0.25, 9, -9);
    expect(values(Quant, [x, number(0.5), number(3), number(3)], { signed: false })).toEqual([
      -1.5, 0, 0.5, 2, -1.5,
    ]);
  });

  it("keeps negative scales", () => {
    expect(values(Quant, [vector(-3, 3), number(-1), number(0), number(2)])).toEqual([-1, 2]);
  });

  it("(C3) (C4) rejects a scale of 0 and bits of 0", () => {
    expect(broken(Quant, [far, number(0), number(0), number(4)])).toEqual(["C3"]);
    expect(broken(Quant, [far, number(1), number(0), number(0)])).toEqual(["C4"]);
    expect(broken(Quant, [far, number(1), number(0), number(4)])).toEqual([]);
  });

  it("(C1) (C2) rejects integers and shapes that do not broadcast", () => {
    expect(() => values(Quant, [tensorFrom("i8", [2], [1, 2]), ...wide])).toThrow("(C1)");
    expect(() => values(Quant, [far, vector(1, 1, 1), number(0), number(4)])).toThrow("(C2)");
  });

  it("is idempotent", () => {
    const reals = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 20 });
    const bits = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(reals, bits, fc.boolean(), fc.boolean(), (list, b, signed, narrow) => {
        fc.pre(b > 1 || !narrow);
        const rest = [number(0.25), number(0), number(b)];
        const once = values(Quant, [vector(...list), ...rest], { signed, narrow });
        expect(values(Quant, [vector(...once), ...rest], { signed, narrow })).toEqual(once);
      }),
    );
  });
});

describe("nn.bipolar_quant", () => {
  it("gives the sign, with 0 positive, times the scale", () => {
    expect(values(BipolarQuant, [vector(-2, -0, 0, 0.1), number(0.5)])).toEqual([-0.5, 0.5, 0.5, 0.5]);
    expect(values(BipolarQuant, [vector(-2, 2), vector(1, 3)])).toEqual([-1, 3]);
    expect(broken(BipolarQuant, [vector(1), number(0)])).toEqual(["C3"]);
  });
});

describe("nn.trunc", () => {
  it("drops bits and keeps the scale", () => {
    // Codes 7, 8, −7 (scale 0.5) by 2 bits, down: 1, 2, −2.
    const x = vector(3.5, 4, -3.5);
    const rest = [number(0.5), number(0), number(8), number(6)];
    expect(values(Trunc, [x, ...rest])).toEqual([0.5, 1, -1]);
    expect(values(Trunc, [x, ...rest], { rounding: "CEIL" })).toEqual([1, 1, -0.5]);
    expect(values(Trunc, [x, ...rest], { rounding: "ROUND" })).toEqual([1, 1, -1]);
  });

  it("rounds to a code, ties to even, before it drops bits", () => {
    // 3.5 → 4 and 4.5 → 4, then /4; 7.5 → 8.
    expect(values(Trunc, [vector(3.5, 4.5, 7.5), number(1), number(0), number(4), number(2)])).toEqual([
      1, 1, 2,
    ]);
  });

  it("takes the zero point off after the shift", () => {
    // (⌊(8 + 4)/4⌋ − 4) · 1
    expect(values(Trunc, [vector(8), number(1), number(4), number(5), number(3)])).toEqual([-1]);
  });
});

describe("nn.trunc_v2", () => {
  const with6 = (x: number[], outScale: number, outBits: number, zero = 0) => [
    vector(...x),
    number(0.5),
    number(zero),
    number(8),
    number(outScale),
    number(outBits),
  ];
  it("rescales by the power of two between the scales", () => {
    // Codes 7, 8, −7 over t = 4: 1.75, 2, −1.75.
    expect(values(TruncV2, with6([3.5, 4, -3.5], 2, 6))).toEqual([2, 4, -4]);
    expect(values(TruncV2, with6([3.5, 4, -3.5], 2, 6), { rounding: "ROUND" })).toEqual([4, 4, -4]);
  });
  it("clips to the result's bits", () => {
    expect(values(TruncV2, with6([30, -30], 2, 3))).toEqual([6, -8]);
    expect(values(TruncV2, with6([30, -30], 2, 3), { narrow: true })).toEqual([6, -6]);
    expect(values(TruncV2, with6([30, -30], 2, 3), { signed: false })).toEqual([14, 0]);
  });
  it("scales the zero point with the codes", () => {
    // (8/0.5 + 4)/4 = 5; (5 − 1)·2
    expect(values(TruncV2, with6([8], 2, 6, 4))).toEqual([8]);
  });
  it("(C3) rejects scales that are not positive", () => {
    expect(broken(TruncV2, with6([1], -1, 4))).toEqual(["C3"]);
  });
});

describe("nn.float_quant", () => {
  // e4m3 with bias 7, largest value 448.
  const e4m3 = (x: number[], scale = 1) => [
    vector(...x),
    number(scale),
    number(4),
    number(3),
    number(7),
    number(448),
  ];
  it("rounds to the significand, ties to even", () => {
    // Between 16 and 32 the step is 2.
    expect(values(FloatQuant, e4m3([16, 17, 19, 20.9, 1.0625, 1.1875]))).toEqual([16, 16, 20, 20, 1, 1.25]);
  });
  it("keeps a fixed step below the smallest normal value", () => {
    // Step 2^(1−7−3) = 2^−9.
    expect(values(FloatQuant, e4m3([2 ** -9, 2 ** -10, 3 * 2 ** -10, 0]))).toEqual([2 ** -9, 0, 2 ** -8, 0]);
  });
  it("saturates, or becomes infinite or NaN", () => {
    expect(values(FloatQuant, e4m3([500, -1e9]))).toEqual([448, -448]);
    expect(values(FloatQuant, e4m3([500, -1e9, 1]), { saturation: false, has_inf: true })).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      1,
    ]);
    expect(values(FloatQuant, e4m3([500]), { saturation: false, has_nan: true })).toEqual([Number.NaN]);
    expect(broken(FloatQuant, e4m3([1]), { saturation: false })).toEqual(["C3"]);
  });
  it("scales", () => {
    expect(values(FloatQuant, e4m3([4.25, 2000], 4))).toEqual([4, 1792]);
  });
  it("takes other rounding modes", () => {
    expect(values(FloatQuant, e4m3([17, -17]), { rounding: "CEIL" })).toEqual([18, -16]);
  });
});

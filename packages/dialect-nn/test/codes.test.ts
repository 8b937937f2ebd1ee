import { elemForRange, roundingModes, sameTensor, scalar, tensorFrom } from "@gatefold/core";
import {
  Dequantize,
  highestCode,
  lowestCode,
  MultiThreshold,
  Quant,
  QuantAvgPool2d,
  Quantize,
  XnorPopcountMatMul,
} from "@gatefold/dialect-nn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { broken, f32, number, ramp, run, values, vector } from "./run.js";

describe("nn.quantize", () => {
  const clipped = (zero: number, lo: number, hi: number) => [
    number(0.5),
    number(zero),
    number(lo),
    number(hi),
  ];
  it("clips, then rounds", () => {
    expect(values(Quantize, [vector(-9, -0.25, 0.75, 9), ...clipped(0, -2, 3.5)], { elem: "i4" })).toEqual([
      -2, 0, 2, 4,
    ]);
  });
  it("rounds before it adds the zero point when told", () => {
    // 1.25/0.5 = 2.5: with zero point 1, 3.5 → 4, but 2 + 1 = 3.
    expect(values(Quantize, [vector(1.25), ...clipped(1, 0, 15)], { elem: "u4" })).toEqual([4]);
    expect(values(Quantize, [vector(1.25), ...clipped(1, 0, 15)], { elem: "u4", round_first: true })).toEqual(
      [3],
    );
  });
  it("makes bipolar codes of the sign, with 0 positive", () => {
    expect(values(Quantize, [vector(-0.5, 0, 0.5), ...clipped(0, -1, 1)], { elem: "bipolar" })).toEqual([
      -1, 1, 1,
    ]);
  });
  it("(C3) (C4) (C5) rejects real codes, bounds outside of the type and a scale of 0", () => {
    expect(() => run(Quantize, [vector(1), ...clipped(0, 0, 1)], { elem: "f32" })).toThrow("(C3)");
    expect(broken(Quantize, [vector(1), ...clipped(0, 0, 16)], { elem: "u4" })).toEqual(["C4"]);
    expect(broken(Quantize, [vector(1), ...clipped(0, 0, 15.25)], { elem: "u4" })).toEqual([]);
    expect(broken(Quantize, [vector(1), number(0), number(0), number(0), number(1)], { elem: "u4" })).toEqual(
      ["C5"],
    );
  });
});

describe("nn.dequantize", () => {
  it("takes the zero point off and scales", () => {
    const codes = tensorFrom("u8", [3], [0, 7, 255]);
    expect(values(Dequantize, [codes, number(0.5), scalar("u8", 7)])).toEqual([-3.5, 0, 124]);
  });

  it("after nn.quantize is nn.quant, whatever the rounding, for whole bits", () => {
    const shape = fc.record({
      x: fc.array(fc.integer({ min: -4096, max: 4096 }), { minLength: 1, maxLength: 30 }),
      scale: fc.constantFrom(0.125, 0.3, 1, -0.75),
      zero: fc.integer({ min: -5, max: 5 }),
      bits: fc.integer({ min: 1, max: 8 }),
      signed: fc.boolean(),
      narrow: fc.boolean(),
      rounding: fc.constantFrom(...roundingModes),
    });
    fc.assert(
      fc.property(shape, ({ x, scale, zero, bits, signed, narrow, rounding }) => {
        const data = vector(...x.map((v) => v / 64));
        const grid = { signed, narrow };
        const [lo, hi] = [lowestCode(bits, grid), highestCode(bits, grid)];
        const elem = bits === 1 && signed ? "bipolar" : elemForRange(Math.min(lo, 0), Math.max(hi, 0));
        const [s, z] = [number(scale), number(zero)];
        const codes = run(Quantize, [data, s, z, number(lo), number(hi)], { elem, rounding });
        const real = run(Dequantize, [codes[0]!, s, z]);
        const direct = run(Quant, [data, s, z, number(bits)], { signed, narrow, rounding });
        expect(sameTensor(real[0]!, direct[0]!)).toBe(true);
      }),
    );
  });
});

describe("nn.multi_threshold", () => {
  it("counts the thresholds that are reached, the equal one included", () => {
    const x = vector(-1, 0, 0.5, 1, 5);
    const [counts] = run(MultiThreshold, [x, f32([1, 3], [0, 1, 1])]);
    expect(counts!.elem).toBe("u2");
    expect([...counts!.data]).toEqual([0, 1, 1, 3, 3]);
  });
  it("takes rows per channel in either layout", () => {
    const rows = f32([2, 2], [0, 1, 10, 11]);
    const x = f32([1, 2, 2], [0, 10, 1, 11]);
    expect(values(MultiThreshold, [x, rows])).toEqual([1, 2, 0, 2]);
    expect(values(MultiThreshold, [x, rows], { layout: "channels_last" })).toEqual([1, 1, 2, 2]);
  });
  it("does not mind the order within a row", () => {
    const x = ramp([4, 8]);
    const ascending = f32([1, 4], [-3, -1, 0, 2]);
    const mixed = f32([1, 4], [2, -3, 0, -1]);
    expect(values(MultiThreshold, [x, mixed])).toEqual(values(MultiThreshold, [x, ascending]));
  });
  it("(C3) (C4) rejects rows that fit no channel and types too narrow", () => {
    expect(() => run(MultiThreshold, [ramp([1, 3]), ramp([2, 2])])).toThrow("(C3)");
    expect(() => run(MultiThreshold, [ramp([1, 3]), ramp([1, 4])], { elem: "u2" })).toThrow("(C4)");
    expect(() => run(MultiThreshold, [ramp([1, 3]), ramp([1, 4])], { elem: "i8" })).toThrow("(C4)");
  });
});

describe("FINN's integer ops", () => {
  it("counts agreeing bits", () => {
    const a = tensorFrom("u1", [2, 3], [1, 0, 1, 0, 0, 0]);
    const w = tensorFrom("u1", [3, 1], [1, 1, 1]);
    const [counts] = run(XnorPopcountMatMul, [a, w]);
    expect(counts!.elem).toBe("u2");
    expect([...counts!.data]).toEqual([2, 0]);
    expect(values(XnorPopcountMatMul, [vector(1, 0), vector(0, 0)])).toEqual([1]);
  });
  it("sums windows and drops bits", () => {
    // (2^4 − 1)·4 = 60 has 6 bits; 4 are kept, so the sum is shifted by 2.
    const x = tensorFrom("u4", [1, 1, 2, 4], [1, 2, 15, 15, 3, 4, 15, 15]);
    const attrs = { stride: 2, kernel: 2, ibits: 4, obits: 4 };
    const [mean] = run(QuantAvgPool2d, [x], attrs);
    expect(mean!.elem).toBe("u4");
    expect([...mean!.data]).toEqual([2, 15]);
    expect(broken(QuantAvgPool2d, [x], { ...attrs, obits: 0 })).toContain("C3");
  });
});

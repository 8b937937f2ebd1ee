import { InferError, numbers, scalar, tensorFrom } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { describe, expect, it } from "vitest";
import { f32, number, place, run, values, vector } from "./run.js";

const i8 = (...list: number[]) => tensorFrom("i8", [list.length], list);
const i64 = (...list: bigint[]) =>
  ({ elem: "i64", shape: [list.length], data: BigInt64Array.from(list) }) as const;

describe("integer arithmetic", () => {
  it("wraps at the width", () => {
    expect(values(nn.Add, [i8(100, -100), i8(100, -100)])).toEqual([-56, 56]);
    expect(values(nn.Sub, [tensorFrom("u4", [1], [3]), scalar("u4", 5)])).toEqual([14]);
    expect(values(nn.Mul, [tensorFrom("i5", [2], [15, -16]), scalar("i5", 2)])).toEqual([-2, 0]);
    expect(values(nn.Neg, [i8(-128, 5)])).toEqual([-128, -5]);
  });
  it("is exact where float64 is not", () => {
    const big = tensorFrom("i32", [1], [2147483647]);
    expect(values(nn.Mul, [big, big])).toEqual([1]);
    expect([...run(nn.Add, [i64(2n ** 53n), i64(1n)])[0]!.data]).toEqual([2n ** 53n + 1n]);
    expect([...run(nn.Mul, [i64(2n ** 62n + 1n), i64(3n)])[0]!.data]).toEqual([-(2n ** 62n) + 3n]);
    expect(values(nn.Less, [i64(2n ** 60n), i64(2n ** 60n + 1n)])).toEqual([1]);
  });
  it("divides toward zero, and not by 0", () => {
    expect(values(nn.Div, [i8(7, -7, 7, -7), i8(2, 2, -2, -2)])).toEqual([3, -3, -3, 3]);
    expect(() => run(nn.Div, [i8(1), i8(0)])).toThrow("divided by 0");
    expect(values(nn.Div, [vector(1), number(0)])).toEqual([Number.POSITIVE_INFINITY]);
  });
  it("takes the remainder's sign from the divisor, or from the dividend", () => {
    expect(values(nn.Mod, [i8(-4, 7, 5, 4, -7), i8(2, -3, 8, -2, 3)])).toEqual([0, -2, 5, 0, 2]);
    expect(values(nn.Mod, [i8(-4, 7, 5, 4, -7), i8(2, -3, 8, -2, 3)], { fmod: true })).toEqual(
      [-0, 1, 5, 0, -1].map((v) => v + 0),
    );
  });
  it("shifts bits out", () => {
    const x = tensorFrom("u8", [2], [0b10010110, 255]);
    expect(values(nn.BitShift, [x, scalar("u8", 2)], { direction: "LEFT" })).toEqual([0b01011000, 252]);
    expect(values(nn.BitShift, [x, scalar("u8", 2)], { direction: "RIGHT" })).toEqual([0b00100101, 63]);
    expect(() => run(nn.BitShift, [i8(1), i8(1)], { direction: "LEFT" })).toThrow("(C1)");
  });
});

describe("nn.cast", () => {
  const to = (elem: string, ...list: number[]) =>
    values(nn.Cast, [tensorFrom("f64", [list.length], list)], { to: elem });
  it("drops fractions toward zero and wraps", () => {
    expect(to("i8", 1.9, -1.9, 127, 130, Number.NaN)).toEqual([1, -1, 127, -126, 0]);
    expect(to("i4", -9, 7, 8)).toEqual([7, 7, -8]);
    expect(to("bool", 0, -0.1, 3)).toEqual([0, 1, 1]);
  });
  it("wraps integers of 64 bits", () => {
    expect(values(nn.Cast, [i64(-1n, 2n ** 32n + 5n)], { to: "u8" })).toEqual([255, 5]);
    expect([...run(nn.Cast, [i64(-1n)], { to: "u64" })[0]!.data]).toEqual([2n ** 64n - 1n]);
  });
  it("rounds to the nearest value of a float format, ties to even", () => {
    expect(to("f16", 1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520, 2 ** -25, 1.5 * 2 ** -24)).toEqual([
      1,
      1 + 2 ** -9,
      65504,
      Number.POSITIVE_INFINITY,
      0,
      2 ** -23,
    ]);
    expect(to("bf16", 1 + 2 ** -8, 1 + 3 * 2 ** -8, -3.4e38)).toEqual([
      1,
      1 + 2 ** -6,
      Number.NEGATIVE_INFINITY,
    ]);
    expect(to("f32", 1 + 2 ** -24)).toEqual([1]);
    expect(to("f64", 0.1)).toEqual([0.1]);
  });
  it("leaves a value of its own type alone", () => {
    const x = { elem: "f32", shape: [1], data: Float64Array.of(0.1) } as const;
    expect(run(nn.Cast, [x], { to: "f32" })[0]).toBe(x);
  });
});

describe("real functions", () => {
  it("rounds halves to even", () => {
    expect(values(nn.Round, [vector(-1.5, -0.5, 0.5, 1.5, 2.5)]).map((v) => v + 0)).toEqual([-2, 0, 0, 2, 2]);
  });
  it("computes erf to 1e-14, on both sides of the change of method", () => {
    // Reference values: the C library's.
    const exact = [
      [0.1, 0.1124629160182849],
      [1, 0.8427007929497149],
      [2.5, 0.999593047982555],
      [2.9375, 0.9999673647128524],
      [3, 0.9999779095030014],
      [3.0625, 0.9999851585892071],
      [5, 0.9999999999984626],
    ] as const;
    for (const [x, y] of exact) {
      const [plus, minus] = values(nn.Erf, [tensorFrom("f64", [2], [x, -x])]);
      expect(Math.abs(plus! - y)).toBeLessThan(1e-14);
      expect(minus).toBe(-plus!);
    }
  });
  it("does not overflow far from 0", () => {
    const far = vector(-1000, 1000);
    expect(values(nn.Sigmoid, [far])).toEqual([0, 1]);
    expect(values(nn.Softplus, [far])).toEqual([0, 1000]);
    expect(values(nn.Softmax, [far])).toEqual([0, 1]);
    expect(values(nn.LogSoftmax, [far])).toEqual([-2000, 0]);
    expect(values(nn.ReduceLogSumExp, [far])).toEqual([1000]);
  });
  it("selects by broadcast conditions", () => {
    const condition = tensorFrom("bool", [2, 1], [1, 0]);
    expect(values(nn.Where, [condition, vector(1, 2), number(9)])).toEqual([1, 2, 9, 9]);
  });
  it("clips, the upper bound last", () => {
    expect(values(nn.Clip, [vector(-5, 0, 5)], { min: 2, max: 1 })).toEqual([1, 1, 1]);
    expect(values(nn.Clip, [vector(-5, 0, 5)], { max: 1 })).toEqual([-5, 0, 1]);
  });
});

describe("element types", () => {
  it("joins reals to the widest", () => {
    const half = tensorFrom("f16", [1], [1]);
    expect(run(nn.Add, [half, tensorFrom("bf16", [1], [1])])[0]!.elem).toBe("f32");
    expect(run(nn.Add, [half, tensorFrom("f64", [1], [1])])[0]!.elem).toBe("f64");
  });
  it.each([
    [nn.Exp, [i8(1)], "(C1): `x` is i8, not real"],
    [nn.Add, [i8(1), vector(1)], "(C2)"],
    [nn.Add, [vector(1, 2), vector(1, 2, 3)], "(C3): shapes [2], [3] do not broadcast"],
    [nn.And, [vector(1), vector(1)], "(C1)"],
    [nn.Sum, [], "(C2): there is no operand"],
    [nn.Where, [vector(1), vector(1), vector(1)], "(C1)"],
  ] as const)("%# rejects by label", (def, operands, reason) => {
    expect(() => place(def, operands)).toThrow(InferError);
    expect(() => place(def, operands)).toThrow(reason);
  });
});

describe("lanes and groups", () => {
  const x = f32([2, 3], [3, 1, 3, 0, 5, 5]);
  it("breaks ties by position", () => {
    expect(values(nn.ArgMax, [x], { axis: 1, keepdims: false })).toEqual([0, 1]);
    expect(values(nn.ArgMax, [x], { axis: 1, select_last_index: true })).toEqual([2, 2]);
    const [best, where] = run(nn.TopK, [x], { k: 2 });
    expect([...numbers(best!)]).toEqual([3, 3, 5, 5]);
    expect([...numbers(where!)]).toEqual([0, 2, 1, 2]);
    expect(values(nn.TopK, [x], { k: 1, largest: false })).toEqual([1, 0]);
    expect(values(nn.Hardmax, [x])).toEqual([1, 0, 0, 0, 1, 0]);
  });
  it("reduces over the axes named, all, or none", () => {
    expect(values(nn.ReduceSum, [x], { axes: [0] })).toEqual([3, 6, 8]);
    expect(run(nn.ReduceSum, [x], { axes: [-1], keepdims: false })[0]!.shape).toEqual([2]);
    expect(values(nn.ReduceMean, [x])).toEqual([17 / 6]);
    expect(values(nn.ReduceL1, [vector(-1, 2)], { noop_with_empty_axes: true })).toEqual([1, 2]);
    expect(values(nn.ReduceMax, [f32([0], [])])).toEqual([Number.NEGATIVE_INFINITY]);
  });
  it("sums up along an axis", () => {
    expect(values(nn.CumSum, [x], { axis: 1 })).toEqual([3, 4, 7, 0, 5, 10]);
    expect(values(nn.CumSum, [x], { axis: 1, exclusive: true, reverse: true })).toEqual([4, 3, 0, 10, 5, 0]);
  });
  it("(C2) (C3) rejects axes and counts that are not there", () => {
    expect(() => place(nn.ArgMax, [x], { axis: 2 })).toThrow("(C2)");
    expect(() => place(nn.ReduceSum, [x], { axes: [1, -1] })).toThrow("(C2)");
    expect(() => place(nn.TopK, [x], { k: 4 })).toThrow("(C3)");
  });
});

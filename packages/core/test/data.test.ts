import {
  broadcastIndex,
  broadcastShapes,
  ceilLog2,
  diagnostic,
  divisors,
  elemForRange,
  elemInfo,
  firstUnrepresentable,
  gcd,
  isElemType,
  makeTensor,
  numbers,
  printDiagnostic,
  printType,
  rounder,
  roundHalfEven,
  roundingModes,
  sameTensor,
  seededRandom,
  shiftRight,
  signedBits,
  stream,
  tensor,
  tensorFrom,
  unsignedBits,
} from "@gatefold/core";
import { anyTensor, intElem, tensorOf, tensorType } from "@gatefold/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("numbers", () => {
  it("finds the narrowest type of a range", () => {
    const safe = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
    fc.assert(
      fc.property(safe, safe, (a, b) => {
        const [lo, hi] = [Math.min(a, b), Math.max(a, b)];
        const { min, max, widthBits, signed } = elemInfo(elemForRange(lo, hi));
        expect(signed).toBe(lo < 0);
        expect(min <= lo && hi <= max).toBe(true);
        const half = 2 ** (widthBits - 1) / (signed ? 2 : 1);
        if (widthBits > 1) expect(lo >= (signed ? -half : 0) && hi <= half - 1).toBe(false);
      }),
    );
    expect([
      signedBits(-128, 127),
      signedBits(0, 128),
      signedBits(0, 0),
      unsignedBits(0),
      unsignedBits(255),
    ]).toEqual([8, 9, 1, 1, 8]);
    expect(() => elemForRange(0, 2 ** 65)).toThrow("no integer type of at most 64 bits");
    expect([1, 2, 3, 4, 5, 2 ** 40 + 1].map(ceilLog2)).toEqual([0, 1, 2, 2, 3, 41]);
  });

  it("rounds ties as each mode says", () => {
    const table = roundingModes.map((mode) => [
      mode,
      [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999999999999994].map((v) => rounder(mode)(v) + 0),
    ]);
    expect(Object.fromEntries(table)).toEqual({
      ROUND: [-2, -2, 0, 0, 2, 2, 0],
      HALF_EVEN: [-2, -2, 0, 0, 2, 2, 0],
      CEIL: [-2, -1, 0, 1, 2, 3, 1],
      FLOOR: [-3, -2, -1, 0, 1, 2, 0],
      UP: [-3, -2, -1, 1, 2, 3, 1],
      DOWN: [-2, -1, 0, 0, 1, 2, 0],
      HALF_UP: [-3, -2, -1, 1, 2, 3, 0],
      HALF_DOWN: [-2, -1, 0, 0, 1, 2, 0],
    });
    expect(roundHalfEven(2 ** 53 - 1)).toBe(2 ** 53 - 1);
  });

  it("divides and shifts beyond 32 bits", () => {
    expect(divisors(36)).toEqual([1, 2, 3, 4, 6, 9, 12, 18, 36]);
    expect(shiftRight(2 ** 45 + 1, 40)).toBe(32);
    expect(shiftRight(-1, 1)).toBe(-1);
    expect(gcd(-12, 18)).toBe(6);
  });

  it("draws the same numbers from the same seed", () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    const many = Array.from({ length: 20_000 }, seededRandom(1));
    expect(many.every((v) => v >= 0 && v < 1)).toBe(true);
    expect(Math.abs(many.reduce((a, b) => a + b) / many.length - 0.5)).toBeLessThan(0.01);
  });
});

describe("types", () => {
  it("knows element types, and only those", () => {
    expect(["i1", "u64", "bipolar", "bool", "bf16"].every(isElemType)).toBe(true);
    expect(["i0", "u65", "i08", "f8", "int8", "", "toString"].some(isElemType)).toBe(false);
  });

  it("prints types", () => {
    expect(printType(tensor("f32", []))).toBe("tensor<f32>");
    expect(printType(stream("u8", [1, 64], 4))).toBe("stream<1x64xu8, 4>");
  });

  it("broadcasts as NumPy does", () => {
    expect(broadcastShapes([3, 1], [1, 4], [])).toEqual([3, 4]);
    expect(broadcastShapes([3], [4])).toBeUndefined();
    expect([...broadcastIndex([2, 1], [2, 3])!]).toEqual([0, 0, 0, 1, 1, 1]);
    expect(broadcastIndex([2, 3], [2, 3])).toBeUndefined();
  });
});

describe("tensors", () => {
  it("hold exactly what they are given", () => {
    const cases = tensorType(intElem(53)).chain((type) => tensorOf(type));
    fc.assert(
      fc.property(cases, (value) => {
        expect(firstUnrepresentable(value)).toBe(-1);
        expect(
          sameTensor(value, tensorFrom(value.elem, value.shape, Array.from(numbers(value), Number))),
        ).toBe(true);
      }),
    );
    fc.assert(fc.property(anyTensor(), (value) => sameTensor(value, value)));
  });

  it("refuse what the type cannot hold", () => {
    expect(() => tensorFrom("i4", [1], [8])).toThrow("8 is not a value of i4");
    expect(() => tensorFrom("u4", [1], [0.5])).toThrow("0.5 is not a value of u4");
    expect(() => tensorFrom("u4", [2], [1])).toThrow("has 2 elements, not 1");
    expect(() => numbers(makeTensor("u64", [1], BigUint64Array.of(2n ** 60n)))).toThrow("beyond 2^53");
  });

  it("find values beyond the type, in wide integers too", () => {
    expect(firstUnrepresentable(makeTensor("i4", [2], Int8Array.of(7, 8)))).toBe(1);
    expect(firstUnrepresentable(makeTensor("bipolar", [2], Int8Array.of(1, 0)))).toBe(1);
    expect(firstUnrepresentable(makeTensor("i40", [2], BigInt64Array.of(2n ** 39n - 1n, 2n ** 39n)))).toBe(1);
    expect(firstUnrepresentable(makeTensor("u64", [1], BigUint64Array.of(2n ** 64n - 1n)))).toBe(-1);
    expect(firstUnrepresentable(makeTensor("f32", [1], Float32Array.of(Number.NaN)))).toBe(0);
  });
});

it("diagnostics print where, what, notes and hint", () => {
  const d = diagnostic("q/odd", "It is odd.", {
    loc: { file: "a.onnx", node: "N" },
    notes: ["n"],
    hint: "h",
  });
  expect(printDiagnostic(d)).toBe("a.onnx: node N: error: It is odd. [q/odd]\n  note: n\n  hint: h");
});

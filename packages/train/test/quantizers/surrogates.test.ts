import { random } from "@gatefold/datasets";
import { describe, expect, it } from "vitest";
import {
  dorefaCode,
  dorefaSlope,
  initialScale,
  pactAlphaSlope,
  powerOfTwo,
  scaleGradientFactor,
  shortScale,
  signSlope,
  ternaryCode,
  ternaryThreshold,
  uniformCode,
  uniformScaleSlope,
  uniformSlope,
} from "../../src/quantizers/surrogates.js";

const codes = { low: -3, high: 3 };

describe("surrogate formulas, by hand", () => {
  it("uniform: halves go to even, and the range clips", () => {
    const found = [-9, -1.25, -0.75, -0.25, 0.25, 0.75, 1.25, 9].map((x) => uniformCode(x, 0.5, codes));
    expect(found.map((c) => c + 0)).toEqual([-3, -2, -2, 0, 0, 2, 2, 3]);
  });

  it("uniform: the slope is 1 up to the limits, ends included", () => {
    expect([-1.51, -1.5, 0, 1.5, 1.51].map((x) => uniformSlope(x, 0.5, codes))).toEqual([0, 1, 1, 1, 0]);
  });

  it("LSQ: code - v inside, the limit outside", () => {
    expect(uniformScaleSlope(0.6, 0.5, codes)).toBeCloseTo(1 - 1.2, 6);
    expect(uniformScaleSlope(-0.4, 0.5, codes)).toBeCloseTo(-1 + 0.8, 6);
    expect(uniformScaleSlope(7, 0.5, codes)).toBe(3);
    expect(uniformScaleSlope(-7, 0.5, codes)).toBe(-3);
    expect(scaleGradientFactor(400, 4)).toBe(1 / 40);
    expect(initialScale(3, 9)).toBe(2);
  });

  it("sign, PACT and ternary", () => {
    expect([-1.01, -1, 0, 1, 1.01].map(signSlope)).toEqual([0, 1, 1, 1, 0]);
    expect([1.9, 2, 2.1].map((x) => pactAlphaSlope(x, 2))).toEqual([0, 1, 1]);
    expect([-0.8, -0.7, 0, 0.7, 0.8].map((w) => ternaryCode(w, ternaryThreshold(1)))).toEqual([
      -1, 0, 0, 0, 1,
    ]);
  });

  it("DoReFa: 2 bits give -3, -1, 1, 3, and the slope is tanh's over its maximum", () => {
    const largest = Math.tanh(1);
    expect([-1, -0.4, 0.1, 1].map((w) => dorefaCode(w, largest, 2))).toEqual([-3, -1, 1, 3]);
    const h = 1e-6;
    const smooth = (w: number): number => Math.tanh(w) / largest;
    expect(dorefaSlope(0.3, largest)).toBeCloseTo((smooth(0.3 + h) - smooth(0.3 - h)) / (2 * h), 8);
  });

  it("powers of two: the nearest in the logarithm, or the next above", () => {
    expect([1, 1.41, 1.42, 3, 0.7, 0.71].map((x) => powerOfTwo(x))).toEqual([1, 1, 2, 4, 0.5, 1]);
    expect([1, 1.0001, 2, 0.26].map((x) => powerOfTwo(x, true))).toEqual([1, 2, 2, 0.5]);
    for (let e = -30; e < 30; e++) expect(powerOfTwo(2 ** e)).toBe(2 ** e);
  });

  it("short scales: products with codes of 12 bits are exact in float32, and the error is below 2^-12", () => {
    const draw = random(3);
    for (let i = 0; i < 2000; i++) {
      const x = draw.between(0.001, 10);
      const scale = shortScale(x);
      const code = draw.below(4096);
      expect(Math.fround(scale * code)).toBe(scale * code);
      expect(Math.abs(scale - x) / x).toBeLessThanOrEqual(2 ** -12);
    }
  });
});

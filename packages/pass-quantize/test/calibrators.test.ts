import { DiagnosticError } from "@gatefold/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scaleFor, squaredError } from "../src/calibrators.js";
import { Histogram, observe } from "../src/histogram.js";
import { minMax, mse, percentile } from "../src/index.js";
import { activationCodes, alignScales, calibratedScale, narrowCodes } from "../src/scale.js";

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(Math.fround), {
  minLength: 1,
  maxLength: 60,
});
const sum = (list: ArrayLike<number>): number => Array.from(list).reduce((a, b) => a + b, 0);

describe("Histogram", () => {
  it("counts every value, keeps both ends exactly, and has bins of 1/1024 of the largest magnitude at most", () => {
    fc.assert(
      fc.property(values, (list) => {
        const seen = observe(list);
        expect(seen.count).toBe(list.length);
        expect(sum(seen.counts)).toBe(list.length);
        expect([seen.min + 0, seen.max + 0]).toEqual([Math.min(...list) + 0, Math.max(...list) + 0]);
        const size = Math.max(...list.map(Math.abs));
        for (const v of list) {
          const nearest = Math.min(...Array.from(seen.values, (bin) => Math.abs(bin - v)));
          expect(nearest).toBeLessThanOrEqual(size / 1024 + 1e-12);
        }
      }),
    );
  });

  it("holds the same whatever the order and the portions in which values come", () => {
    fc.assert(
      fc.property(values, fc.nat(), (list, cut) => {
        const [whole, parts] = [observe(list), new Histogram()];
        const turned = [...list].reverse();
        const at = cut % (list.length + 1);
        parts.add(turned.slice(0, at));
        parts.add(turned.slice(at));
        const found = parts.observed();
        expect(found.counts).toEqual(whole.counts);
        found.values.forEach((v, i) => {
          expect(v).toBeCloseTo(whole.values[i]!, 6);
        });
      }),
    );
  });

  it("refuses what is no number", () => {
    expect(() => observe([1, Number.NaN])).toThrow(RangeError);
    expect(() => observe([Number.POSITIVE_INFINITY])).toThrow(RangeError);
  });

  it("takes magnitudes of any size", () => {
    expect([...observe([5e-324, 1, 2 ** 1000]).counts]).toEqual([2, 1]);
  });

  it("keeps whole numbers exact, so that bytes are seen as they are", () => {
    const bytes = Array.from({ length: 1000 }, (_, i) => (i * 7) % 256);
    expect([...observe(bytes).values]).toEqual(Array.from({ length: 256 }, (_, i) => i));
  });
});

describe("calibrators", () => {
  const codes = activationCodes(observe([1]), 4);

  it("minmax clips nothing", () => {
    fc.assert(
      fc.property(values, (list) => {
        const seen = observe(list);
        const span = activationCodes(seen, 5);
        const scale = scaleFor(minMax().range(seen, span), span);
        expect(seen.max).toBeLessThanOrEqual(scale * span.high * (1 + 1e-12));
        expect(seen.min).toBeGreaterThanOrEqual(scale * span.low * (1 + 1e-12));
      }),
    );
  });

  it("mse never does worse than the whole range, and clips a lone outlier", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 8 }), (list, bits) => {
        const seen = observe(list);
        const span = activationCodes(seen, bits);
        const error = (name: "mse" | "minMax"): number => {
          const scale = scaleFor((name === "mse" ? mse() : minMax()).range(seen, span), span);
          return scale === 0 ? 0 : squaredError(seen, scale, span);
        };
        const energy = list.reduce((all, v) => all + v * v, 0);
        expect(error("mse")).toBeLessThanOrEqual(error("minMax") + 1e-12 * energy);
      }),
    );
    const outlier = observe([...Array.from({ length: 10_000 }, (_, i) => i / 10_000), 4]);
    expect(mse().range(outlier, codes).hi).toBeLessThan(2);
    expect(minMax().range(outlier, codes).hi).toBe(4);
  });

  it("mse takes bytes as they are", () => {
    const bytes = observe(Array.from({ length: 256 }, (_, i) => i));
    expect(calibratedScale(bytes, activationCodes(bytes, 8), mse(), false, "input")).toBe(1);
  });

  it("percentile leaves the rarest out, at both ends where both are clipped", () => {
    const up = observe(Array.from({ length: 1001 }, (_, i) => i));
    expect(percentile({ percent: 90 }).range(up, codes)).toEqual({ lo: 0, hi: 900 });
    expect(percentile({ percent: 100 }).range(up, codes)).toEqual({ lo: 0, hi: 1000 });
    const both = observe(Array.from({ length: 1001 }, (_, i) => i - 500));
    expect(percentile({ percent: 90 }).range(both, narrowCodes(4))).toEqual({ lo: -450, hi: 450 });
    expect(() => percentile({ percent: 101 })).toThrow(/`percent`/);
  });

  it("gives a place that only saw 0 the scale 1", () => {
    for (const calibrator of [minMax(), mse(), percentile()]) {
      const nothing = observe([0, 0]);
      expect(calibratedScale(nothing, activationCodes(nothing, 4), calibrator, false, "x")).toBe(1);
    }
  });

  it("is named with the place when its range has no 0 or is not finite", () => {
    for (const range of [
      { lo: 1, hi: 2 },
      { lo: 0, hi: Number.NaN },
      { lo: 2, hi: -1 },
    ]) {
      const broken = { name: "mine", range: () => range };
      expect(() => calibratedScale(observe([1]), codes, broken, false, "relu1")).toThrow(DiagnosticError);
      expect(() => calibratedScale(observe([1]), codes, broken, false, "relu1")).toThrow(/`mine`.*`relu1`/);
    }
  });
});

describe("scales", () => {
  const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true }).map(Math.fround);

  it("are float32 numbers", () => {
    fc.assert(
      fc.property(values, (list) => {
        const seen = observe(list);
        const scale = calibratedScale(seen, activationCodes(seen, 6), mse(), false, "x");
        expect(scale).toBe(Math.fround(scale));
        expect(scale).toBeGreaterThan(0);
      }),
    );
  });

  it("of powers of two are that of the two neighbours with less error", () => {
    fc.assert(
      fc.property(values, (list) => {
        const seen = observe(list);
        const span = activationCodes(seen, 4);
        const [free, power] = [false, true].map((each) => calibratedScale(seen, span, minMax(), each, "x"));
        expect(Math.log2(power!)).toBe(Math.round(Math.log2(power!)));
        expect(power! / free!).toBeGreaterThan(0.499);
        expect(power! / free!).toBeLessThan(2.001);
        const other = power! > free! ? power! / 2 : power! * 2;
        expect(squaredError(seen, power!, span)).toBeLessThanOrEqual(squaredError(seen, other, span));
      }),
    );
  });

  it("that meet in a sum become powers of two of each other, none less than it was and none doubled", () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1, maxLength: 5 }), (scales) => {
        const aligned = alignScales(scales);
        const largest = Math.max(...scales);
        aligned.forEach((scale, i) => {
          const steps = Math.log2(largest / scale);
          expect(steps).toBe(Math.round(steps));
          expect(scale).toBeGreaterThanOrEqual(scales[i]!);
          expect(scale).toBe(Math.fround(scale));
          if (steps < 8) expect(scale).toBeLessThan(2 * scales[i]!);
        });
      }),
    );
  });
});

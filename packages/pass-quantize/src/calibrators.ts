import { checkOptions, option, roundHalfEven } from "@gatefold/core";
import type { Calibrator, CodeSpan, Range } from "./calibrator.js";
import type { Observed } from "./histogram.js";

/** The whole range that was seen: nothing is clipped. */
export function minMax(): Calibrator {
  return { name: "minmax", range: ({ min, max }) => ({ lo: Math.min(min, 0), hi: Math.max(max, 0) }) };
}

export interface PercentileOptions {
  /** Share of the values that is kept, in per cent; the same share goes at either end where both are clipped. Default: 99.99. */
  readonly percent?: number;
}

/** Leaves out the rarest values at the ends. */
export function percentile(options: PercentileOptions = {}): Calibrator {
  const { percent = 99.99 } = checkOptions("percentile", options, {
    percent: option.optional(option.number({ min: 50, max: 100 })),
  });
  return {
    name: `percentile ${percent}`,
    range: (observed, { low }) => {
      const lost = (1 - percent / 100) * observed.count;
      const each = low < 0 ? lost / 2 : lost;
      return {
        lo: low < 0 ? Math.min(0, quantile(observed, each)) : 0,
        hi: Math.max(0, quantile(observed, observed.count - each)),
      };
    },
  };
}

/** The value below which `below` of the values lie, to the width of a bin; the exact end where all or none do. */
function quantile({ count, min, max, values, counts }: Observed, below: number): number {
  if (below <= 0) return min;
  if (below >= count) return max;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += counts[i]!;
    if (sum >= below) return values[i]!;
  }
  return max;
}

/** Clips that are tried, as parts of the whole range. */
const clipSteps = 100;

/**
 * The clip with the least squared error, of rounding and clipping together, on what was seen: of a hundred parts of the
 * whole range.
 *
 * Source: Sung, Shin & Hwang, "Resiliency of Deep Neural Networks under Quantization", arXiv:1511.06488 (L2 error minimisation).
 */
export function mse(): Calibrator {
  return {
    name: "mse",
    range: (observed, codes) => {
      const whole = scaleFor({ lo: observed.min, hi: observed.max }, codes);
      if (whole === 0) return { lo: 0, hi: 0 };
      let best = { scale: whole, error: squaredError(observed, whole, codes) };
      for (let step = clipSteps - 1; step > 0; step--) {
        const scale = (whole * step) / clipSteps;
        const error = squaredError(observed, scale, codes);
        if (error < best.error) best = { scale, error };
      }
      return { lo: best.scale * codes.low, hi: best.scale * codes.high };
    },
  };
}

/** The least scale with which the codes cover a range; 0 for a range of 0 alone. */
export function scaleFor({ lo, hi }: Range, { low, high }: CodeSpan): number {
  return Math.max(hi > 0 ? hi / high : 0, lo < 0 && low < 0 ? lo / low : 0);
}

/** Sum of the squared errors of rounding to `scale` times a code. */
export function squaredError({ values, counts }: Observed, scale: number, { low, high }: CodeSpan): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const code = Math.min(high, Math.max(low, roundHalfEven(values[i]! / scale)));
    sum += counts[i]! * (values[i]! - code * scale) ** 2;
  }
  return sum;
}

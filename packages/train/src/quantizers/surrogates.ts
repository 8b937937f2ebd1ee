import { roundHalfEven } from "@gatefold/core";

/** Codes that a quantizer may emit. */
export interface CodeRange {
  readonly low: number;
  readonly high: number;
}

const clamp = (v: number, { low, high }: CodeRange): number => Math.min(Math.max(v, low), high);

/** `round(clip(x / scale, low, high))`, halves to even, the quotient in float32. */
export function uniformCode(x: number, scale: number, codes: CodeRange): number {
  return roundHalfEven(clamp(Math.fround(x / scale), codes));
}

/** Straight-through slope of `uniformCode(x) · scale` in `x`: 1 inside of the codes' range, else 0. */
export function uniformSlope(x: number, scale: number, { low, high }: CodeRange): number {
  const v = Math.fround(x / scale);
  return v >= low && v <= high ? 1 : 0;
}

/**
 * Slope of `uniformCode(x) · scale` in `scale`: `code − x/scale` inside, the limit outside.
 *
 * Source: Esser et al., "Learned step size quantization", arXiv:1902.08153, equation 3.
 */
export function uniformScaleSlope(x: number, scale: number, codes: CodeRange): number {
  const v = Math.fround(x / scale);
  return uniformCode(x, scale, codes) - (v >= codes.low && v <= codes.high ? v : 0);
}

/**
 * Factor on the gradient of a learned scale: `1 / √(elements · high)`.
 *
 * Source: arXiv:1902.08153, section 2.2.
 */
export function scaleGradientFactor(elements: number, high: number): number {
  return 1 / Math.sqrt(elements * high);
}

/** First value of a learned scale: `2 · mean|v| / √high`. Source: arXiv:1902.08153, section 2.1. */
export function initialScale(meanAbsolute: number, high: number): number {
  return (2 * meanAbsolute) / Math.sqrt(high);
}

/** Slope of the sign in its operand: 1 for |x| ≤ 1. Source: Hubara et al., arXiv:1602.02830, equation 4. */
export function signSlope(x: number): number {
  return Math.abs(x) <= 1 ? 1 : 0;
}

/** Slope of PACT's output in α: 1 from α on. Source: Choi et al., arXiv:1805.06085, equation 3. */
export function pactAlphaSlope(x: number, alpha: number): number {
  return x >= alpha ? 1 : 0;
}

/**
 * DoReFa's weight codes: odd integers `2c − n`, `n = 2^bits − 1`, `c = round(n · (tanh w / (2·max|tanh w|) + ½))`;
 * the weight is `code / n`.
 *
 * Source: Zhou et al., arXiv:1606.06160, equation 9.
 */
export function dorefaCode(w: number, largestTanh: number, bits: number): number {
  const n = 2 ** bits - 1;
  return 2 * roundHalfEven(n * (Math.tanh(w) / (2 * largestTanh) + 0.5)) - n;
}

/** Slope of DoReFa's weight in `w`, rounding passed straight through and the maximum held constant. */
export function dorefaSlope(w: number, largestTanh: number): number {
  return (1 - Math.tanh(w) ** 2) / largestTanh;
}

/** −1, 0 or 1: 0 up to the threshold. Source: Li et al., "Ternary weight networks", arXiv:1605.04711, equation 3. */
export function ternaryCode(w: number, threshold: number): number {
  return w > threshold ? 1 : w < -threshold ? -1 : 0;
}

/** Δ of ternary weights: `0.7 · mean|w|`. Source: arXiv:1605.04711, equation 6. */
export function ternaryThreshold(meanAbsolute: number): number {
  return 0.7 * meanAbsolute;
}

/** The power of two nearest to `x > 0` in its logarithm; with `up`, the smallest that is not below `x`. Exact. */
export function powerOfTwo(x: number, up = false): number {
  let power = 2 ** Math.floor(Math.log2(x));
  if (power > x) power /= 2;
  else if (power * 2 <= x) power *= 2;
  const mantissa = x / power;
  return mantissa > (up ? 1 : Math.SQRT2) ? power * 2 : power;
}

const scaleBits = 12;

/**
 * `x > 0` rounded to 12 significant bits. A code of up to 12 bits times such a scale is exact in float32, and so are sums of a few:
 * where a mean or a sum of codes lies halfway between two codes, float32 and float64 see the same tie.
 */
export function shortScale(x: number): number {
  const unit = powerOfTwo(x, true) / 2 ** scaleBits;
  return roundHalfEven(x / unit) * unit;
}

import type { Calibrator, CodeSpan } from "./calibrator.js";
import { scaleFor, squaredError } from "./calibrators.js";
import { badRange } from "./diagnostics.js";
import type { Observed } from "./histogram.js";

/** Below this a float32 is no normal number. */
const leastScale = 2 ** -126;

/** Codes of `bits` bits around 0: signed ones without the lowest, so that they lie as far below 0 as above (QONNX `narrow`). */
export const narrowCodes = (bits: number): CodeSpan => ({
  low: 1 - 2 ** (bits - 1),
  high: 2 ** (bits - 1) - 1,
});

/** Codes for what was seen: from 0 where nothing lies below, else signed. */
export function activationCodes(observed: Observed, bits: number): CodeSpan {
  return observed.min >= 0
    ? { low: 0, high: 2 ** bits - 1 }
    : { low: -(2 ** (bits - 1)), high: 2 ** (bits - 1) - 1 };
}

/**
 * The scale, a float32, that a calibrator's range asks for; 1 where there is nothing but 0. With `powerOfTwo`, that of the two
 * neighbouring powers of two which has the lesser squared error. `where` names the place in messages.
 *
 * Throws `DiagnosticError` (`quantize/bad-range`) when the range holds no 0 or is not finite.
 */
export function calibratedScale(
  observed: Observed,
  codes: CodeSpan,
  calibrator: Calibrator,
  powerOfTwo: boolean,
  where: string,
): number {
  const range = calibrator.range(observed, codes);
  const fits = Number.isFinite(range.lo) && Number.isFinite(range.hi) && range.lo <= 0 && range.hi >= 0;
  if (!fits) throw badRange(calibrator.name, where, range);
  const wanted = scaleFor(range, codes);
  if (wanted < leastScale) return 1;
  if (!powerOfTwo) return Math.fround(wanted);
  const [below, above] = [2 ** Math.floor(Math.log2(wanted)), 2 ** Math.ceil(Math.log2(wanted))];
  return squaredError(observed, below, codes) < squaredError(observed, above, codes) ? below : above;
}

/** Powers of two by which scales that meet may differ: a shift costs bits of the sum. */
const mostShift = 8;

/**
 * Scales that meet in one sum, made powers of two of each other: the largest stays, the others grow by less than two, so
 * that nothing more is clipped.
 */
export function alignScales(scales: readonly number[]): readonly number[] {
  const largest = Math.max(...scales);
  return scales.map((scale) => largest * 2 ** -Math.min(mostShift, Math.floor(Math.log2(largest / scale))));
}

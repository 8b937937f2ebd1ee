import type { IntegerRange } from "@gatefold/core";
import { fitStaircases, type Staircase } from "@gatefold/dialect-q";

/** `count(v) = clamp(round(a v + b), 0, N)`, one pair for each channel. */
export interface EvenThresholds {
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/** Lines stay below this, so that the kernel finds the integer in a double's low bits. */
const mostCount = 2 ** 30;
/** Sums in units of the line's last digit stay below this, so that doubles hold them. */
const exactBelow = 2 ** 52;

/**
 * Finds, for each channel's ascending thresholds, a line whose rounded value is the number of thresholds that any
 * integer of the (channel's) range reaches, as for a uniform quantizer; `undefined` when a channel has none.
 *
 * The lines are those that `fitStaircases` proves, with whole numbers over a power of two: doubles compute them without
 * any rounding but the last, which is to even where a quantizer's ties need that, and else is kept from ties by half a
 * digit.
 */
export function fitEven(rows: Float64Array, count: number, range: IntegerRange): EvenThresholds | undefined {
  const channels = rows.length / count;
  const [a, b] = [new Float64Array(channels), new Float64Array(channels)];
  for (let c = 0; c < channels; c++) {
    const lo = range.channels?.lo[c] ?? range.lo;
    const hi = range.channels?.hi[c] ?? range.hi;
    const line = fitLine({ thresholds: rows.subarray(c * count, (c + 1) * count), lo, hi });
    if (!line) return undefined;
    [a[c], b[c]] = line;
  }
  return { a, b };
}

function fitLine(staircase: Staircase): readonly [number, number] | undefined {
  for (const ties of ["up", "even"] as const) {
    const fit = fitStaircases([staircase], { ties, shared: false });
    if (!fit) continue;
    const unit = 2 ** fit.shift;
    const [mul, add] = [fit.mul[0]!, between(...fit.add[0]!)];
    const [first, last] = [mul * staircase.lo + add, mul * staircase.hi + add];
    const most = Math.max(Math.abs(first), Math.abs(last), Math.abs(add)) + unit;
    if (most >= exactBelow || most >= mostCount * unit) continue;
    return [mul / unit, (ties === "up" ? add + 0.5 - unit / 2 : add - unit / 2) / unit];
  }
  return undefined;
}

/** A number between two of which either may be infinite. */
function between(least: number, greatest: number): number {
  if (!Number.isFinite(least)) return Number.isFinite(greatest) ? greatest : 0;
  return Number.isFinite(greatest) ? Math.floor((least + greatest) / 2) : least;
}

import { NetlistError } from "./error.js";

/** Integers from `lo` to `hi`, both included. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** Values of a netlist stay in ±2^52, so that every sum of three is exact in float64. */
export const largestMagnitude: number = 2 ** 52;

export function checkInterval(what: string, { lo, hi }: Interval): void {
  if (
    Number.isSafeInteger(lo) &&
    Number.isSafeInteger(hi) &&
    lo <= hi &&
    Math.max(-lo, hi) <= largestMagnitude
  )
    return;
  throw new NetlistError(
    "netlist/bad-interval",
    `${what} has the interval ${lo} … ${hi}.`,
    "give integers within ±2^52, the smaller one first",
  );
}

/** Bits of an unsigned word that holds 0 … `value`; 0 for 0. */
export function unsignedBits(value: number): number {
  let bits = 0;
  for (let rest = value; rest >= 1; rest = Math.floor(rest / 2)) bits++;
  return bits;
}

/** Bits of the narrowest word for an interval: two's complement where it has negative values, else unsigned. */
export function widthOf({ lo, hi }: Interval): number {
  if (lo >= 0) return unsignedBits(hi);
  return 1 + Math.max(unsignedBits(-lo - 1), unsignedBits(Math.max(hi, 0)));
}

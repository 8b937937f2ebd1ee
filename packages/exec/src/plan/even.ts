import type { IntegerRange } from "@gatefold/core";

/** `count(v) = clamp(round(a v + b), 0, N)`, one pair for each channel. */
export interface EvenThresholds {
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/** What the kernel adds to bring an integer to a double's low bits; doubles here round as its own do. */
const magic = 1.5 * 2 ** 52;

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Finds, for each channel's ascending thresholds, a line whose rounded value is the number of thresholds that any
 * integer of the (channel's) range reaches, as for a uniform quantizer; `undefined` when a channel has none.
 *
 * Exact: both sides are monotone and the count is constant from a threshold to the next, so that they agree
 * everywhere when they agree at both ends of each such stretch; all of those are computed, in the kernel's arithmetic.
 */
export function fitEven(rows: Float64Array, count: number, range: IntegerRange): EvenThresholds | undefined {
  const channels = rows.length / count;
  const [a, b] = [new Float64Array(channels), new Float64Array(channels)];
  for (let c = 0; c < channels; c++) {
    const own = range.channels && { lo: range.channels.lo[c]!, hi: range.channels.hi[c]! };
    const line = fitLine(rows.subarray(c * count, (c + 1) * count), own ?? range);
    if (!line) return undefined;
    [a[c], b[c]] = line;
  }
  return { a, b };
}

function fitLine(thresholds: Float64Array, range: IntegerRange): readonly [number, number] | undefined {
  const { lo, hi } = range;
  // At t_j the line must have passed j + 1/2, at t_j - 1 not yet.
  const above: Point[] = [];
  const below: Point[] = [];
  thresholds.forEach((t, j) => {
    if (t <= hi) above.push({ x: Math.max(t, lo), y: j + 0.5 });
    if (t > lo) below.push({ x: Math.min(t - 1, hi), y: j + 0.5 });
  });
  if (above.length === 0) return [0, 0];
  if (below.length === 0) return [0, thresholds.length];
  const lowest = (a: number): number =>
    above.reduce((most, { x, y }) => Math.max(most, y - a * x), -Infinity);
  const highest = (a: number): number =>
    below.reduce((least, { x, y }) => Math.min(least, y - a * x), Infinity);
  // The room between them is concave in the slope.
  let [from, to] = [0, thresholds.length + 1];
  for (let i = 0; i < 90; i++) {
    const [left, right] = [from + (to - from) / 3, to - (to - from) / 3];
    if (highest(left) - lowest(left) < highest(right) - lowest(right)) from = left;
    else to = right;
  }
  const a = (from + to) / 2;
  const b = (highest(a) + lowest(a)) / 2;
  // Where a quantizer's step is a whole number, its ties fall on codes; the line must pass through them exactly, and
  // doubles then round them to even, as the quantizer does.
  const exact = 1 / Math.round(1 / a);
  const shift = (Math.round((2 * b) / exact) * exact) / 2;
  const lines = [[a, b] as const, [exact, shift] as const];
  return lines.find(([slope, start]) => holds(thresholds, range, slope, start));
}

function holds(thresholds: Float64Array, { lo, hi }: IntegerRange, a: number, b: number): boolean {
  const agrees = (v: number, count: number): boolean => {
    const line = a * v + b;
    const rounded = line + magic - magic;
    return Math.abs(line) < 2 ** 30 && Math.min(thresholds.length, Math.max(0, rounded)) === count;
  };
  let start = lo;
  for (let j = 0; j <= thresholds.length; j++) {
    // From `start` to the value before threshold j, j thresholds are reached.
    const next = Math.min(hi + 1, thresholds[j] ?? hi + 1);
    if (next <= start) continue;
    if (!agrees(start, j) || !agrees(next - 1, j)) return false;
    start = next;
  }
  return true;
}

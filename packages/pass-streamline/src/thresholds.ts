import { type ElemType, elemForRange, elemInfo, type Tensor, tensorFrom } from "@gatefold/core";
import { ends, type IntegerFunction, levelCount } from "./integer-function.js";

/** Codes `from, from + 1, …`, `count` of them, each of which has a threshold. */
export interface CodeSpan {
  readonly from: number;
  readonly count: number;
}

/** How the codes of a channel run over its integers. */
export type Direction = "up" | "down" | "mixed";

/** The direction of a channel from its whole table. */
export function tableDirection(table: Float64Array): Direction {
  let [up, down] = [true, true];
  for (let i = 1; i < table.length; i++) {
    if (table[i]! < table[i - 1]!) up = false;
    if (table[i]! > table[i - 1]!) down = false;
  }
  return up ? "up" : down ? "down" : "mixed";
}

/** The directions of a monotone function from its ends. */
export function endDirections(f: IntegerFunction): Direction[] {
  const { first, last } = ends(f);
  return Array.from(first, (v, c) => (v <= last[c]! ? "up" : "down"));
}

/** Least and greatest code over all channels, of a function that runs up. */
export function codeRange(f: IntegerFunction): { readonly lo: number; readonly hi: number } {
  const { first, last } = ends(f);
  return { lo: first.reduce((a, b) => Math.min(a, b)), hi: last.reduce((a, b) => Math.max(a, b)) };
}

/**
 * The smallest integers of one channel that reach each code, from its table of the integers `lo … hi`, which is read
 * backwards when it runs down (then of `−n`). `hi + 1` where none does.
 */
export function reach(
  table: Float64Array,
  down: boolean,
  lo: number,
  hi: number,
  { from, count }: CodeSpan,
): Float64Array {
  const out = new Float64Array(count).fill(hi + 1);
  const length = hi - lo + 1;
  let k = 0;
  for (let i = 0; i < length && k < count; i++) {
    const code = table[down ? length - 1 - i : i]!;
    while (k < count && code >= from + k) out[k++] = lo + i;
  }
  return out;
}

/**
 * `reach` of every channel of a non-decreasing function, without its table: all channels and codes are bisected
 * together.
 */
export function bisect(f: IntegerFunction, { from, count }: CodeSpan): Float64Array[] {
  const low = new Float64Array(count * f.channels);
  const high = new Float64Array(count * f.channels);
  for (let i = 0; i < low.length; i++) {
    low[i] = f.lo(i % f.channels);
    high[i] = f.hi(i % f.channels) + 1;
  }
  for (let span = levelCount(f) + 1; span >= 1; span = span === 1 ? 0 : Math.ceil(span / 2)) {
    const middle = Float64Array.from(low, (l, i) =>
      Math.min(Math.floor((l + high[i]!) / 2), f.hi(i % f.channels)),
    );
    const values = f.at(middle);
    for (let i = 0; i < low.length; i++) {
      if (low[i]! >= high[i]!) continue;
      if (values[i]! >= from + Math.floor(i / f.channels)) high[i] = middle[i]!;
      else low[i] = middle[i]! + 1;
    }
  }
  return Array.from({ length: f.channels }, (_, c) =>
    Float64Array.from({ length: count }, (_, k) => low[k * f.channels + c]!),
  );
}

/** Thresholds in the signedness of the input, one bit wider where one lies beyond its range; one row if all agree. */
export function thresholdTensor(rows: readonly Float64Array[], input: ElemType): Tensor {
  const first = rows[0]!;
  const kept = rows.every((row) => row.every((t, k) => t === first[k])) ? [first] : rows;
  const { min, max } = elemInfo(input);
  let [lo, hi] = [min, max];
  for (const row of kept) {
    for (const t of row) {
      lo = Math.min(lo, t);
      hi = Math.max(hi, t);
    }
  }
  const values = new Float64Array(kept.length * first.length);
  kept.forEach((row, c) => {
    values.set(row, c * first.length);
  });
  return tensorFrom(elemForRange(lo, hi), [kept.length, first.length], values);
}

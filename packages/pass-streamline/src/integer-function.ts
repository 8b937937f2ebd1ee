import { type Expr, exprNumbers } from "./expr.js";
import type { FlowFact } from "./fact.js";

/** Levels evaluated in one go: bounds the memory of an enumeration. */
const chunkElements = 1 << 20;
/** Above this many evaluations a monotone function is bisected, and another is refused. */
export const enumerationLimit: number = 1 << 25;

/** A function of the integers `lo … hi` of each channel. */
export interface IntegerFunction {
  readonly channels: number;
  readonly lo: (channel: number) => number;
  readonly hi: (channel: number) => number;
  /** Evaluates one integer a channel and row: `levels` holds `rows × channels`. */
  readonly at: (levels: ArrayLike<number>) => ArrayLike<number>;
}

/**
 * The function that an expression is of its flow's integer tensor. One that is the same on all channels has one
 * channel here, which ranges over what any of them takes.
 */
export function integerFunction(flow: FlowFact, expr: Expr = flow.expr): IntegerFunction {
  const { baseForm, range, uniform } = flow;
  const form = uniform ? { ...flow.form, channels: 1 } : flow.form;
  const own = !uniform && range.channels?.axis === baseForm.axis ? range.channels : undefined;
  return {
    channels: form.channels,
    lo: (c) => own?.lo[c] ?? range.lo,
    hi: (c) => own?.hi[c] ?? range.hi,
    at: (levels) => exprNumbers(expr, levels, form),
  };
}

/** Greatest number of levels of a channel. */
export function levelCount(f: IntegerFunction): number {
  let most = 0;
  for (let c = 0; c < f.channels; c++) most = Math.max(most, f.hi(c) - f.lo(c) + 1);
  return most;
}

/**
 * Values of a function on all of its integers: `table[c][i] = f(lo(c) + i)`. A channel's rows beyond its own `hi`
 * repeat the last value. `undefined` when there are more than `enumerationLimit`.
 */
export function enumerate(f: IntegerFunction): Float64Array[] | undefined {
  const count = levelCount(f);
  if (count * f.channels > enumerationLimit) return undefined;
  const tables = Array.from({ length: f.channels }, () => new Float64Array(count));
  const rows = Math.max(1, Math.floor(chunkElements / f.channels));
  for (let start = 0; start < count; start += rows) {
    const size = Math.min(rows, count - start);
    const levels = new Float64Array(size * f.channels);
    for (let r = 0; r < size; r++) {
      for (let c = 0; c < f.channels; c++)
        levels[r * f.channels + c] = Math.min(f.lo(c) + start + r, f.hi(c));
    }
    const values = f.at(levels);
    for (let r = 0; r < size; r++) {
      for (let c = 0; c < f.channels; c++) tables[c]![start + r] = values[r * f.channels + c]!;
    }
  }
  return tables;
}

/** The values at both ends of each channel. */
export function ends(f: IntegerFunction): { readonly first: Float64Array; readonly last: Float64Array } {
  const row = (end: (c: number) => number): Float64Array =>
    Float64Array.from(f.at(Float64Array.from({ length: f.channels }, (_, c) => end(c))));
  return { first: row(f.lo), last: row(f.hi) };
}

/** `f(−n)` in the marked channels. */
export function mirrored(f: IntegerFunction, marked: readonly boolean[]): IntegerFunction {
  if (!marked.includes(true)) return f;
  return {
    channels: f.channels,
    lo: (c) => (marked[c] ? 0 - f.hi(c) : f.lo(c)),
    hi: (c) => (marked[c] ? 0 - f.lo(c) : f.hi(c)),
    at: (levels) => f.at(Float64Array.from(levels, (n, i) => (marked[i % f.channels] ? -n : n))),
  };
}

import { allocate, type ElemType, makeTensor, numbers, type Tensor } from "@gatefold/core";
import { type Expr, evaluateExpr } from "./expr.js";
import type { FlowFact } from "./fact.js";
import { levelShape } from "./form.js";

/** Levels evaluated in one go: bounds the memory of an enumeration. */
const chunkElements = 1 << 20;
/** Above this many evaluations a monotone function is bisected, and another is refused. */
export const enumerationLimit = 1 << 25;

/** A function of the integers `lo … hi` of each channel. */
export interface IntegerFunction {
  readonly channels: number;
  readonly lo: (channel: number) => number;
  readonly hi: (channel: number) => number;
  /** Evaluates one integer a channel and row: `levels` holds `rows × channels`. */
  readonly at: (levels: ArrayLike<number>) => ArrayLike<number>;
}

/** Storage for levels of this element type: numbers, whatever the type. */
export function levelTensor(elem: ElemType, shape: readonly number[], values: ArrayLike<number>): Tensor {
  const narrow = allocate(elem, 0);
  const wide = narrow instanceof BigInt64Array || narrow instanceof BigUint64Array;
  return makeTensor(wide ? "f64" : "i32", shape, wide ? Float64Array.from(values) : Int32Array.from(values));
}

/** The function that an expression is of its flow's integer tensor. */
export function integerFunction(flow: FlowFact, expr: Expr = flow.expr): IntegerFunction {
  const { baseForm, range, form } = flow;
  const own = range.channels?.axis === baseForm.axis ? range.channels : undefined;
  return {
    channels: baseForm.channels,
    lo: (c) => own?.lo[c] ?? range.lo,
    hi: (c) => own?.hi[c] ?? range.hi,
    at: (levels) => {
      const rows = levels.length / baseForm.channels;
      const shape = levelShape(form, levels.length / form.channels);
      return numbers(evaluateExpr(expr, levelTensor(flow.base.type.elem, shape, levels), form)).slice(
        0,
        rows * baseForm.channels,
      );
    },
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
 * repeat the last value.
 */
export function enumerate(f: IntegerFunction): Float64Array[] {
  const count = levelCount(f);
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

/**
 * For each channel of a non-decreasing function and each of `count` codes `from, from + 1, …`: the smallest integer
 * that reaches the code, `hi + 1` where none does. All channels and codes are bisected together.
 */
export function bisect(f: IntegerFunction, from: number, count: number): Float64Array[] {
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

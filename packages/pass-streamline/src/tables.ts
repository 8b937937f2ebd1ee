import { type ElemType, type IntegerRange, type Tensor, tensorFrom } from "@gatefold/core";
import type { IntegerFunction } from "./integer-function.js";

/** Entries of one table op beyond which nobody wants it in hardware. */
const entryLimit = 2 ** 20;
/** Up to here a table for all channels fits one small memory. */
const smallTable = 1024;
/** Thresholds that are compared side by side rather cheaply. */
const fewThresholds = 15;

/** Whether a function gives back every integer of every channel: it does nothing. */
export function isIdentity(f: IntegerFunction, tables: readonly Float64Array[]): boolean {
  return tables.every((table, c) => table.every((code, i) => code === Math.min(f.lo(c) + i, f.hi(c))));
}

/**
 * Whether tables say the same with less than rows of thresholds would: one small table for all channels (clipping an
 * 8-bit input, say), or a function so steep that it skips most of its codes.
 */
export function worthTable(
  tables: readonly Float64Array[],
  codes: { readonly lo: number; readonly hi: number },
): boolean {
  const { length } = tables[0]!;
  const thresholdCount = codes.hi - codes.lo;
  return (
    thresholdCount > length || (tables.length === 1 && thresholdCount > fewThresholds && length <= smallTable)
  );
}

/**
 * One row a channel of the function over the whole of `range`; outside of a channel's own range its nearest value
 * stands. `undefined` when that is too much.
 */
export function tableTensor(
  f: IntegerFunction,
  tables: readonly Float64Array[],
  { lo, hi }: IntegerRange,
  elem: ElemType,
): Tensor | undefined {
  const length = hi - lo + 1;
  if (length * tables.length > entryLimit) return undefined;
  const values = new Float64Array(tables.length * length);
  tables.forEach((table, c) => {
    for (let i = 0; i < length; i++) {
      const within = Math.min(Math.max(lo + i, f.lo(c)), f.hi(c)) - f.lo(c);
      values[c * length + i] = table[within]!;
    }
  });
  return tensorFrom(elem, [tables.length, length], values);
}

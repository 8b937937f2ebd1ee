import {
  type AnyOpDef,
  constantOf,
  elemInfo,
  type Op,
  Return,
  type Tensor,
  type Value,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import type { SumLimits } from "./weight-port.js";

interface Interval {
  readonly low: number;
  readonly high: number;
}

const ofElem = ({ type }: Value): Interval => {
  const { min, max } = elemInfo(type.elem);
  return { low: min, high: max };
};

/** Ops whose elements are those of their input. */
const movers: readonly AnyOpDef[] = [
  hw.Fifo,
  hw.WidthConverter,
  hw.Reshape,
  hw.Fork,
  hw.Window,
  hw.Transpose,
  hw.Crop,
];
const moves = (op: Op): boolean =>
  [...movers, hw.Slice, hw.Upsample].includes(op.def) || (hw.Pool.is(op) && op.attrs.mode === "max");

function interval(values: Iterable<number | bigint>): Interval {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of values) [low, high] = [Math.min(low, Number(v)), Math.max(high, Number(v))];
  return { low, high };
}

/** What the codes of a stream can be, as far as the kernel that makes them says; else their type. */
function codesOf(value: Value): Interval {
  const { op } = value;
  if (!op || value.type.elem === "bipolar") return ofElem(value);
  if (moves(op)) return codesOf(op.operand(0));
  if (hw.Threshold.is(op)) return { low: op.attrs.bias, high: op.attrs.bias + hw.thresholdCount(op) };
  if (hw.Requantize.is(op)) {
    const { offset, low, high } = op.attrs;
    return { low: offset + low, high: offset + high };
  }
  if (hw.Pad.is(op)) {
    const { low, high } = codesOf(op.operand(0));
    return { low: Math.min(low, op.attrs.value), high: Math.max(high, op.attrs.value) };
  }
  const table = hw.Lookup.is(op) ? constantOf(op.operand(1)) : undefined;
  return table ? interval(table.data) : ofElem(value);
}

/**
 * What all readers of an accumulator take: its type where they compare, requantize or give it away, the table's domain
 * where they look it up; `undefined` where their own widths follow from what the weights reach.
 */
function takenBy(value: Value): Interval | undefined {
  let { low, high } = ofElem(value);
  for (const op of value.uses.map((use) => use.op)) {
    if (Return.is(op) || hw.Threshold.is(op) || hw.Requantize.is(op) || hw.ArgMax.is(op)) continue;
    const all = hw.Lookup.is(op)
      ? [{ low: op.attrs.lo, high: op.attrs.lo + op.operand(1).type.shape[1]! - 1 }]
      : moves(op) || hw.Concat.is(op)
        ? op.results.map(takenBy)
        : [undefined];
    for (const own of all) {
      if (!own) return undefined;
      [low, high] = [Math.max(low, own.low), Math.min(high, own.high)];
    }
  }
  return { low, high };
}

/** Least and greatest sum of every output. */
export function reachOf(
  weights: Pick<Tensor, "shape" | "data">,
  { outputAxis, inputLow, inputHigh }: Pick<SumLimits, "outputAxis" | "inputLow" | "inputHigh">,
): { readonly low: readonly number[]; readonly high: readonly number[] } {
  const { shape, data } = weights;
  const inner = shape.slice(outputAxis + 1).reduce((all, d) => all * d, 1);
  const low = new Array<number>(shape[outputAxis]!).fill(0);
  const high = [...low];
  for (let i = 0; i < data.length; i++) {
    const at = Math.floor(i / inner) % low.length;
    const [a, b] = [Number(data[i]) * inputLow, Number(data[i]) * inputHigh];
    low[at]! += Math.min(a, b);
    high[at]! += Math.max(a, b);
  }
  return { low, high };
}

/** What other weights of a unit may sum up to, so that nothing behind it overflows. */
export function sumLimits(op: Op, weights: Tensor): SumLimits {
  const { low: inputLow, high: inputHigh } = codesOf(op.operand(0));
  const on = { outputAxis: hw.Vvu.is(op) ? 1 : 0, inputLow, inputHigh };
  const reach = reachOf(weights, on);
  const type = ofElem(op.result());
  const taken = takenBy(op.result());
  const { low, high } = taken ?? type;
  const isProof = Math.min(...reach.low) >= low && Math.max(...reach.high) <= high;
  return taken && isProof ? { ...on, low: [low], high: [high], isProof } : { ...on, ...reach, isProof };
}

import {
  type ElemType,
  type IntegerRange,
  isInt,
  numbers,
  type Op,
  product,
  type Tensor,
} from "@gatefold/core";
import { resolveAxis } from "./view.js";

/** Parameters of a channelwise op over rows x cols: `group` 0 goes by column, else by rows (see the kernels). */
export interface ChannelMode {
  readonly group: number;
  readonly channels: number;
}

export function channelMode(op: Op, axis: number): ChannelMode {
  const { shape } = op.operand(0).type;
  const at = resolveAxis(axis, shape.length);
  const channels = shape[at]!;
  if (at === shape.length - 1) return { group: 0, channels };
  return { group: product(shape.slice(at + 1, -1)), channels };
}

/** A parameter matrix with one row for each channel. */
export function expandRows(values: ArrayLike<number>, rows: number, channels: number): Float64Array {
  const count = values.length / rows;
  return Float64Array.from({ length: channels * count }, (_, i) => values[rows === 1 ? i % count : i]!);
}

/** Thresholds on which counting and the reference's search agree: numbers in ascending rows. */
export function countable(thresholds: Tensor): boolean {
  const t = numbers(thresholds);
  const count = thresholds.shape[1]!;
  for (let i = 0; i < t.length; i++) {
    if (Number.isNaN(t[i]!) || (i % count !== 0 && t[i - 1]! > t[i]!)) return false;
  }
  return true;
}

/** Every entry is a value of `elem`, and of one that kernels can look up. */
export function storable(table: Tensor, elem: ElemType, range: IntegerRange): boolean {
  return (
    table.data.length > 0 &&
    isInt(elem) &&
    numbers(table).every((v) => v >= range.lo && v <= range.hi && Number.isInteger(v))
  );
}

/** Rounded up to integers and clamped to `lo … hi + 1`, which no value in `lo … hi` can tell apart. */
export function clampThresholds(thresholds: Float64Array, { lo, hi }: IntegerRange): Float64Array {
  return thresholds.map((t) => Math.min(hi + 1, Math.max(lo, Math.ceil(t))));
}

/** `[N][stride]` from `[C][N]`: one row of all columns' j-th threshold, padded with `padding`. */
export function transposeThresholds(
  thresholds: Float64Array,
  channels: number,
  strideElements: number,
  padding: number,
): Int32Array {
  const count = thresholds.length / channels;
  const out = new Int32Array(count * strideElements).fill(padding);
  for (let c = 0; c < channels; c++)
    for (let j = 0; j < count; j++) out[j * strideElements + c] = thresholds[c * count + j]!;
  return out;
}

/** Thresholds a block of the two-level count. */
const block = 16;

/** What `threshold_blocks` reads: for each channel every 16th threshold, then all in blocks of 16 and one block more. */
export function blockThresholds(
  thresholds: Float64Array,
  channels: number,
): { readonly data: Int32Array; readonly coarse: number; readonly strideBytes: number } {
  const count = thresholds.length / channels;
  const whole = Math.floor(count / block);
  const coarse = Math.ceil(whole / 4) * 4;
  const stride = coarse + (whole + 1) * block;
  const data = new Int32Array(channels * stride).fill(2 ** 31 - 1);
  for (let c = 0; c < channels; c++) {
    const row = thresholds.subarray(c * count, (c + 1) * count);
    for (let j = 0; j < whole; j++) data[c * stride + j] = row[j * block + block - 1]!;
    data.set(row, c * stride + coarse);
  }
  return { data, coarse, strideBytes: stride * Int32Array.BYTES_PER_ELEMENT };
}

import { type ElemType, elemForRange, numbers, rangeOfTensor, type Tensor, tensorFrom } from "@gatefold/core";
import { spread } from "./elementwise.js";
import type { ConstantFact } from "./fact.js";

/** A weight matrix `[K, N]` as integers with one scale a column. */
export interface IntegerWeights {
  /** Row-major `[K, N]`. */
  readonly codes: Float64Array;
  /** One entry a column. */
  readonly scale: Float64Array;
}

/** Integers beyond this are no weights that anybody meant to put into hardware. */
const weightLimit = 2 ** 24;

/**
 * The integers behind a constant matrix: known from its quantizer, or found, when the numbers are exact multiples
 * of their smallest magnitude. `undefined` when there are none, or when the scale differs within a column.
 */
export function integerWeights({ tensor, scaled }: ConstantFact): IntegerWeights | undefined {
  const [height, width] = [tensor.shape[0]!, tensor.shape[1]!];
  if (!scaled) {
    const found = commonStep(numbers(tensor));
    return found && { codes: found.codes, scale: new Float64Array(width).fill(found.step) };
  }
  const scales = spread(scaled.scale, scaled.codes.shape);
  if (!scales) return undefined;
  for (let i = width; i < height * width; i++) if (scales[i] !== scales[i - width]) return undefined;
  return { codes: Float64Array.from(numbers(scaled.codes)), scale: scales.slice(0, width) };
}

/** The step of which all values are exact integer multiples: 1 when they are integers, else the least magnitude. */
export function commonStep(
  values: ArrayLike<number>,
): { readonly codes: Float64Array; readonly step: number } | undefined {
  let least = Number.POSITIVE_INFINITY;
  let whole = true;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (!Number.isFinite(size)) return undefined;
    if (size > 0) least = Math.min(least, size);
    if (!Number.isInteger(size)) whole = false;
  }
  if (least === Number.POSITIVE_INFINITY) return { codes: new Float64Array(values.length), step: 1 };
  const step = whole ? 1 : least;
  const codes = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const n = Math.round(values[i]! / step);
    if (n * step !== values[i]! || Math.abs(n) > weightLimit) return undefined;
    codes[i] = n;
  }
  return { codes, step };
}

/** `[K, N]` codes as `[N, K]` rows, one a neuron, in the narrowest type: bipolar where all are ±1. */
export function weightRows(codes: Float64Array, height: number, width: number): Tensor {
  const rows = new Float64Array(codes.length);
  for (let k = 0; k < height; k++) {
    for (let n = 0; n < width; n++) rows[n * height + k] = codes[k * width + n]! + 0;
  }
  return tensorFrom(weightElem(rows), [width, height], rows);
}

function weightElem(values: Float64Array): ElemType {
  if (values.every((v) => v === 1 || v === -1)) return "bipolar";
  const { lo, hi } = rangeOfTensor({ elem: "f64", shape: [values.length], data: values });
  return elemForRange(lo, hi);
}

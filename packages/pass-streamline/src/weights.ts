import { type ElemType, elemForRange, numbers, rangeOfTensor, type Tensor, tensorFrom } from "@gatefold/core";
import type { ConstantFact } from "./fact.js";
import { spread } from "./spread.js";

/** A weight matrix `[K, N]` as integers with one scale a column. */
export interface IntegerWeights {
  /** Row-major `[K, N]`. */
  readonly codes: Float64Array;
  /** One entry a column. */
  readonly scale: Float64Array;
}

/** Integers beyond this are no weights that anybody meant to put into hardware. */
const weightLimit = 2 ** 24;
/** Scales that meet in one sum may differ by integer factors up to here: each costs bits of the weights. */
const factorLimit = 256;

/**
 * The integers behind a constant matrix: known from its quantizer, or found, when the numbers are exact multiples
 * of their smallest magnitude. Scales that differ within a column go into the integers where their ratios are
 * integers. `undefined` when that does not work.
 */
export function integerWeights({ tensor, scaled }: ConstantFact): IntegerWeights | undefined {
  const [height, width] = [tensor.shape[0]!, tensor.shape[1]!];
  if (!scaled) {
    const found = commonStep(numbers(tensor));
    return found && { codes: found.codes, scale: new Float64Array(width).fill(found.step) };
  }
  const scales = spread(scaled.scale, scaled.codes.shape)!;
  const codes = Float64Array.from(numbers(scaled.codes));
  const scale = new Float64Array(width);
  for (let n = 0; n < width; n++) {
    const common = scaleFactors(Float64Array.from({ length: height }, (_, k) => scales[k * width + n]!));
    if (!common) return undefined;
    scale[n] = common.unit;
    for (let k = 0; k < height; k++)
      codes[k * width + n]! *= common.factors[common.factors.length === 1 ? 0 : k]!;
  }
  return { codes, scale };
}

/**
 * Integers by which scales differ: `scale = unit · factor`, one factor for all where there is one scale. `undefined`
 * unless all are exact small multiples of the least. A scale of 0 has the factor 0.
 */
export function scaleFactors(
  scale: Float64Array,
): { readonly unit: number; readonly factors: Float64Array } | undefined {
  if (scale.every((s) => s === scale[0])) return { unit: scale[0]!, factors: Float64Array.of(1) };
  const unit = scale.reduce((a, b) => (b !== 0 && (a === 0 || Math.abs(b) < Math.abs(a)) ? b : a), 0);
  const factors = scale.map((s) => Math.round(s / unit) + 0);
  const exact = factors.every((f, i) => f * unit === scale[i] && Math.abs(f) <= factorLimit);
  return exact ? { unit, factors } : undefined;
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

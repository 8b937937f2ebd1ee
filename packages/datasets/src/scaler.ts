import { type DatasetArray, datasetArray } from "./array.js";
import { DatasetError } from "./error.js";

/** What a scaler has learnt, as plain data: column `c` becomes `(x - offset[c]) · factor[c]`. */
export interface ScalerData {
  readonly offset: readonly number[];
  readonly factor: readonly number[];
}

/**
 * A scaling whose figures come from one set of samples and are then used on any. There is no way to fit and apply in one
 * call: a test set scaled by its own figures is not the data that the circuit will see.
 */
export interface Scaler extends ScalerData {
  /** float32 of the same shape; columns run along the last dimension. */
  apply(array: DatasetArray): DatasetArray;
  /** The reals again, as float32. */
  invert(array: DatasetArray): DatasetArray;
}

function bad(reason: string, hint: string): DatasetError {
  return new DatasetError("datasets/bad-argument", reason, hint);
}

function columnsOf(array: DatasetArray): number {
  const columns = array.shape.at(-1);
  if (array.data instanceof BigInt64Array || array.data instanceof BigUint64Array) {
    throw bad(`The scaler gets elements of type ${array.dtype}.`, "convert them to int32 or float64 first");
  }
  if (columns === undefined || array.data.length === 0) {
    throw bad(`The scaler gets an array of shape [${array.shape.join(", ")}].`, "give at least one row");
  }
  return columns;
}

/** Makes the scaler of figures that were saved. */
export function restoreScaler({ offset, factor }: ScalerData): Scaler {
  if (offset.length !== factor.length) {
    throw bad(
      `The scaler has ${offset.length} offsets and ${factor.length} factors.`,
      "give one of each a column",
    );
  }
  const map = (array: DatasetArray, each: (x: number, column: number) => number): DatasetArray => {
    const columns = columnsOf(array);
    if (columns !== offset.length) {
      throw bad(
        `The scaler was fitted on ${offset.length} columns, and gets ${columns}.`,
        "give the same columns",
      );
    }
    const from = array.data as Float64Array;
    const data = new Float32Array(from.length);
    for (let i = 0; i < data.length; i++) data[i] = each(from[i]!, i % columns);
    return datasetArray("float32", array.shape, data);
  };
  return {
    offset,
    factor,
    apply: (array) => map(array, (x, c) => (x - offset[c]!) * factor[c]!),
    invert: (array) => map(array, (x, c) => x / factor[c]! + offset[c]!),
  };
}

/** Sums over the rows of each column. */
function columnSums(
  array: DatasetArray,
  columns: number,
  each: (x: number, column: number) => number,
): number[] {
  const sums = new Array<number>(columns).fill(0);
  const data = array.data as Float64Array;
  for (let i = 0; i < data.length; i++) sums[i % columns]! += each(data[i]!, i % columns);
  return sums;
}

/**
 * Fits mean 0 and standard deviation 1 (of the population) in each column of `train`. A column that never changes
 * becomes 0.
 *
 * @throws DatasetError `datasets/bad-argument` for no rows, or 64-bit integers.
 */
export function standardScaler(train: DatasetArray): Scaler {
  const columns = columnsOf(train);
  const rows = train.data.length / columns;
  const offset = columnSums(train, columns, (x) => x).map((sum) => sum / rows);
  const squares = columnSums(train, columns, (x, c) => (x - offset[c]!) ** 2);
  return restoreScaler({ offset, factor: squares.map((sum) => (sum > 0 ? 1 / Math.sqrt(sum / rows) : 1)) });
}

/**
 * Fits the range `low` … `high` (0 … 1 unless given) in each column of `train`; other data may lie outside. A column that
 * never changes becomes `low`.
 *
 * @throws DatasetError `datasets/bad-argument` for no rows, 64-bit integers, or a range that is none.
 */
export function minMaxScaler(
  train: DatasetArray,
  { low = 0, high = 1 }: { readonly low?: number; readonly high?: number } = {},
): Scaler {
  if (!(low < high))
    throw bad(`The range of the scaler is ${low} to ${high}.`, "give a low end below the high end");
  const columns = columnsOf(train);
  const least = new Array<number>(columns).fill(Number.POSITIVE_INFINITY);
  const most = new Array<number>(columns).fill(Number.NEGATIVE_INFINITY);
  const data = train.data as Float64Array;
  for (let i = 0; i < data.length; i++) {
    least[i % columns] = Math.min(least[i % columns]!, data[i]!);
    most[i % columns] = Math.max(most[i % columns]!, data[i]!);
  }
  const factor = least.map((from, c) => (most[c]! > from ? (high - low) / (most[c]! - from) : 1));
  return restoreScaler({ offset: least.map((from, c) => from - low / factor[c]!), factor });
}

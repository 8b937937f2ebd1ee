import { type DatasetArray, datasetArray, type TypedArray } from "./array.js";
import { DatasetError } from "./error.js";

/**
 * The given rows of an array, in their order: element type kept, first dimension = number of rows.
 *
 * @throws DatasetError `datasets/bad-argument` for a scalar, or a row that the array does not have.
 */
export function take(array: DatasetArray, rows: ArrayLike<number>): DatasetArray {
  const [count, ...rest] = array.shape;
  if (count === undefined) {
    throw new DatasetError(
      "datasets/bad-argument",
      "A scalar has no rows.",
      "give an array with a dimension",
    );
  }
  const size = rest.reduce((product, each) => product * each, 1);
  const make = array.data.constructor as new (length: number) => TypedArray;
  const data = new make(rows.length * size);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (!Number.isInteger(row) || row < 0 || row >= count) {
      throw new DatasetError(
        "datasets/bad-argument",
        `Row ${row} is asked for, and the array has ${count}.`,
        `give rows from 0 to ${count - 1}`,
      );
    }
    data.set(array.data.subarray(row * size, (row + 1) * size) as never, i * size);
  }
  return datasetArray(array.dtype, [rows.length, ...rest], data);
}

/**
 * Class numbers as rows of `on` at the class and `off` elsewhere: float32 `[labels, classes]`.
 *
 * @throws DatasetError `datasets/bad-argument` for a label that is no class.
 */
export function oneHot(
  labels: ArrayLike<number>,
  classes: number,
  { on = 1, off = 0 }: { readonly on?: number; readonly off?: number } = {},
): DatasetArray {
  const data = new Float32Array(labels.length * classes).fill(off);
  for (let i = 0; i < labels.length; i++) {
    checkLabel(labels[i]!, i, classes);
    data[i * classes + labels[i]!] = on;
  }
  return datasetArray("float32", [labels.length, classes], data);
}

/** @throws DatasetError `datasets/bad-argument` unless `label` is a whole number from 0 and below `classes`. */
export function checkLabel(label: number, row: number, classes: number): void {
  if (Number.isInteger(label) && label >= 0 && label < classes) return;
  const bound = Number.isFinite(classes) ? ` to ${classes - 1}` : "";
  throw new DatasetError(
    "datasets/bad-argument",
    `Label ${row} is ${label}, which is no class.`,
    `give whole numbers from 0${bound}`,
  );
}

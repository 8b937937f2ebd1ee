import { badData } from "../diagnostics.js";
import { elementCount } from "../tape.js";

/** Inputs, the samples first: the real value of an element is `data · scale` (1 unless given). A `DatasetArray` is one. */
export interface SampleArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
  readonly scale?: number;
}

/**
 * Samples with what is right for each: numbers of classes, or `[samples, outputs]` values. A network of a single output takes
 * classes 0 and 1.
 */
export interface Samples {
  readonly x: SampleArray;
  readonly y: ArrayLike<number> | SampleArray;
}

/** Samples in the form that batches are cut from. */
export interface SampleSet {
  readonly count: number;
  /** Class of each sample; absent when the targets are values. */
  readonly labels: ArrayLike<number> | undefined;
  /** Values of a target a sample: 1 for classes. */
  readonly targetSize: number;
  /** Writes the inputs of `rows` one after another. */
  fillInputs(rows: ArrayLike<number>, into: Float32Array): void;
  fillTargets(rows: ArrayLike<number>, into: Float32Array): void;
}

const isTable = (y: Samples["y"]): y is SampleArray => "shape" in y;

function checkReals(part: string, array: SampleArray): ArrayLike<number> {
  if (typeof array.data[0] === "bigint")
    throw badData(part, "its elements are 64-bit integers", "convert them to int32 or float32");
  const data = array.data as ArrayLike<number>;
  if (elementCount(array.shape) !== data.length)
    throw badData(
      part,
      `the shape [${array.shape.join(", ")}] does not hold ${data.length} elements`,
      "give the shape of the data",
    );
  return data;
}

function gather(from: ArrayLike<number>, size: number, scale: number) {
  if (scale === 1 && from instanceof Float32Array)
    return (rows: ArrayLike<number>, into: Float32Array): void => {
      for (let i = 0; i < rows.length; i++)
        into.set(from.subarray(rows[i]! * size, (rows[i]! + 1) * size), i * size);
    };
  return (rows: ArrayLike<number>, into: Float32Array): void => {
    for (let i = 0, to = 0; i < rows.length; i++) {
      const start = rows[i]! * size;
      for (let k = 0; k < size; k++) into[to++] = from[start + k]! * scale;
    }
  };
}

function checkLabels(part: string, labels: ArrayLike<number>, count: number, outputs: number): void {
  if (labels.length !== count)
    throw badData(part, `there are ${labels.length} labels for ${count} samples`, "give one label a sample");
  const classes = Math.max(2, outputs);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw badData(
      part,
      `label ${i} is ${label}, and the network tells ${classes} classes apart`,
      `number the classes from 0 to ${classes - 1}, or give the last layer more outputs`,
    );
  }
}

/**
 * Checks samples against a network of these shapes.
 *
 * @throws TrainError `train/bad-data` for no samples, another shape, or labels that are no classes.
 */
export function sampleSet(
  part: string,
  { x, y }: Samples,
  inputShape: readonly number[],
  outputs: number,
): SampleSet {
  const data = checkReals(`${part}.x`, x);
  const [count = 0, ...shape] = x.shape;
  const size = elementCount(inputShape);
  if (count === 0) throw badData(`${part}.x`, "it has no samples", "give at least one");
  const fits =
    shape.length === inputShape.length
      ? shape.every((each, axis) => each === inputShape[axis])
      : elementCount(shape) === size && (shape.length === 1 || inputShape.length === 1);
  if (!fits)
    throw badData(
      `${part}.x`,
      `its samples have shape [${shape.join(", ")}], and the network takes [${inputShape.join(", ")}]`,
      `give an array of shape [n, ${inputShape.join(", ")}]`,
    );
  const fillInputs = gather(data, size, x.scale ?? 1);
  if (!isTable(y)) {
    checkLabels(`${part}.y`, y, count, outputs);
    return { count, labels: y, targetSize: 1, fillInputs, fillTargets: gather(y, 1, 1) };
  }
  const values = checkReals(`${part}.y`, y);
  if (y.shape.length === 1) {
    checkLabels(`${part}.y`, values, count, outputs);
    return { count, labels: values, targetSize: 1, fillInputs, fillTargets: gather(values, 1, 1) };
  }
  if (y.shape[0] !== count || values.length !== count * outputs)
    throw badData(
      `${part}.y`,
      `its shape is [${y.shape.join(", ")}] for ${count} samples of ${outputs} outputs`,
      `give [${count}, ${outputs}], or one class a sample`,
    );
  const fillTargets = gather(values, outputs, y.scale ?? 1);
  return { count, labels: undefined, targetSize: outputs, fillInputs, fillTargets };
}

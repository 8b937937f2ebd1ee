import { TrainError } from "../error.js";

/** Throws `train/bad-option` unless `value` is a whole number of at least `least`. */
export function requireCount(value: number, what: string, layer: string, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new TrainError(
    "train/bad-option",
    `The ${what} of ${layer} is ${value}.`,
    `give a whole number from ${least}`,
  );
}

/** Throws `train/bad-option` unless `value` is one of `allowed`. */
export function requireOneOf(value: unknown, allowed: readonly unknown[], what: string, layer: string): void {
  if (allowed.includes(value)) return;
  throw new TrainError(
    "train/bad-option",
    `The ${what} of ${layer} is ${String(value)}.`,
    `give one of ${allowed.join(", ")}`,
  );
}

/** Features of one sample. Throws `train/bad-shape` when the layer stands behind images. */
export function requireFeatures(shape: readonly number[], layer: string): number {
  if (shape.length === 1) return shape[0]!;
  throw new TrainError(
    "train/bad-shape",
    `${layer} takes features, and gets samples of shape [${shape.join(", ")}].`,
    "put flatten() in front of it",
  );
}

/** Height, width and channels of one sample. Throws `train/bad-shape` when it is no image. */
export function requireImage(shape: readonly number[], layer: string): readonly [number, number, number] {
  const [height, width, channels] = shape;
  if (shape.length === 3) return [height!, width!, channels!];
  throw new TrainError(
    "train/bad-shape",
    `${layer} takes images, and gets samples of shape [${shape.join(", ")}].`,
    "give the model an input of [height, width, channels], and leave flatten() for later",
  );
}

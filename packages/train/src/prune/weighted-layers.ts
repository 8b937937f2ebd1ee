import { TrainError } from "../error.js";
import type { MatrixInfo } from "../layer.js";
import type { Model } from "../model.js";

/** A layer that has a weight matrix. */
export interface WeightedLayer {
  readonly name: string;
  readonly type: string;
  readonly matrix: MatrixInfo;
}

/** Layers with weights, in order. */
export function weightedLayers({ layers }: Pick<Model, "layers">): readonly WeightedLayer[] {
  return layers.flatMap(({ name, type, matrix }) => (matrix ? [{ name, type, matrix }] : []));
}

/** Throws `TrainError` `unknown-layer` for a name that none of the layers has. */
export function requireNamed(layers: readonly WeightedLayer[], names: readonly string[]): void {
  for (const name of names) {
    if (layers.some((layer) => layer.name === name)) continue;
    throw new TrainError(
      "train/unknown-layer",
      `No layer with weights is called '${name}'.`,
      `name one of ${layers.map((layer) => layer.name).join(", ")}`,
    );
  }
}

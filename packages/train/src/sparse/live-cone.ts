import type { MatrixInfo } from "../layer.js";
import type { Model } from "../model.js";
import { weightedLayers } from "../prune/weighted-layers.js";

/** How many of a layer's neurons something reads, through all layers after it. */
export interface LiveLayer {
  readonly name: string;
  readonly neurons: number;
  readonly liveNeurons: number;
  /** Inputs that live neurons read, all added. */
  readonly liveConnections: number;
}

/**
 * Neurons in the cone of the outputs. A neuron that no live neuron reads costs nothing in hardware, and training it is wasted:
 * with random masks that is most of them.
 *
 * Only for layers in a row whose columns are the rows of the layer before: `undefined` for other models (convolutions, branches).
 */
export function liveCone(model: Pick<Model, "layers">): readonly LiveLayer[] | undefined {
  const layers = weightedLayers(model);
  const inRow = layers.every(
    ({ matrix, type }, i) => type === "dense" && (i === 0 || matrix.columns === layers[i - 1]!.matrix.rows),
  );
  if (!inRow || layers.length === 0) return undefined;
  const report: LiveLayer[] = [];
  let live = new Uint8Array(layers.at(-1)!.matrix.rows).fill(1);
  for (const { name, matrix } of [...layers].reverse()) {
    const read = new Uint8Array(matrix.columns);
    let liveConnections = 0;
    for (let row = 0; row < matrix.rows; row++) {
      if (live[row] === 0) continue;
      for (let column = 0; column < matrix.columns; column++) {
        if (!connects(matrix, row, column)) continue;
        read[column] = 1;
        liveConnections++;
      }
    }
    report.unshift({
      name,
      neurons: matrix.rows,
      liveNeurons: live.reduce((count, bit) => count + bit, 0),
      liveConnections,
    });
    live = read;
  }
  return report;
}

const connects = ({ weight, at }: MatrixInfo, row: number, column: number): boolean =>
  (weight.mask?.[at(row, column)] ?? 1) !== 0;

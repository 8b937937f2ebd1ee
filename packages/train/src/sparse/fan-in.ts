import type { Random } from "@gatefold/datasets";
import { TrainError } from "../error.js";
import type { Fit, TrainPlugin } from "../hooks.js";
import type { MatrixInfo } from "../layer.js";
import { holdMasks, setMask } from "../prune/pruning.js";
import { requireNamed, weightedLayers } from "../prune/weighted-layers.js";

export interface FanInOptions {
  /** Inputs of a neuron, for all layers or by name; layers that are not named stay dense. */
  readonly fanIn: number | Readonly<Record<string, number>>;
  /**
   * How each neuron's inputs are chosen.
   * - `random`: drawn before training (LogicNets).
   * - `learned`: the network trains dense for `denseEpochs`, then each neuron keeps its largest weights (NeuraLUT-Assemble).
   * - `regrow`: drawn at first; every `everySteps` steps until `untilStep` each neuron gives up its smallest weight and takes the
   *   input with the largest gradient that it does not have (SparseLUT, after RigL, arXiv:1911.11134).
   */
  readonly choose:
    | { readonly kind: "random" }
    | { readonly kind: "learned"; readonly denseEpochs: number }
    | { readonly kind: "regrow"; readonly everySteps: number; readonly untilStep: number };
}

interface SparseLayer {
  readonly name: string;
  readonly matrix: MatrixInfo;
  readonly fanIn: number;
}

/**
 * Gives every neuron a fixed number of inputs, so that it fits a truth table of `fan-in × bits` address bits.
 *
 * Source: Umuroglu et al., "LogicNets: Co-Designed Neural Networks and Circuits for Extreme-Throughput Applications", FPL 2020,
 * arXiv:2004.03021, section III.
 */
export function fanIn(options: FanInOptions): TrainPlugin {
  const { choose } = options;
  return {
    name: "fan-in",
    setup: (hooks) => {
      let layers: readonly SparseLayer[] = [];
      hooks.beforeFit.tap((fit) => {
        layers = sparseLayers(fit, options.fanIn);
        const resumed = layers.every(({ matrix }) => matrix.weight.mask !== undefined);
        if (choose.kind === "learned" || resumed) return;
        for (const layer of layers)
          setMask(fit, layer.matrix, randomMask(layer, fit.random(`fan-in ${layer.name}`)));
        holdMasks(fit.model);
      });
      if (choose.kind === "learned") {
        hooks.beforeEpoch.tap((fit) => {
          if (fit.epoch !== choose.denseEpochs) return;
          for (const layer of layers) setMask(fit, layer.matrix, largestMask(layer));
          holdMasks(fit.model);
          fit.resetOptimizer();
        });
      }
      if (choose.kind === "regrow") {
        hooks.afterBackward.tap(({ fit }) => {
          if (fit.step === 0 || fit.step >= choose.untilStep || fit.step % choose.everySteps !== 0) return;
          for (const layer of layers) setMask(fit, layer.matrix, regrownMask(layer));
          holdMasks(fit.model);
        });
      }
    },
  };
}

function sparseLayers(fit: Fit, fanIn: FanInOptions["fanIn"]): readonly SparseLayer[] {
  const layers = weightedLayers(fit.model);
  if (typeof fanIn !== "number") requireNamed(layers, Object.keys(fanIn));
  return layers.flatMap(({ name, matrix }) => {
    const wanted = typeof fanIn === "number" ? fanIn : fanIn[name];
    if (wanted === undefined) return [];
    if (!Number.isSafeInteger(wanted) || wanted < 1) {
      throw new TrainError(
        "train/bad-option",
        `The fan-in of '${name}' is ${wanted}.`,
        "give an integer from 1",
      );
    }
    return [{ name, matrix, fanIn: Math.min(wanted, matrix.columns) }];
  });
}

function randomMask({ matrix, fanIn }: SparseLayer, random: Random): Uint8Array {
  const mask = new Uint8Array(matrix.rows * matrix.columns);
  for (let row = 0; row < matrix.rows; row++) {
    const order = random.permutation(matrix.columns);
    for (let i = 0; i < fanIn; i++) mask[row * matrix.columns + order[i]!] = 1;
  }
  return mask;
}

/** Each row keeps its `fanIn` largest weights; of equal ones the first. */
function largestMask({ matrix, fanIn }: SparseLayer): Uint8Array {
  const { rows, columns, at, weight } = matrix;
  const mask = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const size = (column: number): number => Math.abs(weight.tensor.data[at(row, column)]!);
    const order = Array.from({ length: columns }, (_, column) => column).sort((a, b) => size(b) - size(a));
    for (const column of order.slice(0, fanIn)) mask[row * columns + column] = 1;
  }
  return mask;
}

/** Each row trades its smallest weight for the input whose gradient is largest; the new weight begins at 0. */
function regrownMask({ matrix }: SparseLayer): Uint8Array {
  const { rows, columns, at, weight } = matrix;
  const { data, grad } = weight.tensor;
  const mask = Uint8Array.from(
    { length: rows * columns },
    (_, i) => weight.mask![at(Math.floor(i / columns), i % columns)]!,
  );
  if (grad === undefined) return mask;
  for (let row = 0; row < rows; row++) {
    let [smallest, least] = [-1, Number.POSITIVE_INFINITY];
    let [steepest, most] = [-1, 0];
    for (let column = 0; column < columns; column++) {
      const place = at(row, column);
      if (mask[row * columns + column] === 1) {
        if (Math.abs(data[place]!) < least) [smallest, least] = [column, Math.abs(data[place]!)];
      } else if (Math.abs(grad[place]!) > most) {
        [steepest, most] = [column, Math.abs(grad[place]!)];
      }
    }
    if (smallest < 0 || steepest < 0) continue;
    mask[row * columns + smallest] = 0;
    mask[row * columns + steepest] = 1;
  }
  return mask;
}

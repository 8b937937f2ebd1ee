import { magnitude, type PrunableMatrix, type Pruner, type SparsitySchedule } from "@gatefold/pass-prune";
import { TrainError } from "../error.js";
import type { Fit, TrainPlugin } from "../hooks.js";
import type { MatrixInfo } from "../layer.js";
import type { Model } from "../model.js";
import { applyMask } from "../trainer/mask.js";
import { type Snapshot, snapshotOf } from "./snapshot.js";
import { requireNamed, type WeightedLayer, weightedLayers } from "./weighted-layers.js";

export interface PruningOptions {
  /** Sparsity of each step: `oneShot(0.8)`, `ofRemaining(hawksFractions)`, `cubic({ to: 0.9, rounds: 10 })`. */
  readonly schedule: SparsitySchedule;
  /** Default: `magnitude()`, the smallest of all layers together. */
  readonly pruner?: Pruner;
  /**
   * What a step of the schedule is: a round (with an optimizer that starts anew; the training needs as many rounds), or an epoch
   * from `beginEpoch` on, in one run. Default: `"round"`.
   */
  readonly every?: "round" | "epoch";
  /** First epoch of the schedule when it goes by epochs. Default: 0. */
  readonly beginEpoch?: number;
  /**
   * What the surviving weights go on from: the trained values (`fine-tune`), or the values before training (`rewind`, the lottery
   * ticket; after `rewindEpoch` epochs of the first round where that is given). Default: `"fine-tune"`.
   */
  readonly survivors?: "fine-tune" | "rewind";
  readonly rewindEpoch?: number;
  /** Layers that are not pruned. */
  readonly exclude?: readonly string[];
}

/**
 * Quantization-aware pruning: between rounds (or epochs) the pruner names weights, which stay 0 from then on: in the forward run,
 * the gradient, the optimizer's state and the export. Adds the metric `sparsity`.
 *
 * Source: Hawks et al., arXiv:2102.11289; rewinding: Frankle & Carbin, arXiv:1803.03635, and Frankle et al., arXiv:1912.05671.
 */
export function pruning(options: PruningOptions): TrainPlugin {
  const { schedule, survivors = "fine-tune", every = "round" } = options;
  const pruner = options.pruner ?? magnitude();
  const rewindEpoch = options.rewindEpoch ?? 0;
  if (schedule.length === 0) {
    throw new TrainError(
      "train/bad-schedule",
      "The pruning schedule has no steps.",
      "give oneShot(0.8), for one",
    );
  }
  let origin: Snapshot | undefined;
  const remember = (fit: Fit): void => {
    if (survivors === "rewind" && origin === undefined && fit.epoch === rewindEpoch)
      origin = snapshotOf(fit.model);
  };
  const pruneTo = (fit: Fit, sparsity: number): void => {
    applyMasks(fit, pruner, sparsity, options.exclude ?? []);
    if (origin && fit.epoch > rewindEpoch) origin.restore(fit.model);
    holdMasks(fit.model);
  };
  return {
    name: "pruning",
    setup: (hooks) => {
      hooks.beforeRound.tap((fit) => {
        remember(fit);
        const sparsity = every === "round" ? schedule[fit.round] : undefined;
        if (sparsity === undefined) return;
        pruneTo(fit, sparsity);
        fit.resetOptimizer();
      });
      hooks.beforeEpoch.tap((fit) => {
        remember(fit);
        const sparsity = every === "epoch" ? schedule[fit.epoch - (options.beginEpoch ?? 0)] : undefined;
        if (sparsity !== undefined) pruneTo(fit, sparsity);
      });
      hooks.afterEpoch.tap((fit, metrics) => {
        metrics.set("sparsity", sparsityOf(fit.model));
      });
    },
    save: () => origin?.save() ?? {},
    restore: (state) => {
      if (Object.keys(state).length > 0) origin = snapshotOf(state);
    },
  };
}

function applyMasks(fit: Fit, pruner: Pruner, sparsity: number, exclude: readonly string[]): void {
  const all = weightedLayers(fit.model);
  requireNamed(all, exclude);
  const layers = all.filter(({ name }) => !exclude.includes(name));
  const random = fit.random("pruning").stream(fit.epoch);
  const masks = pruner.masks(layers.map(asPrunable), sparsity, () => random.uniform());
  for (const [i, { matrix }] of layers.entries()) setMask(fit, matrix, masks[i]!);
}

function asPrunable({ name, matrix }: WeightedLayer): PrunableMatrix {
  const { rows, columns, at, weight } = matrix;
  const count = rows * columns;
  const place = (i: number): number => at(Math.floor(i / columns), i % columns);
  const { data } = weight.tensor;
  return {
    name,
    rows,
    columns,
    weights: Float64Array.from({ length: count }, (_, i) => data[place(i)]!),
    mask: Uint8Array.from({ length: count }, (_, i) => weight.mask?.[place(i)] ?? 1),
  };
}

/** Gives a layer's weights a mask, rows × columns in C order. Each parameter has a mask array of its own. */
export function setMask(fit: Pick<Fit, "kernels">, matrix: MatrixInfo, mask: ArrayLike<number>): void {
  const { weight, rows, columns, at } = matrix;
  weight.mask ??= fit.kernels.alloc(weight.tensor.data.length);
  for (let i = 0; i < rows * columns; i++) {
    weight.mask[at(Math.floor(i / columns), i % columns)] = mask[i]!;
  }
}

/** Zeroes what the masks hold at zero. */
export function holdMasks(model: Model): void {
  for (const { mask, tensor } of model.parameters) applyMask(tensor.data, mask);
}

/** Share of all weights, biases left out, that masks hold at 0. */
export function sparsityOf(model: Model): number {
  let zeros = 0;
  let total = 0;
  for (const { matrix } of weightedLayers(model)) {
    const { mask, tensor } = matrix.weight;
    total += tensor.data.length;
    if (mask) for (const bit of mask) if (bit === 0) zeros++;
  }
  return total === 0 ? 0 : zeros / total;
}

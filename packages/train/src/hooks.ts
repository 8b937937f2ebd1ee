import type { Random } from "@gatefold/datasets";
import type { Kernels } from "./engine/kernels.js";
import type { Tap } from "./layer.js";
import type { Model } from "./model.js";
import type { Tape, Tensor } from "./tape.js";

/** Figures of an epoch, by name: `loss`, `accuracy`, `validation.loss`, `sparsity`, `bops.product`, … Plugins add theirs. */
export type Metrics = Map<string, number>;

/** A training as a plugin sees it. */
export interface Fit {
  readonly model: Model;
  readonly kernels: Kernels;
  readonly seed: number;
  /** Independent random numbers by name: the same seed and name give the same ones. */
  random(name: string): Random;
  /** Rounds of a schedule that trains more than once (iterative pruning); from 0. */
  readonly round: number;
  /** From 0, counted over all rounds. */
  readonly epoch: number;
  /** Optimizer steps done, over all rounds. */
  readonly step: number;
  /** Ends this round after this epoch (early stopping); the next round, if any, begins. */
  stop(reason: string): void;
  /** Forgets the optimizer's state (moments, step count), as a new round does. */
  resetOptimizer(): void;
}

/** One optimizer step as a plugin sees it; what it sets holds for this step. */
export interface FitStep {
  readonly fit: Fit;
  readonly tape: Tape;
  /** Inputs and targets of the batch. */
  readonly x: Tensor;
  readonly y: Tensor;
  readonly random: Random;
  /** Moments of batch normalization; `batch` unless a plugin says `running`. */
  moments: "batch" | "running";
  /** Adds a loss beside the criterion (L1, a penalty of a quantizer); called after the forward run. */
  addLoss(loss: (tape: Tape) => Tensor): void;
}

/**
 * Where a plugin takes part in a training. Taps run in the order of the plugins, and may be asynchronous except `tap`.
 *
 * - `beforeFit`, `done`: once.
 * - `beforeRound`, `afterRound`: around each round of a schedule.
 * - `beforeEpoch`, `afterEpoch`: `afterEpoch` gets the metrics and may add to them.
 * - `beforeStep`: before the forward run. `afterBackward`: gradients are there, masks not yet applied to them. `afterStep`: the
 *   parameters are new, masked and projected.
 * - `tap`: each quantized activation and weight of the forward run; the value that comes back flows on.
 */
export interface TrainHooks {
  readonly beforeFit: TrainTap<[Fit]>;
  readonly beforeRound: TrainTap<[Fit]>;
  readonly beforeEpoch: TrainTap<[Fit]>;
  readonly beforeStep: TrainTap<[FitStep]>;
  readonly tap: SyncTrainTap<[Tap, Tensor, FitStep, Float32Array], Tensor>;
  readonly afterBackward: TrainTap<[FitStep]>;
  readonly afterStep: TrainTap<[FitStep]>;
  readonly afterEpoch: TrainTap<[Fit, Metrics]>;
  readonly afterRound: TrainTap<[Fit, Metrics]>;
  readonly done: TrainTap<[Fit, Metrics]>;
}

export interface TrainTap<A extends readonly unknown[]> {
  tap(listener: (...args: A) => void | Promise<void>): void;
}

/** Gives the value to use, or `undefined` to leave it. */
export interface SyncTrainTap<A extends readonly unknown[], R> {
  tap(listener: (...args: A) => R | undefined): void;
}

/** A part of a training that somebody may replace: a pruner, a fault model, a schedule, an observer. */
export interface TrainPlugin {
  readonly name: string;
  /** Names of plugins that this one runs before or after; names that are not there are ignored. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  setup(hooks: TrainHooks): void;
  /** State that a resumed training needs beyond the model's and the optimizer's: named arrays. */
  save?(): Readonly<Record<string, Float64Array>>;
  restore?(state: Readonly<Record<string, Float64Array>>): void;
}

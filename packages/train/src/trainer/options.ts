import type { BuiltModel, ModelSpec } from "../build-model.js";
import { checkNumber, checkWhole } from "../check.js";
import { badOption } from "../diagnostics.js";
import type { Kernels } from "../engine/kernels.js";
import type { TrainPlugin } from "../hooks.js";
import type { OptimizerSpec } from "../optim/optimizer.js";
import type { EpochRecord, Schedule } from "../schedule/schedule.js";
import type { Criterion, LossName } from "./criterion.js";
import type { Samples } from "./samples.js";
import type { Trainer } from "./trainer.js";

/** A training as data: what stands in a configuration file. */
export interface Training {
  /** Layers to build, or a model that is built already (it is trained on, on its own engine). */
  readonly model: ModelSpec | BuiltModel;
  /** Choices (early stopping, which epoch is best) belong to `validation`; `test` is run once, at the end. */
  readonly data: { readonly train: Samples; readonly validation?: Samples; readonly test?: Samples };
  /** `cross-entropy` unless given. */
  readonly loss?: LossName | Criterion;
  readonly optimizer: OptimizerSpec;
  /** The rate stays unless given. */
  readonly schedule?: Schedule;
  /** Epochs of each round, at most. */
  readonly epochs: number;
  /** Trainings one after another on the same model, for plugins that change it between them; 1 unless given. */
  readonly rounds?: number;
  /** Samples of one step. */
  readonly batch: number;
  /** What becomes of the samples that do not fill the last batch of an epoch; `use` unless given. */
  readonly lastBatch?: "use" | "drop";
  /** Limit on the norm of all gradients together. */
  readonly clipNorm?: number;
  /** Of initial values, orders and everything drawn; 1 unless given. */
  readonly seed?: number;
  readonly plugins?: readonly (TrainPlugin | false | undefined)[];
}

/** Where a training stands, after each step. */
export interface Progress {
  readonly round: number;
  readonly rounds: number;
  /** Within the round, from 0. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps of this epoch that are done. */
  readonly step: number;
  readonly steps: number;
  /** Mean of this epoch's loss so far. */
  readonly loss: number;
}

export interface TrainOptions extends Training {
  /** The engine; WebAssembly on all threads unless given. Left open: it holds the model. */
  readonly engine?: Kernels;
  /** Ends the training after the step in hand; it can be checkpointed and resumed there. */
  readonly signal?: AbortSignal;
  /** Bytes of a checkpoint to go on from. */
  readonly resume?: Uint8Array;
  readonly onProgress?: (progress: Progress) => void;
  /** After each epoch, where a checkpoint may be taken. */
  readonly onEpoch?: (record: EpochRecord, trainer: Trainer) => void | Promise<void>;
}

/** Options with every default in place. Throws `TrainError` `bad-option`. */
export function withDefaults<T extends Training>(
  options: T,
): T & {
  readonly loss: LossName | Criterion;
  readonly rounds: number;
  readonly lastBatch: "use" | "drop";
  readonly seed: number;
} {
  const { loss = "cross-entropy", rounds = 1, lastBatch = "use", seed = 1 } = options;
  for (const name of ["model", "data", "optimizer"] as const) {
    if (typeof options[name] !== "object" || options[name] === null)
      throw badOption(name, String(options[name]), "an object");
  }
  if (typeof options.optimizer.build !== "function")
    throw badOption("optimizer", "no optimizer", "made by `sgd`, `adam`, `adamw` or `defineOptimizer`");
  if (options.schedule !== undefined && typeof options.schedule.factor !== "function")
    throw badOption(
      "schedule",
      "no schedule",
      "made by `constant`, `cosine` and so on, or `{ type, factor }`",
    );
  if (typeof options.data.train !== "object") throw badOption("data.train", "not given", "samples");
  checkWhole("epochs", options.epochs, 1);
  checkWhole("rounds", rounds, 1);
  checkWhole("batch", options.batch, 1);
  checkWhole("seed", seed, 0);
  if (lastBatch !== "use" && lastBatch !== "drop")
    throw badOption("lastBatch", `\`${lastBatch}\``, "`use` or `drop`");
  if (options.clipNorm !== undefined)
    checkNumber("clipNorm", options.clipNorm, [0, Number.POSITIVE_INFINITY], "()");
  return { ...options, loss, rounds, lastBatch, seed };
}

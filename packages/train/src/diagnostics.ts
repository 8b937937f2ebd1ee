import { TrainError } from "./error.js";

/** What training, checkpoints and run folders say, sorted by code. */

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const badCheckpoint = (reason: string): TrainError =>
  new TrainError(
    "train/bad-checkpoint",
    `The checkpoint cannot be used: ${reason}.`,
    "give the checkpoint.npz of a run of this training",
  );

export const badData = (part: string, reason: string, hint: string): TrainError =>
  new TrainError("train/bad-data", `The data \`${part}\` cannot be used: ${reason}.`, hint);

export const badOption = (path: string, got: string, expected: string): TrainError =>
  new TrainError(
    "train/bad-option",
    `\`${path}\` is ${got}, and has to be ${expected}.`,
    `correct \`${path}\``,
  );

export const checkpointMismatch = (different: readonly string[]): TrainError =>
  new TrainError(
    "train/checkpoint-mismatch",
    `The checkpoint is of another training: ${list(different)} differ.`,
    "resume with the configuration that the run began with, or begin anew",
  );

export const diverged = (epoch: number, step: number, loss: number): TrainError =>
  new TrainError(
    "train/diverged",
    `The loss is ${loss} in epoch ${epoch}, step ${step}.`,
    "lower the learning rate, clip the gradients (`clipNorm`), or look for NaN in the data",
  );

export const notARun = (folder: string): TrainError =>
  new TrainError(
    "train/not-a-run",
    `\`${folder}\` is no run of a training.`,
    "give the folder of an interrupted run, or leave --resume out",
  );

export const notOurs = (folder: string): TrainError =>
  new TrainError(
    "train/output-not-ours",
    `\`${folder}\` has files in it and no run of a training.`,
    "give another folder, or force it",
  );

export const outputFailed = (path: string, error: unknown): TrainError =>
  new TrainError(
    "train/output-failed",
    `\`${path}\` cannot be written: ${reasonOf(error)}.`,
    "check that the folder can be written to and the disk is not full",
    { cause: error },
  );

export const pluginThrew = (plugin: string, hook: string, error: unknown): TrainError =>
  error instanceof TrainError
    ? new TrainError(error.code, `Plugin \`${plugin}\`, in \`${hook}\`: ${error.reason}`, error.hint, {
        cause: error,
      })
    : new TrainError(
        "train/plugin-threw",
        `Plugin \`${plugin}\` threw in \`${hook}\`: ${reasonOf(error)}`,
        "this is a defect of the plugin; report it to its author",
        { cause: error },
      );

export const runExists = (folder: string): TrainError =>
  new TrainError(
    "train/run-exists",
    `\`${folder}\` holds a run already.`,
    "resume it (--resume), give another folder, or force it",
  );

export const unknownMetric = (metric: string, known: readonly string[]): TrainError =>
  new TrainError(
    "train/unknown-metric",
    `There is no figure \`${metric}\` in an epoch's metrics.`,
    `name one of ${known.join(", ")}`,
  );

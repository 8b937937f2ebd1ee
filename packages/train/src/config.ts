import type { Training } from "./trainer/options.js";

/** What a configuration file says: a training, and how it runs. */
export interface TrainingConfig extends Training {
  /** Threads of the engine; the results do not depend on it. All but one of the machine's, at most 8, unless given. */
  readonly threads?: number;
  /** Memory of the engine; 1024 unless given. */
  readonly memoryMegabytes?: number;
  /** A checkpoint is written after an epoch when the last one is this old; 10 unless given. */
  readonly checkpointSeconds?: number;
  /** Name of the exported network; the folder's name unless given. */
  readonly name?: string;
}

/** A configuration, or what makes one: a function may load data, and take its time. */
export type TrainingSource = TrainingConfig | (() => TrainingConfig | Promise<TrainingConfig>);

const settings: Readonly<Record<keyof TrainingConfig, true>> = {
  model: true,
  data: true,
  loss: true,
  optimizer: true,
  schedule: true,
  epochs: true,
  rounds: true,
  batch: true,
  lastBatch: true,
  clipNorm: true,
  seed: true,
  plugins: true,
  threads: true,
  memoryMegabytes: true,
  checkpointSeconds: true,
  name: true,
};

/** Names of all settings. */
export const trainingSettings: readonly string[] = Object.keys(settings);

/** Gives a configuration its type, for the default export of a file. */
export function defineTraining<T extends TrainingSource>(config: T): T {
  return config;
}

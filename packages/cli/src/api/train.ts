import type { EpochRecord, Progress, RunResult, TrainingConfig } from "@gatefold/train";
import { defined } from "../defined.js";
import { checkTraining, loadTraining } from "../load/training-file.js";
import { asDiagnostics } from "./foreign-errors.js";

export interface TrainCommandOptions {
  /** A configuration file, or its content. */
  readonly config: string | TrainingConfig;
  /** Folder of the run. */
  readonly out: string;
  /** These win over the configuration. */
  readonly seed?: number | undefined;
  readonly epochs?: number | undefined;
  readonly threads?: number | undefined;
  /** Goes on with the run in the folder. */
  readonly resume?: boolean | undefined;
  /** Replaces what is in the folder. */
  readonly force?: boolean | undefined;
  /** Ends the training after the step in hand, with a checkpoint. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onEpoch?: ((record: EpochRecord) => void) | undefined;
}

/**
 * Trains what a configuration says, in a folder: metrics, curves, checkpoint, QONNX model.
 * Throws `DiagnosticError` for what the configuration, the data or the folder does not allow.
 */
export async function train(options: TrainCommandOptions): Promise<RunResult> {
  // Loaded where it is needed: no other command trains.
  const { runTraining, trainingSettings } = await import("@gatefold/train");
  const { config: given, seed, epochs, threads, ...run } = options;
  const config =
    typeof given === "string"
      ? await loadTraining(given, trainingSettings)
      : checkTraining("the training", given, trainingSettings);
  try {
    return await runTraining(
      { ...config, ...defined({ seed, epochs, threads }) },
      {
        ...defined(run),
        out: options.out,
      },
    );
  } catch (error) {
    throw asDiagnostics(error);
  }
}

import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { arch, availableParallelism, cpus, platform } from "node:os";
import { basename, join, resolve } from "node:path";
import type { TrainingConfig } from "../config.js";
import { notARun } from "../diagnostics.js";
import type { Kernels } from "../engine/kernels.js";
import { toQonnx } from "../export/export-model.js";
import type { EpochRecord } from "../schedule/schedule.js";
import { describeTraining, descriptionHash } from "../trainer/describe.js";
import { openEngine } from "../trainer/engine.js";
import type { Progress } from "../trainer/options.js";
import { createTrainer, type Trainer, type TrainResult } from "../trainer/trainer.js";
import { curvesSvg } from "./curves.js";
import { appendLine, createFolder, runFile, writeWhole } from "./files.js";

export interface RunOptions {
  /** Folder of the run. */
  readonly out: string;
  /** Goes on with the run that is in the folder. */
  readonly resume?: boolean;
  /** Replaces what is in the folder. */
  readonly force?: boolean;
  readonly engine?: Kernels;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
}

export interface RunResult extends Omit<TrainResult, "model"> {
  readonly folder: string;
  /** Files in the folder. */
  readonly files: readonly string[];
  readonly configHash: string;
}

const names = {
  environment: "environment.jsonl",
  metrics: "metrics.jsonl",
  curves: "curves.svg",
  checkpoint: "checkpoint.npz",
  model: "model.onnx",
  result: "result.json",
} as const;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function environmentLine({ name, threads }: Kernels): string {
  return JSON.stringify({
    started: new Date().toISOString(),
    node: process.version,
    platform: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    engine: name,
    threads,
  });
}

/** The lines of the epochs that the checkpoint knows; those after it will be trained again. */
function knownLines(folder: string, count: number): string {
  const path = join(folder, names.metrics);
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  return lines
    .slice(0, count)
    .map((line) => `${line}\n`)
    .join("");
}

/**
 * Trains, with everything in one folder: `run.json` (configuration, seed, hash), `environment.jsonl` (a line a start),
 * `metrics.jsonl` (a line an epoch), `curves.svg`, `checkpoint.npz`, and at the end `model.onnx` (QONNX) and `result.json`.
 * Each file is there whole, whenever the process ends; an interrupted run leaves a checkpoint of its last step.
 *
 * @throws TrainError `not-a-run`, `run-exists`, `output-not-ours`, `output-failed`, and what `createTrainer` and `run` throw.
 */
export async function runTraining(config: TrainingConfig, options: RunOptions): Promise<RunResult> {
  const { out, resume = false, force = false, signal, onProgress } = options;
  const folder = resolve(out);
  const at = (name: string): string => join(folder, name);
  const { threads, memoryMegabytes, checkpointSeconds = 10, name = basename(folder), ...training } = config;
  const { model: given } = training;
  if (resume && !(existsSync(at(runFile)) && existsSync(at(names.checkpoint)))) throw notARun(out);
  const built = typeof given === "object" && given !== null && "forward" in given;
  const engine = built ? given.kernels : (options.engine ?? openEngine({ threads, memoryMegabytes }));

  let saved = performance.now();
  let epochStart = performance.now();
  const save = async (trainer: Trainer): Promise<void> => {
    await writeWhole(at(names.checkpoint), trainer.checkpoint());
    await writeWhole(at(names.curves), await curvesSvg(trainer.history, { title: name }));
    saved = performance.now();
  };
  const onEpoch = async (record: EpochRecord, trainer: Trainer): Promise<void> => {
    const seconds = Math.round(performance.now() - epochStart) / 1000;
    await appendLine(at(names.metrics), JSON.stringify({ ...record, seconds }));
    if (performance.now() - saved >= checkpointSeconds * 1000) await save(trainer);
    await options.onEpoch?.(record);
    epochStart = performance.now();
  };
  try {
    const trainer = await createTrainer({
      ...training,
      engine,
      onEpoch,
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress } : {}),
      ...(resume ? { resume: new Uint8Array(await readFile(at(names.checkpoint))) } : {}),
    });
    const description = describeTraining(training);
    const configHash = descriptionHash(description);
    const runText = json({
      format: "gatefold-run",
      version: 1,
      configHash,
      seed: description["seed"],
      description,
    });
    if (resume) {
      await writeWhole(at(names.metrics), knownLines(folder, trainer.history.length));
      await writeWhole(at(runFile), runText);
      await appendLine(at(names.environment), environmentLine(engine));
    } else {
      const files: readonly (readonly [string, string | Uint8Array])[] = [
        [runFile, runText],
        [names.environment, `${environmentLine(engine)}\n`],
        [names.metrics, ""],
        [names.checkpoint, trainer.checkpoint()],
      ];
      await createFolder(folder, new Map(files), { force });
    }
    epochStart = performance.now();
    const result = await trainer.run();
    await save(trainer);
    const files: string[] = [runFile, names.environment, names.metrics, names.checkpoint, names.curves];
    if (result.ended === "finished") {
      await writeWhole(at(names.model), toQonnx(result.model, { name }));
      const { ended, stopReason, metrics, history } = result;
      await writeWhole(
        at(names.result),
        json({ ended, stopReason, epochs: history.length, configHash, metrics }),
      );
      files.push(names.model, names.result);
    }
    const { model: _, ...rest } = result;
    return { ...rest, folder, files, configHash };
  } finally {
    if (!options.engine && !built) engine.dispose();
  }
}

import { type BuiltModel, buildModel } from "../build-model.js";
import { badOption, checkpointMismatch } from "../diagnostics.js";
import type { Fit, Metrics, TrainPlugin } from "../hooks.js";
import type { EpochRecord } from "../schedule/schedule.js";
import { constant } from "../schedule/schedules.js";
import { elementCount, Tape } from "../tape.js";
import { encodeCheckpoint, restoreTraining, type TrainingState } from "./checkpoint.js";
import { criterionOf } from "./criterion.js";
import { describeTraining } from "./describe.js";
import { openEngine } from "./engine.js";
import { evaluateSet, loadBatch } from "./evaluate.js";
import { fitStep, type StepContext } from "./fit-step.js";
import { createHookSet } from "./hook-set.js";
import { type TrainOptions, withDefaults } from "./options.js";
import { nextEpoch, startPosition } from "./position.js";
import { namedRandom, sampleOrder } from "./random.js";
import { type SampleSet, sampleSet } from "./samples.js";

/** How a training ended. */
export interface TrainResult {
  readonly model: BuiltModel;
  /** `interrupted` by the signal: a checkpoint goes on from here. */
  readonly ended: "finished" | "interrupted";
  /** Why the last round ended before its epochs were done. */
  readonly stopReason: string | undefined;
  readonly history: readonly EpochRecord[];
  /** Of the last epoch, with `test.…` from the one run on the test data where there is any. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface Trainer {
  readonly model: BuiltModel;
  readonly history: readonly EpochRecord[];
  /** Trains to the end, or until the signal. Called once. */
  run(): Promise<TrainResult>;
  /** All that going on takes, as one file; between steps: in `onEpoch`, or after `run` was interrupted. */
  checkpoint(): Uint8Array;
}

/** The event loop gets a turn this often, so that signals and timers are heard. */
const turnMs = 40;

/**
 * Makes a training ready: builds the model, checks the data, lets the plugins tap, reads the checkpoint.
 *
 * The same options and seed give the same bits, with any number of threads, interrupted and resumed or not.
 *
 * @throws TrainError `bad-option`, `bad-data`, `bad-checkpoint`, `checkpoint-mismatch`; DiagnosticError for plugins that
 * cannot be ordered.
 */
export async function createTrainer(given: TrainOptions): Promise<Trainer> {
  const options = withDefaults(given);
  const { seed, epochs, rounds, batch, signal } = options;
  const criterion = criterionOf(options.loss);
  const schedule = options.schedule ?? constant();
  const model =
    "forward" in options.model
      ? options.model
      : buildModel(options.model, options.engine ?? openEngine(), namedRandom(seed, "initial"));
  const { kernels } = model;
  const outputs = elementCount(model.outputShape);
  const setOf = (part: "train" | "validation" | "test"): SampleSet | undefined => {
    const samples = options.data[part];
    return samples && sampleSet(part, samples, model.inputShape, outputs);
  };
  const [train, validation, test] = [setOf("train")!, setOf("validation"), setOf("test")];
  const whole = Math.floor(train.count / batch);
  const steps = options.lastBatch === "drop" ? whole : Math.ceil(train.count / batch);
  if (steps === 0)
    throw badOption(
      "batch",
      String(batch),
      `at most the ${train.count} samples, or \`lastBatch\` is \`use\``,
    );
  const hooks = createHookSet((options.plugins ?? []).filter((plugin): plugin is TrainPlugin => !!plugin));
  const trained = model.parameters.filter(({ tensor }) => tensor.needsGrad);
  const optimizer = options.optimizer.build(trained, kernels);
  const position = startPosition();
  const history: EpochRecord[] = [];
  const description = describeTraining(options);
  const state: TrainingState = { model, optimizer, plugins: hooks.plugins, position, history, description };

  const fit: Fit = {
    model,
    kernels,
    seed,
    random: (name) => namedRandom(seed, `plugin/${name}`),
    get round() {
      return position.round;
    },
    get epoch() {
      return position.epoch;
    },
    get step() {
      return position.step;
    },
    stop: (reason) => {
      position.stopReason ??= reason;
    },
    resetOptimizer: () => optimizer.reset(),
  };
  const tape = new Tape(kernels);
  const context: StepContext = {
    fit,
    model,
    tape,
    criterion,
    optimizer,
    trained,
    hooks,
    clipNorm: options.clipNorm,
  };

  const rateOf = (step: number): number => {
    const { round, epochOfRound: epoch } = position;
    const done = history.filter((record) => record.round === round);
    return options.optimizer.rate * schedule.factor({ epoch, epochs, step, steps, round, history: done });
  };

  let lastTurn = performance.now();
  const turn = async (): Promise<void> => {
    if (performance.now() - lastTurn < turnMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    lastTurn = performance.now();
  };

  /** The steps of this epoch that are left; false when the signal came before its end. */
  const runSteps = async (): Promise<boolean> => {
    const order = sampleOrder(seed, position.epoch, train.count);
    while (position.batch < steps) {
      const rows = order.subarray(position.batch * batch, (position.batch + 1) * batch);
      const { x, y } = loadBatch(tape, train, model.inputShape, outputs, rows);
      const byClass = train.labels !== undefined;
      const { loss, total, correct } = await fitStep(context, { x, y, byClass }, rateOf(position.batch));
      position.step++;
      position.batch++;
      position.seen += rows.length;
      position.lossSum += loss * rows.length;
      position.totalSum += total * rows.length;
      position.correct += correct;
      const { round, epochOfRound: epoch, batch: step } = position;
      options.onProgress?.({
        round,
        rounds,
        epoch,
        epochs,
        step,
        steps,
        loss: position.lossSum / position.seen,
      });
      await turn();
      if (signal?.aborted) return false;
    }
    return true;
  };

  const epochMetrics = (): Metrics => {
    const { seen, lossSum, totalSum, correct } = position;
    const metrics: Metrics = new Map([["loss", lossSum / seen]]);
    if (totalSum !== lossSum) metrics.set("loss.total", totalSum / seen);
    if (train.labels) metrics.set("accuracy", correct / seen);
    addEvaluation(metrics, "validation", validation);
    return metrics;
  };

  const addEvaluation = (metrics: Metrics, part: string, set: SampleSet | undefined): void => {
    if (!set) return;
    const { loss, accuracy } = evaluateSet(model, set, criterion, { seed });
    metrics.set(`${part}.loss`, loss);
    if (set.labels) metrics.set(`${part}.accuracy`, accuracy);
  };

  const result = (ended: TrainResult["ended"], metrics: Metrics): TrainResult => ({
    model,
    ended,
    stopReason,
    history,
    metrics: Object.fromEntries(metrics),
  });
  let stopReason: string | undefined;

  const run = async (): Promise<TrainResult> => {
    let metrics: Metrics = new Map(Object.entries(position.metrics));
    while (position.round < rounds) {
      if (signal?.aborted) return result("interrupted", metrics);
      if (position.batch === 0) {
        if (position.epochOfRound === 0) await hooks.call("beforeRound", fit);
        await hooks.call("beforeEpoch", fit);
      }
      if (!(await runSteps())) return result("interrupted", metrics);
      const rate = rateOf(steps - 1);
      metrics = epochMetrics();
      await hooks.call("afterEpoch", fit, metrics);
      const { round, epoch } = position;
      const record: EpochRecord = { round, epoch, rate, metrics: Object.fromEntries(metrics) };
      history.push(record);
      stopReason = position.stopReason ?? undefined;
      const roundEnds = stopReason !== undefined || position.epochOfRound + 1 >= epochs;
      if (roundEnds) await hooks.call("afterRound", fit, metrics);
      position.metrics = Object.fromEntries(metrics);
      nextEpoch(position, roundEnds);
      await options.onEpoch?.(record, trainer);
    }
    addEvaluation(metrics, "test", test);
    await hooks.call("done", fit, metrics);
    return result("finished", metrics);
  };

  const trainer: Trainer = { model, history, run, checkpoint: () => encodeCheckpoint(state) };
  await hooks.call("beforeFit", fit);
  if (options.resume) restoreTraining(state, options.resume);
  if (position.epochOfRound >= epochs) throw checkpointMismatch(["epochs"]);
  if (position.round > rounds) throw checkpointMismatch(["rounds"]);
  return trainer;
}

/** Trains a model. `createTrainer` and `run` in one. */
export async function train(options: TrainOptions): Promise<TrainResult> {
  return (await createTrainer(options)).run();
}

import type { Step } from "../layer.js";
import type { Model } from "../model.js";
import { elementCount, Tape, type Tensor } from "../tape.js";
import { type Criterion, criterionOf, type LossName, predictClass } from "./criterion.js";
import { namedRandom } from "./random.js";
import { type SampleSet, type Samples, sampleSet } from "./samples.js";

export interface EvaluateOptions {
  /** Loss to report; `cross-entropy` unless given. */
  readonly loss?: LossName | Criterion;
  /** Samples of one forward run; 256 unless given. */
  readonly batch?: number;
  /** Called with each quantized tensor of the run: faults, statistics. */
  readonly tap?: Step["tap"];
  readonly seed?: number;
}

/** What a network gives on labelled samples. */
export interface Evaluation {
  readonly count: number;
  /** Mean over the samples. */
  readonly loss: number;
  /** Share of samples whose class is right; NaN when the targets are values. */
  readonly accuracy: number;
  readonly classes: readonly {
    readonly count: number;
    readonly correct: number;
    readonly accuracy: number;
  }[];
  /** `[count, outputs]` */
  readonly logits: Float32Array;
  readonly outputs: number;
}

/** A batch on a tape: inputs and targets in the engine's memory. */
export function loadBatch(
  tape: Tape,
  set: SampleSet,
  inputShape: readonly number[],
  outputs: number,
  rows: ArrayLike<number>,
): { readonly x: Tensor; readonly y: Tensor } {
  const x = tape.tensor([rows.length, ...inputShape]);
  const perOutput = set.targetSize > 1 || outputs === 1;
  const y = tape.tensor(perOutput ? [rows.length, outputs] : [rows.length]);
  set.fillInputs(rows, x.data);
  set.fillTargets(rows, y.data);
  return { x, y };
}

/** `evaluate` on samples that are checked already. */
export function evaluateSet(
  model: Model,
  set: SampleSet,
  criterion: Criterion,
  { batch = 256, tap, seed = 0 }: EvaluateOptions = {},
): Evaluation {
  const outputs = elementCount(model.outputShape);
  const tape = new Tape(model.kernels);
  const random = namedRandom(seed, "evaluate");
  const step: Step = { tape, mode: "evaluate", moments: "running", random, ...(tap ? { tap } : {}) };
  const logits = new Float32Array(set.count * outputs);
  let loss = 0;
  for (let from = 0; from < set.count; from += batch) {
    const rows = Uint32Array.from({ length: Math.min(batch, set.count - from) }, (_, i) => from + i);
    const { x, y } = loadBatch(tape, set, model.inputShape, outputs, rows);
    const result = model.forward(step, x);
    logits.set(result.data, from * outputs);
    loss += criterion.loss(tape, result, y).data[0]! * rows.length;
    tape.reset();
  }
  const { labels } = set;
  const tally = Array.from({ length: Math.max(2, outputs) }, () => ({ count: 0, correct: 0 }));
  for (let row = 0; labels && row < set.count; row++) {
    const of = tally[labels[row]!]!;
    of.count++;
    if (predictClass(logits, row, outputs) === labels[row]) of.correct++;
  }
  const correct = tally.reduce((sum, each) => sum + each.correct, 0);
  return {
    count: set.count,
    loss: loss / set.count,
    accuracy: labels ? correct / set.count : Number.NaN,
    classes: labels ? tally.map((each) => ({ ...each, accuracy: each.correct / each.count })) : [],
    logits,
    outputs,
  };
}

/**
 * Runs a network as it is exported: running moments, no dropout, no plugin.
 *
 * @throws TrainError `train/bad-data`
 */
export function evaluate(model: Model, samples: Samples, options: EvaluateOptions = {}): Evaluation {
  const set = sampleSet("samples", samples, model.inputShape, elementCount(model.outputShape));
  return evaluateSet(model, set, criterionOf(options.loss ?? "cross-entropy"), options);
}

import { TrainError } from "../error.js";
import type { Tape, Tensor } from "../tape.js";
import { channelsOf, checkShape, printShape } from "./check.js";

/**
 * What is right: the number of the class for each sample, `[N]`, or a value for each class, `[N, classes]` (one-hot, or
 * probabilities; for `squaredHinge` above 0 is +1, else -1).
 */
export type Labels = Tensor;

/** Mean over the samples of `-Σ label · log softmax(logits)`; `logits [N, classes]`. */
export function softmaxCrossEntropy(tape: Tape, logits: Tensor, labels: Labels): Tensor {
  const target = targets(tape, "softmaxCrossEntropy", logits, labels);
  const probability = tape.kernels.scratch(logits.data.length);
  softmaxRows(logits, probability);
  const batch = logits.shape[0]!;
  const classes = logits.shape[1]!;
  const factor = 1 / batch;
  const weight = tape.kernels.scratch(batch);
  let total = 0;
  for (let n = 0, i = 0; n < batch; n++) {
    const logSum = logSumExp(logits.data, n * classes, classes);
    weight[n] = 0;
    for (let c = 0; c < classes; c++, i++) {
      if (target[i] === 0) continue;
      weight[n]! += target[i]!;
      total += target[i]! * (logSum - logits.data[i]!);
    }
  }
  return loss(tape, [logits], total * factor, (dy) => {
    const dx = tape.gradOf(logits);
    for (let i = 0; i < dx.length; i++) {
      dx[i]! += dy * factor * (probability[i]! * weight[Math.floor(i / classes)]! - target[i]!);
    }
  });
}

/** Nearest probabilities to 0 and 1 that `binaryCrossEntropy` takes. */
const margin = 1e-7;

/** Mean over samples and classes of `-(label · log p + (1 - label) · log(1 - p))`; `p` from `sigmoid` or `softmax`. */
export function binaryCrossEntropy(tape: Tape, p: Tensor, labels: Labels): Tensor {
  const target = targets(tape, "binaryCrossEntropy", p, labels);
  const factor = 1 / p.data.length;
  const at = (i: number): number => Math.min(Math.max(p.data[i]!, margin), 1 - margin);
  let total = 0;
  for (let i = 0; i < target.length; i++) {
    total -= target[i]! * Math.log(at(i)) + (1 - target[i]!) * Math.log1p(-at(i));
  }
  return loss(tape, [p], total * factor, (dy) => {
    const dp = tape.gradOf(p);
    for (let i = 0; i < dp.length; i++)
      dp[i]! += (dy * factor * (at(i) - target[i]!)) / (at(i) * (1 - at(i)));
  });
}

/** Mean over samples and classes of `max(0, 1 - t · x)²`, t = ±1. */
export function squaredHinge(tape: Tape, x: Tensor, labels: Labels): Tensor {
  const target = targets(tape, "squaredHinge", x, labels);
  for (let i = 0; i < target.length; i++) target[i] = target[i]! > 0 ? 1 : -1;
  const factor = 1 / x.data.length;
  const gap = (i: number): number => Math.max(0, 1 - target[i]! * x.data[i]!);
  let total = 0;
  for (let i = 0; i < target.length; i++) total += gap(i) ** 2;
  return loss(tape, [x], total * factor, (dy) => {
    const dx = tape.gradOf(x);
    for (let i = 0; i < dx.length; i++) dx[i]! -= 2 * dy * factor * target[i]! * gap(i);
  });
}

/** `Σ |w|` over all the tensors; gradient 0 at 0. */
export function l1(tape: Tape, tensors: readonly Tensor[]): Tensor {
  let total = 0;
  for (const { data } of tensors) for (let i = 0; i < data.length; i++) total += Math.abs(data[i]!);
  return loss(tape, tensors, total, (dy) => {
    for (const each of tensors) {
      if (!each.needsGrad) continue;
      const gradient = tape.gradOf(each);
      for (let i = 0; i < gradient.length; i++) gradient[i]! += dy * Math.sign(each.data[i]!);
    }
  });
}

/** Softmax over the last axis. */
export function softmax(tape: Tape, x: Tensor): Tensor {
  const classes = channelsOf("softmax", x);
  const y = tape.tensor(x.shape, [x]);
  softmaxRows(x, y.data);
  tape.record(y, (dy) => {
    const dx = tape.gradOf(x);
    for (let start = 0; start < dx.length; start += classes) {
      let dot = 0;
      for (let i = start; i < start + classes; i++) dot += dy[i]! * y.data[i]!;
      for (let i = start; i < start + classes; i++) dx[i]! += y.data[i]! * (dy[i]! - dot);
    }
  });
  return y;
}

/** `1 / (1 + exp(-x))`. */
export function sigmoid(tape: Tape, x: Tensor): Tensor {
  const y = tape.tensor(x.shape, [x]);
  for (let i = 0; i < y.data.length; i++) y.data[i] = 1 / (1 + Math.exp(-x.data[i]!));
  tape.record(y, (dy) => {
    const dx = tape.gradOf(x);
    for (let i = 0; i < dx.length; i++) dx[i]! += dy[i]! * y.data[i]! * (1 - y.data[i]!);
  });
  return y;
}

/** A loss of one element; `backward` gets the gradient of it. */
function loss(tape: Tape, from: readonly Tensor[], value: number, backward: (dy: number) => void): Tensor {
  const y = tape.tensor([], from);
  y.data[0] = value;
  tape.record(y, (dy) => backward(dy[0]!));
  return y;
}

/** The labels as `[N, classes]`, in an array of the step. */
function targets(tape: Tape, op: string, x: Tensor, labels: Labels): Float32Array {
  const [batch, classes] = x.shape;
  const byClass = labels.shape.length === 2 && labels.shape[1] === classes;
  checkShape(
    x.shape.length === 2 && labels.shape[0] === batch && (byClass || labels.shape.length === 1),
    op,
    `the operand has shape ${printShape(x)}, the labels ${printShape(labels)}.`,
    "give x [N, classes], and labels [N] or [N, classes]",
  );
  const target = tape.kernels.scratch(x.data.length);
  if (byClass) {
    tape.kernels.copy(labels.data, target);
    return target;
  }
  tape.kernels.fill(target, 0);
  for (let n = 0; n < batch!; n++) {
    const label = labels.data[n]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes!)) {
      throw new TrainError(
        "train/bad-label",
        `\`${op}\`: sample ${n} has label ${label}, and there are ${classes} classes.`,
        "number classes from 0, and give the last layer as many outputs as there are classes",
      );
    }
    target[n * classes! + label] = 1;
  }
  return target;
}

function logSumExp(x: Float32Array, start: number, length: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = start; i < start + length; i++) most = Math.max(most, x[i]!);
  let total = 0;
  for (let i = start; i < start + length; i++) total += Math.exp(x[i]! - most);
  return most + Math.log(total);
}

function softmaxRows(x: Tensor, y: Float32Array): void {
  const classes = x.shape.at(-1)!;
  for (let start = 0; start < y.length; start += classes) {
    const logSum = logSumExp(x.data, start, classes);
    for (let i = start; i < start + classes; i++) y[i] = Math.exp(x.data[i]! - logSum);
  }
}

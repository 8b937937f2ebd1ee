import { badOption } from "../diagnostics.js";
import { binaryCrossEntropy, sigmoid, softmax, softmaxCrossEntropy, squaredHinge } from "../ops/index.js";
import type { Tape, Tensor } from "../tape.js";

/**
 * What a training makes small: a mean over the samples of the batch, so that each sample counts by itself.
 * `outputs` is `[batch, outputs]`; `y` holds classes `[batch]`, or values `[batch, outputs]`.
 */
export interface Criterion {
  readonly name: string;
  loss(tape: Tape, outputs: Tensor, y: Tensor): Tensor;
}

/** Losses by name: softmax cross-entropy, binary cross-entropy of the class probabilities, squared hinge of ±1 targets. */
export type LossName = "cross-entropy" | "bce" | "squared-hinge";

const criteria: Readonly<Record<LossName, Criterion["loss"]>> = {
  "cross-entropy": softmaxCrossEntropy,
  /** Of the probabilities: sigmoid of a single output, softmax over the classes of several. */
  bce: (tape: Tape, x: Tensor, y: Tensor): Tensor =>
    binaryCrossEntropy(tape, x.shape[1] === 1 ? sigmoid(tape, x) : softmax(tape, x), y),
  "squared-hinge": squaredHinge,
};

/** The criterion of a name, or a stranger's own. Throws `TrainError` `bad-option`. */
export function criterionOf(loss: LossName | Criterion): Criterion {
  if (typeof loss === "object") return loss;
  const known = criteria[loss] as (typeof criteria)[LossName] | undefined;
  if (known === undefined)
    throw badOption(
      "loss",
      `\`${String(loss)}\``,
      `one of ${Object.keys(criteria).join(", ")}, or a criterion`,
    );
  return { name: loss, loss: known };
}

/** Adds losses of one element each; the gradient of the sum is that of each. */
export function totalLoss(tape: Tape, losses: readonly Tensor[]): Tensor {
  if (losses.length === 1) return losses[0]!;
  const total = tape.tensor([], losses);
  let sum = 0;
  for (const { data } of losses) sum += data[0]!;
  total.data[0] = sum;
  tape.record(total, (dy) => {
    for (const each of losses) if (each.needsGrad) tape.kernels.axpy(1, dy, tape.gradOf(each));
  });
  return total;
}

/** The class that each row of `[rows, outputs]` says: the first of the largest; above 0 is class 1 for a single output. */
export function predictClass(outputs: ArrayLike<number>, row: number, width: number): number {
  if (width === 1) return outputs[row]! > 0 ? 1 : 0;
  let best = 0;
  for (let c = 1; c < width; c++) if (outputs[row * width + c]! > outputs[row * width + best]!) best = c;
  return best;
}

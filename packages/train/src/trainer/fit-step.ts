import { diverged } from "../diagnostics.js";
import type { Fit, FitStep } from "../hooks.js";
import type { Step } from "../layer.js";
import type { Model } from "../model.js";
import { clipGradients, gradientOf } from "../optim/gradients.js";
import type { Optimizer } from "../optim/optimizer.js";
import type { Parameter } from "../parameter.js";
import type { Tape, Tensor } from "../tape.js";
import { type Criterion, predictClass, totalLoss } from "./criterion.js";
import type { TrainHookSet } from "./hook-set.js";
import { applyMask } from "./mask.js";
import { namedRandom } from "./random.js";

/** What every step of a training works with. */
export interface StepContext {
  readonly fit: Fit;
  readonly model: Model;
  readonly tape: Tape;
  readonly criterion: Criterion;
  readonly optimizer: Optimizer;
  /** The parameters that are trained. */
  readonly trained: readonly Parameter[];
  readonly hooks: TrainHookSet;
  readonly clipNorm: number | undefined;
}

export interface StepResult {
  /** The criterion alone, and with all that plugins added. */
  readonly loss: number;
  readonly total: number;
  readonly correct: number;
}

function countCorrect(outputs: Tensor, labels: Tensor, byClass: boolean): number {
  if (!byClass) return 0;
  const batch = labels.shape[0]!;
  const width = outputs.data.length / batch;
  let correct = 0;
  for (let row = 0; row < batch; row++)
    if (predictClass(outputs.data, row, width) === labels.data[row]) correct++;
  return correct;
}

/** Masks and ranges hold after the update too: in the optimizer's state, which would bring a pruned weight back, and in the values. */
function constrain(parameters: readonly Parameter[], optimizer: Optimizer): void {
  for (const { parameter, data } of optimizer.slots) applyMask(data, parameter.mask);
  for (const { tensor, mask, project } of parameters) {
    project?.(tensor.data);
    applyMask(tensor.data, mask);
  }
}

/** One optimizer step on a batch. Throws `TrainError` `diverged`, and what plugins throw. */
export async function fitStep(
  context: StepContext,
  batch: { readonly x: Tensor; readonly y: Tensor; readonly byClass: boolean },
  rate: number,
): Promise<StepResult> {
  const { fit, model, tape, criterion, optimizer, trained, hooks } = context;
  const { kernels } = model;
  for (const parameter of trained) kernels.fill(gradientOf(parameter, kernels), 0);
  const added: ((tape: Tape) => Tensor)[] = [];
  const step: FitStep = {
    fit,
    tape,
    x: batch.x,
    y: batch.y,
    random: namedRandom(fit.seed, `step/${fit.step}`),
    moments: "batch",
    addLoss: (loss) => {
      added.push(loss);
    },
  };
  await hooks.call("beforeStep", step);
  const { tap } = hooks;
  const run: Step = {
    tape,
    mode: "train",
    moments: step.moments,
    random: namedRandom(fit.seed, `forward/${fit.step}`),
    ...(tap ? { tap: (at, value, scale) => tap(value, at, step, scale) } : {}),
  };
  const outputs = model.forward(run, batch.x);
  const loss = criterion.loss(tape, outputs, batch.y);
  const total = totalLoss(tape, [loss, ...added.map((each) => each(tape))]);
  const result: StepResult = {
    loss: loss.data[0]!,
    total: total.data[0]!,
    correct: countCorrect(outputs, batch.y, batch.byClass),
  };
  if (!Number.isFinite(result.total)) throw diverged(fit.epoch, fit.step, result.total);
  tape.backward(total);
  await hooks.call("afterBackward", step);
  for (const parameter of trained) applyMask(gradientOf(parameter, kernels), parameter.mask);
  if (context.clipNorm !== undefined) clipGradients(trained, kernels, context.clipNorm);
  optimizer.step(rate);
  constrain(trained, optimizer);
  await hooks.call("afterStep", step);
  tape.reset();
  return result;
}

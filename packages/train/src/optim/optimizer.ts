import type { Kernels } from "../engine/kernels.js";
import type { Parameter } from "../parameter.js";

/** State of an optimizer for one parameter, as long as the parameter; zeros at the start. */
export interface OptimizerSlot {
  readonly parameter: Parameter;
  readonly name: string;
  readonly data: Float32Array;
}

/** An optimizer at work on a model's parameters. */
export interface Optimizer {
  readonly type: string;
  readonly slots: readonly OptimizerSlot[];
  /** Steps since the start or the last `reset`; set when a checkpoint is read. */
  steps: number;
  /** One step down the gradients, at a learning rate that `rateFactor` of each parameter multiplies. */
  step(rate: number): void;
  /** Zero state, zero steps. */
  reset(): void;
}

/** An optimizer before it has parameters: plain data and how to build it. */
export interface OptimizerSpec {
  readonly type: string;
  /** Learning rate before the schedule. */
  readonly rate: number;
  build(parameters: readonly Parameter[], kernels: Kernels): Optimizer;
}

/** What an update rule gets. */
export interface Update {
  readonly kernels: Kernels;
  readonly parameter: Float32Array;
  readonly gradient: Float32Array;
  /** State of this parameter, in the order of `slots`. */
  readonly state: readonly Float32Array[];
  /** From 1, since the start or the last reset. */
  readonly step: number;
  readonly rate: number;
  /** Whether weight decay acts on this parameter: it is a weight, not a bias, scale or normalization. */
  readonly decays: boolean;
}

/**
 * Makes an optimizer of an update rule. A stranger's is one of these: `slots` names the state that each parameter has,
 * `options` are what stands in a run's configuration.
 */
export function defineOptimizer(init: {
  readonly type: string;
  readonly rate: number;
  readonly options: Readonly<Record<string, number | boolean>>;
  readonly slots: readonly string[];
  readonly update: (update: Update) => void;
}): OptimizerSpec {
  const { type, rate, options, slots: names, update } = init;
  const build = (parameters: readonly Parameter[], kernels: Kernels): Optimizer => {
    const slots = parameters.map((parameter) =>
      names.map(
        (name): OptimizerSlot => ({ parameter, name, data: kernels.alloc(parameter.tensor.data.length) }),
      ),
    );
    const optimizer: Optimizer = {
      type,
      slots: slots.flat(),
      steps: 0,
      step: (now) => {
        optimizer.steps++;
        parameters.forEach((parameter, i) => {
          update({
            kernels,
            parameter: parameter.tensor.data,
            gradient: parameter.tensor.grad!,
            state: slots[i]!.map((slot) => slot.data),
            step: optimizer.steps,
            rate: now * (parameter.rateFactor ?? 1),
            decays: parameter.role === "weight",
          });
        });
      },
      reset: () => {
        optimizer.steps = 0;
        for (const { data } of optimizer.slots) data.fill(0);
      },
    };
    return optimizer;
  };
  return Object.freeze({ ...options, type, rate, build });
}

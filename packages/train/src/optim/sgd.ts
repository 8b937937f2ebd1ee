import { checkNumber } from "../check.js";
import { defineOptimizer, type OptimizerSpec } from "./optimizer.js";

export interface SgdOptions {
  readonly rate: number;
  /** 0 unless given. */
  readonly momentum?: number;
  /** Weight decay (L2) on weights alone; 0 unless given. */
  readonly decay?: number;
  readonly nesterov?: boolean;
}

/** Stochastic gradient descent, with momentum where asked for. Throws `TrainError` `bad-option`. */
export function sgd({ rate, momentum = 0, decay = 0, nesterov = false }: SgdOptions): OptimizerSpec {
  checkNumber("sgd.rate", rate, [0, Number.POSITIVE_INFINITY], "()");
  checkNumber("sgd.momentum", momentum, [0, 1], "[)");
  checkNumber("sgd.decay", decay, [0, Number.POSITIVE_INFINITY], "[)");
  return defineOptimizer({
    type: "sgd",
    rate,
    options: { momentum, decay, nesterov },
    slots: ["velocity"],
    update: ({ kernels, parameter, gradient, state, rate: now, decays }) => {
      const own = { parameter, gradient, velocity: state[0]!, rate: now };
      kernels.sgd({ ...own, momentum, decay: decays ? decay : 0, nesterov });
    },
  });
}

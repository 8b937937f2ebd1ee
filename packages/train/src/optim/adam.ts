import { checkNumber } from "../check.js";
import { defineOptimizer, type OptimizerSpec } from "./optimizer.js";

export interface AdamOptions {
  /** Learning rate; 0.001 unless given. */
  readonly rate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

function adamOf(type: string, options: AdamOptions, decay: number): OptimizerSpec {
  const { rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkNumber(`${type}.rate`, rate, [0, Number.POSITIVE_INFINITY], "()");
  checkNumber(`${type}.beta1`, beta1, [0, 1], "[)");
  checkNumber(`${type}.beta2`, beta2, [0, 1], "[)");
  checkNumber(`${type}.epsilon`, epsilon, [0, Number.POSITIVE_INFINITY], "()");
  checkNumber(`${type}.decay`, decay, [0, Number.POSITIVE_INFINITY], "[)");
  return defineOptimizer({
    type,
    rate,
    options: { beta1, beta2, epsilon, decay },
    slots: ["first", "second"],
    update: ({ kernels, parameter, gradient, state, step, rate: now, decays }) => {
      const [first, second] = [state[0]!, state[1]!];
      const own = { parameter, gradient, first, second, step, rate: now };
      kernels.adam({ ...own, beta1, beta2, epsilon, decay: decays ? decay : 0 });
    },
  });
}

/** Adam with bias correction. Source: Kingma & Ba, arXiv:1412.6980. Throws `TrainError` `bad-option`. */
export function adam(options: AdamOptions = {}): OptimizerSpec {
  return adamOf("adam", options, 0);
}

/**
 * Adam with decoupled decay of the weights alone (no biases, scales, normalization): each step also takes
 * `rate · decay · w` away; `decay` 0.01 unless given. Source: Loshchilov & Hutter, arXiv:1711.05101.
 */
export function adamw(options: AdamOptions & { readonly decay?: number } = {}): OptimizerSpec {
  return adamOf("adamw", options, options.decay ?? 0.01);
}

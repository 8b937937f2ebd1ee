import type { Kernels } from "../kernels.js";
import { adamCoefficients } from "../update.js";

/** Sources: Kingma & Ba, arXiv:1412.6980, algorithm 1; decoupled decay: Loshchilov & Hutter, arXiv:1711.05101, algorithm 2. */
export const adam: Kernels["adam"] = (args) => {
  const { parameter, gradient, first, second, beta1, beta2, epsilon } = args;
  const { rate, secondFactor, keep } = adamCoefficients(args);
  for (let i = 0; i < parameter.length; i++) {
    const g = gradient[i]!;
    first[i] = beta1 * first[i]! + (1 - beta1) * g;
    second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
    const size = Math.sqrt(second[i]! * secondFactor) + epsilon;
    parameter[i] = parameter[i]! * keep - (rate * first[i]!) / size;
  }
};

export const sgd: Kernels["sgd"] = (args) => {
  const { parameter, gradient, velocity, rate, momentum, decay, nesterov } = args;
  for (let i = 0; i < parameter.length; i++) {
    const g = gradient[i]! + decay * parameter[i]!;
    velocity[i] = momentum * velocity[i]! + g;
    parameter[i]! -= rate * (nesterov ? g + momentum * velocity[i]! : velocity[i]!);
  }
};

import type { Kernels } from "../engine/kernels.js";
import type { Parameter } from "../parameter.js";

/** The gradient of a parameter; made, in zeros, when there is none yet. It lives as long as the model. */
export function gradientOf(parameter: Parameter, kernels: Kernels): Float32Array {
  parameter.tensor.grad ??= kernels.alloc(parameter.tensor.data.length);
  return parameter.tensor.grad;
}

/**
 * Scales all gradients together so that their common Euclidean norm is at most `limit`; gives the norm before. Summed in
 * float64 in the parameters' order.
 */
export function clipGradients(parameters: readonly Parameter[], kernels: Kernels, limit: number): number {
  let squares = 0;
  for (const parameter of parameters) {
    for (const g of gradientOf(parameter, kernels)) squares += g * g;
  }
  const norm = Math.sqrt(squares);
  if (norm > limit) {
    const factor = limit / norm;
    for (const parameter of parameters) {
      const gradient = gradientOf(parameter, kernels);
      for (let i = 0; i < gradient.length; i++) gradient[i]! *= factor;
    }
  }
  return norm;
}

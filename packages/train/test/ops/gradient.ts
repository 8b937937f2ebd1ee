import { type Random, random } from "@gatefold/datasets";
import { expect } from "vitest";
import { elementCount, type Kernels, Tape, type Tensor } from "../../src/index.js";

/** A tensor of the engine that wants a gradient, with given values or random ones in ±1. */
export function leaf(
  kernels: Kernels,
  shape: readonly number[],
  values: Random | ArrayLike<number>,
  needsGrad = true,
): Tensor {
  const data = kernels.scratch(elementCount(shape));
  for (let i = 0; i < data.length; i++) {
    data[i] = "uniform" in values ? 2 * values.uniform() - 1 : values[i]!;
  }
  return { shape, data, needsGrad, grad: undefined };
}

/** Half the distance of the two points of a central difference. */
const step = 2 ** -7;

/** What each gradient holds before: the op has to add to it. */
const before = 0.5;

/**
 * Checks the gradients that `op` gives of `Σ r · y`, r random, against central differences of `smooth` (the op itself unless it
 * passes its gradient straight through).
 */
export function checkGradients(
  tape: Tape,
  inputs: readonly Tensor[],
  op: (tape: Tape, inputs: readonly Tensor[]) => Tensor,
  smooth: (tape: Tape, inputs: readonly Tensor[]) => Tensor = op,
  tolerance = 2e-3,
): void {
  const y = op(tape, inputs);
  const r = leaf(tape.kernels, y.shape, random(77), false);
  for (const input of inputs) {
    if (input.needsGrad) tape.kernels.fill(tape.gradOf(input), before);
  }
  tape.kernels.copy(r.data, tape.gradOf(y));
  tape.backward(leaf(tape.kernels, [], [0]));
  const plain = new Tape(tape.kernels);
  const total = (): number => {
    const { data } = smooth(plain, inputs);
    let value = 0;
    for (let i = 0; i < data.length; i++) value += data[i]! * r.data[i]!;
    return value;
  };
  for (const [which, { data, grad, needsGrad }] of inputs.entries()) {
    if (!needsGrad) {
      expect(grad).toBeUndefined();
      continue;
    }
    for (let i = 0; i < data.length; i++) {
      const kept = data[i]!;
      data[i] = kept + step;
      const above = total();
      data[i] = kept - step;
      const below = total();
      data[i] = kept;
      const expected = (above - below) / (2 * step);
      const found = grad![i]! - before;
      const wrong = Math.abs(found - expected) > tolerance * (1 + Math.abs(expected));
      if (wrong) expect.fail(`input ${which}, element ${i}: gradient ${found}, by difference ${expected}`);
    }
  }
}

/** Moves values away from a kink, so that a central difference does not cross it. */
export function avoid(values: Float32Array, ...kinks: readonly number[]): void {
  for (let i = 0; i < values.length; i++) {
    for (const kink of kinks) {
      if (Math.abs(values[i]! - kink) < 2 * step) values[i] = kink + 3 * step;
    }
  }
}

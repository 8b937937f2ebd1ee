import type { Tape, Tensor } from "../tape.js";
import { checkSameShape } from "./check.js";

/** `max(x, 0)`; no gradient at 0. */
export function relu(tape: Tape, x: Tensor): Tensor {
  return limit(tape, x, 0, Number.POSITIVE_INFINITY, false);
}

/** `min(max(x, -1), 1)`; no gradient at the limits. */
export function hardtanh(tape: Tape, x: Tensor): Tensor {
  return limit(tape, x, -1, 1, false);
}

/** `min(max(x, low), high)`; the gradient passes at the limits too. */
export function clip(tape: Tape, x: Tensor, low: number, high: number): Tensor {
  return limit(tape, x, low, high, true);
}

function limit(tape: Tape, x: Tensor, low: number, high: number, closed: boolean): Tensor {
  const y = tape.tensor(x.shape, [x]);
  tape.kernels.clip(x.data, y.data, low, high);
  tape.record(y, (dy) => tape.kernels.clipBackward(x.data, dy, tape.gradOf(x), low, high, closed));
  return y;
}

/** `a + b`, of one shape. */
export function add(tape: Tape, a: Tensor, b: Tensor): Tensor {
  checkSameShape("add", a, b);
  const y = tape.tensor(a.shape, [a, b]);
  tape.kernels.copy(a.data, y.data);
  tape.kernels.axpy(1, b.data, y.data);
  tape.record(y, (dy) => {
    for (const x of [a, b]) if (x.needsGrad) tape.kernels.axpy(1, dy, tape.gradOf(x));
  });
  return y;
}

/** `a ∘ b`, of one shape. */
export function multiply(tape: Tape, a: Tensor, b: Tensor): Tensor {
  checkSameShape("multiply", a, b);
  const y = tape.tensor(a.shape, [a, b]);
  tape.kernels.multiply(a.data, b.data, y.data);
  tape.record(y, (dy) => {
    if (a.needsGrad) tape.kernels.multiply(dy, b.data, tape.gradOf(a), true);
    if (b.needsGrad) tape.kernels.multiply(dy, a.data, tape.gradOf(b), true);
  });
  return y;
}

/** `x · factor`, a constant. */
export function scale(tape: Tape, x: Tensor, factor: number): Tensor {
  const y = tape.tensor(x.shape, [x]);
  tape.kernels.fill(y.data, 0);
  tape.kernels.axpy(factor, x.data, y.data);
  tape.record(y, (dy) => tape.kernels.axpy(factor, dy, tape.gradOf(x)));
  return y;
}

/** Sum of all elements, of shape `[]`. */
export function sum(tape: Tape, x: Tensor): Tensor {
  const y = tape.tensor([], [x]);
  tape.kernels.fill(y.data, 0);
  tape.kernels.columnSum(x.data, y.data);
  tape.record(y, (dy) => {
    const dx = tape.gradOf(x);
    for (let i = 0; i < dx.length; i++) dx[i]! += dy[0]!;
  });
  return y;
}

/** Mean of all elements, of shape `[]`. */
export function mean(tape: Tape, x: Tensor): Tensor {
  return scale(tape, sum(tape, x), 1 / x.data.length);
}

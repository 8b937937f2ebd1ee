import type { Kernels } from "./engine/kernels.js";

/**
 * A dense float32 array in C order, the batch first. `data` is a view of the engine's memory; of a step's intermediate tensors
 * it is valid until the tape is reset.
 */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** Whether a gradient is wanted: it depends on a parameter. */
  readonly needsGrad: boolean;
  /** Gradient of the loss, of the same length; absent until something flows back. */
  grad: Float32Array | undefined;
}

/** Number of elements of a shape; `[]` has one. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Records what a forward run did, to run it backward. An operation computes its result, then records how the gradient of the
 * result becomes gradients of its operands; one that a stranger writes does the same.
 */
export class Tape {
  #steps: (() => void)[] = [];

  constructor(readonly kernels: Kernels) {}

  /** A tensor of this step; its values are not set. It wants a gradient when one of `from` does. */
  tensor(shape: readonly number[], from: readonly Tensor[] = []): Tensor {
    return {
      shape,
      data: this.kernels.scratch(elementCount(shape)),
      needsGrad: from.some((each) => each.needsGrad),
      grad: undefined,
    };
  }

  /** A view of the same elements under another shape; its gradient is the operand's. */
  reshape(x: Tensor, shape: readonly number[]): Tensor {
    const y: Tensor = { shape, data: x.data, needsGrad: x.needsGrad, grad: undefined };
    this.record(y, (dy) => this.kernels.axpy(1, dy, this.gradOf(x)));
    return y;
  }

  /** The gradient of a tensor, zeros at first use. */
  gradOf(x: Tensor): Float32Array {
    if (x.grad === undefined) {
      x.grad = this.kernels.scratch(x.data.length);
      this.kernels.fill(x.grad, 0);
    }
    return x.grad;
  }

  /** Notes how the gradient of `y` flows back. `backward` is called once, and not at all when nothing reached `y`. */
  record(y: Tensor, backward: (dy: Float32Array) => void): void {
    if (!y.needsGrad) return;
    this.#steps.push(() => {
      if (y.grad !== undefined) backward(y.grad);
    });
  }

  /** Runs backward from a loss of one element; gradients add up on every tensor that wants one. */
  backward(loss: Tensor): void {
    this.kernels.fill(this.gradOf(loss), 1);
    for (let i = this.#steps.length - 1; i >= 0; i--) this.#steps[i]!();
    this.#steps = [];
  }

  /** Forgets the step and gives its memory back. */
  reset(): void {
    this.#steps = [];
    this.kernels.release();
  }
}

import type { Tensor } from "./tape.js";

/** What a parameter is to those that treat kinds of parameters differently (decay, pruning, L1, export). */
export type ParameterRole = "weight" | "bias" | "gamma" | "beta" | "scale" | "other";

/** Trained values. `tensor.data` and `tensor.grad` live as long as the model; the gradient is zeroed before each step. */
export interface Parameter {
  /** `<layer>.<role>`, unique in the model. */
  readonly name: string;
  readonly role: ParameterRole;
  readonly tensor: Tensor;
  /** 1 keeps an element, 0 holds it at 0: in the forward run, the gradient, the optimizer's state and the export. */
  mask: Float32Array | undefined;
  /** Keeps the values in range after each step (weight clipping, positive scales). */
  readonly project?: (data: Float32Array) => void;
  /** Factor on the learning rate; 1 unless told. */
  readonly rateFactor?: number;
}

/** State that a layer keeps without training it (running moments). Saved in checkpoints. */
export interface StateBuffer {
  readonly name: string;
  readonly data: Float32Array;
}

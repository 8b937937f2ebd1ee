import type { Kernels } from "./engine/kernels.js";
import type { Layer, Step } from "./layer.js";
import type { Parameter, StateBuffer } from "./parameter.js";
import type { Tensor } from "./tape.js";

/** Layers in a row (a layer may hold branches), all on one engine. */
export interface Model {
  /** The engine whose memory holds the parameters. */
  readonly kernels: Kernels;
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Every layer, in the order in which they run; those of a branch stand before the layer that holds it. */
  readonly layers: readonly Layer[];
  readonly parameters: readonly Parameter[];
  readonly buffers: readonly StateBuffer[];
  /** `x` is `[batch, ...inputShape]`; the result `[batch, ...outputShape]`. */
  forward(step: Step, x: Tensor): Tensor;
}

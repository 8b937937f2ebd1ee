import type { Value } from "@gatefold/core";
import type { Kernels } from "./engine/kernels.js";
import type { ExportBuilder, Step } from "./layer.js";
import type { Parameter, StateBuffer } from "./parameter.js";
import type { Tensor } from "./tape.js";

/** What a quantizer has to be built with. */
export interface QuantizerContext {
  /** Prefix for names of its parameters. */
  readonly name: string;
  readonly kernels: Kernels;
  readonly role: "weight" | "activation" | "input" | "bias";
  /** Channels that may have scales of their own, and how many elements in a row share one: element i has channel ⌊i/inner⌋ mod channels. */
  readonly channels: number;
  readonly inner: number;
  /** Terms of one sum, for bounds on accumulators. */
  readonly fanIn?: number;
}

/**
 * A quantizer in a model. In the forward run it gives `code · scale` exactly as a real number of float32; backward it passes a
 * straight-through gradient. `emit` writes the QONNX quantizer that gives the same codes.
 */
export interface Quantizer {
  readonly type: string;
  readonly bits: number;
  readonly codes: { readonly low: number; readonly high: number };
  readonly parameters: readonly Parameter[];
  readonly buffers: readonly StateBuffer[];
  /** The scales as they are now, one or one a channel. */
  scale(): Float32Array;
  /** `mask`: elements at 0 are pruned and take no part in statistics; whoever calls keeps them at 0 in the result. */
  forward(step: Step, x: Tensor, mask?: Float32Array): Tensor;
  /** Keeps the weights that it quantizes in range after each step (clipping, bounds on accumulators). */
  readonly project?: (weights: Float32Array) => void;
  emit(builder: ExportBuilder, x: Value): Value;
}

/** A quantizer before it is in a model. A stranger's quantizer is one of these. */
export interface QuantizerSpec {
  readonly type: string;
  readonly bits: number;
  build(context: QuantizerContext): Quantizer;
}

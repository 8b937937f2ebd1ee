import type { CreateInit, Graph, Value } from "@gatefold/core";
import type { Random } from "@gatefold/datasets";
import type { Kernels } from "./engine/kernels.js";
import type { Parameter, StateBuffer } from "./parameter.js";
import type { Tape, Tensor } from "./tape.js";

/** A place where a plugin may change what flows: a quantized activation, or the quantized weights of a layer. */
export interface Tap {
  readonly layer: string;
  readonly site: "activation" | "weight";
  /** Codes that the quantizer emits, for faults: value = code · scale. */
  readonly codes: { readonly low: number; readonly high: number } | undefined;
  /** Width of a code; ±1 alone has 1. */
  readonly bits?: number;
}

/** One forward run. */
export interface Step {
  readonly tape: Tape;
  readonly mode: "train" | "evaluate";
  /** Which moments batch normalization uses: the batch's, or the running ones (held constant). */
  readonly moments: "batch" | "running";
  /** Random numbers of this step alone; the same seed and step give the same ones. */
  readonly random: Random;
  /** Called with each quantized tensor, in the order of the layers; gives it back, or another of the same shape. */
  readonly tap?: (tap: Tap, value: Tensor, scale: Float32Array) => Tensor;
}

/** What a layer has to be built with. */
export interface LayerContext {
  readonly name: string;
  /** Shape of one sample: `[features]` or `[height, width, channels]`. */
  readonly inputShape: readonly number[];
  readonly kernels: Kernels;
  /** For initial values: independent of every other layer's. */
  readonly random: Random;
}

/** A layer in a model, with its parameters. */
export interface Layer {
  readonly name: string;
  readonly type: string;
  readonly outputShape: readonly number[];
  readonly parameters: readonly Parameter[];
  readonly buffers: readonly StateBuffer[];
  /** Layers inside of it (branches), whose parameters and buffers are among its own. */
  readonly children?: readonly Layer[];
  /** Width of the codes that come out, where no tap says it: of the input's quantizer. */
  readonly outputBits?: number;
  /** What it costs and how it may be pruned; absent for layers without weights. */
  readonly matrix?: MatrixInfo;
  forward(step: Step, x: Tensor): Tensor;
  /** Emits the layer as `nn` ops, as it is in evaluation; sums per sample in ONNX layout (NCHW). */
  emit(builder: ExportBuilder, x: Value): Value;
}

/** A layer's weights as the matrix of a matrix-vector unit: `rows` (MH, outputs) × `columns` (MW, inputs of one sum). */
export interface MatrixInfo {
  readonly weight: Parameter;
  readonly rows: number;
  readonly columns: number;
  /** Position in `weight.tensor.data` of matrix element (row, column). */
  readonly at: (row: number, column: number) => number;
  /** Sums a sample: 1 for dense layers, output pixels for convolutions. */
  readonly positions: number;
  /** Bits of a weight; 32 when it is not quantized. */
  readonly weightBits: number;
}

/** A layer before it is in a model: plain data and how to build it. A stranger's layer is one of these. */
export interface LayerSpec {
  readonly type: string;
  readonly name?: string;
  build(context: LayerContext): Layer;
}

/** Writes `nn` ops for the export. */
export interface ExportBuilder {
  readonly graph: Graph;
  /** A run in evaluation, to compute what constants hold. */
  readonly step: Step;
  /** Location and name of what a layer or quantizer emits. */
  at(name: string): CreateInit;
  /** A float32 constant. */
  real(shape: readonly number[], data: ArrayLike<number>, name: string): Value;
}

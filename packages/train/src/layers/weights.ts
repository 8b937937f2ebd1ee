import { Constant, makeTensor, type Value } from "@gatefold/core";
import type { Random } from "@gatefold/datasets";
import { TrainError } from "../error.js";
import type { ExportBuilder, LayerContext, Step } from "../layer.js";
import type { Parameter, StateBuffer } from "../parameter.js";
import type { Quantizer, QuantizerSpec } from "../quantizer.js";
import { elementCount, type Tape, type Tensor } from "../tape.js";
import { requireOneOf } from "./check.js";

/**
 * First values, evenly drawn from `-limit … limit`: `he` `√(6 / fan-in)`, `glorot` `√(6 / (fan-in + fan-out))`, or the limit given.
 *
 * Sources: He et al., arXiv:1502.01852; Glorot & Bengio, AISTATS 2010, equation 16.
 */
export type WeightInit = "he" | "glorot" | { readonly limit: number };

export interface WeightOptions {
  /** Default: none, the weights stay real. */
  readonly weights?: QuantizerSpec;
  /** Default: limit 1 for `binary` weights, else `"he"`. */
  readonly init?: WeightInit;
  /** Factor on the learning rate of the weights. */
  readonly rateFactor?: number;
  /** A trained vector added to the sums. Default: false. */
  readonly bias?: boolean;
}

export interface WeightShape {
  /** The last axis counts the output channels. */
  readonly shape: readonly number[];
  readonly fanIn: number;
  readonly fanOut: number;
}

/** The weights and the bias of a layer, with their quantizer. */
export interface Weights {
  readonly parameter: Parameter;
  readonly bias: Parameter | undefined;
  readonly parameters: readonly Parameter[];
  readonly buffers: readonly StateBuffer[];
  readonly bits: number;
  /** Masked, quantized and tapped. */
  forward(step: Step): Tensor;
  /** A constant in the order that ONNX wants, behind its quantizer; `arrange` gives the shape and where each element comes from. */
  emit(builder: ExportBuilder, arrange: Arrangement): Value;
  emitBias(builder: ExportBuilder): Value | undefined;
}

/** A tensor in another order: element `i` of the new one is element `from(i)` of the old one. */
export interface Arrangement {
  readonly shape: readonly number[];
  readonly from: (i: number) => number;
}

const realBits = 32;

/** The weights of a layer; `mask`, when given, is laid out as they are. */
export function buildWeights(
  options: WeightOptions,
  { shape, fanIn, fanOut }: WeightShape,
  { name, kernels, random }: LayerContext,
  mask?: Float32Array,
): Weights {
  const channels = shape.at(-1)!;
  const quantizer = options.weights?.build({
    name: `${name}.weights`,
    kernels,
    role: "weight",
    channels,
    inner: 1,
    fanIn,
  });
  const count = elementCount(shape);
  const data = kernels.alloc(count);
  fillEvenly(data, initialLimit(options, name, fanIn, fanOut), random);
  if (mask) {
    checkMask(mask, count, name);
    for (let i = 0; i < count; i++) data[i]! *= mask[i]!;
  }
  const parameter: Parameter = {
    name: `${name}.weight`,
    role: "weight",
    tensor: { shape, data, needsGrad: true, grad: kernels.alloc(count) },
    mask,
    ...(quantizer?.project ? { project: quantizer.project } : {}),
    ...(options.rateFactor === undefined ? {} : { rateFactor: options.rateFactor }),
  };
  const bias: Parameter | undefined = options.bias
    ? {
        name: `${name}.bias`,
        role: "bias",
        tensor: {
          shape: [channels],
          data: kernels.alloc(channels),
          needsGrad: true,
          grad: kernels.alloc(channels),
        },
        mask: undefined,
      }
    : undefined;
  const forward = (step: Step): Tensor => {
    const kept = masked(step.tape, parameter.tensor, parameter.mask);
    if (!quantizer) return kept;
    // Quantizers without a code for 0 would revive what is pruned.
    const quantized = masked(step.tape, quantizer.forward(step, kept, parameter.mask), parameter.mask);
    return tapped(step, quantizer, { layer: name, site: "weight" }, quantized);
  };
  return {
    parameter,
    bias,
    parameters: [parameter, ...(bias ? [bias] : []), ...(quantizer?.parameters ?? [])],
    buffers: quantizer?.buffers ?? [],
    bits: quantizer?.bits ?? realBits,
    forward,
    emit: (builder, { shape: target, from }) => {
      const values = forward(builder.step).data;
      const arranged = Float32Array.from({ length: count }, (_, i) => values[from(i)]!);
      const constant = Constant.build(
        builder.graph,
        [],
        { value: makeTensor("f32", target, arranged) },
        builder.at(`${name}.weight`),
      );
      return quantizer ? quantizer.emit(builder, constant) : constant;
    },
    emitBias: (builder) => bias && builder.real([channels], bias.tensor.data, bias.name),
  };
}

/** Hands a quantized tensor to the step's listener. */
export function tapped(
  step: Step,
  quantizer: Quantizer,
  place: { readonly layer: string; readonly site: "activation" | "weight" },
  value: Tensor,
): Tensor {
  return (
    step.tap?.({ ...place, codes: quantizer.codes, bits: quantizer.bits }, value, quantizer.scale()) ?? value
  );
}

/**
 * `x ∘ mask`; `x` itself without one. The gradient passes as if nothing were masked: it says what an element that is held at 0
 * would bring, to whoever wants to grow it back, and the trainer zeroes it before the step.
 */
function masked(tape: Tape, x: Tensor, mask: Float32Array | undefined): Tensor {
  if (mask === undefined) return x;
  const { kernels } = tape;
  // A mask may come from outside of the engine's memory.
  const own = kernels.scratch(mask.length);
  own.set(mask);
  const y = tape.tensor(x.shape, [x]);
  kernels.multiply(x.data, own, y.data);
  tape.record(y, (dy) => kernels.axpy(1, dy, tape.gradOf(x)));
  return y;
}

function initialLimit(options: WeightOptions, name: string, fanIn: number, fanOut: number): number {
  const { init = options.weights?.type === "binary" ? { limit: 1 } : "he" } = options;
  if (typeof init === "object") {
    if (Number.isFinite(init.limit) && init.limit > 0) return init.limit;
    throw new TrainError(
      "train/bad-option",
      `The limit of the first weights of ${name} is ${init.limit}.`,
      "give a number above 0",
    );
  }
  requireOneOf(init, ["he", "glorot"], "init", name);
  return Math.sqrt(6 / (init === "he" ? fanIn : fanIn + fanOut));
}

function fillEvenly(data: Float32Array, limit: number, random: Random): void {
  for (let i = 0; i < data.length; i++) data[i] = random.between(-limit, limit);
}

function checkMask(mask: Float32Array, count: number, name: string): void {
  if (mask.length !== count) {
    throw new TrainError(
      "train/bad-mask",
      `The mask of ${name} has ${mask.length} elements for ${count} weights.`,
      "give one element for each weight, laid out as the weights",
    );
  }
  const wrong = mask.findIndex((m) => m !== 0 && m !== 1);
  if (wrong < 0) return;
  throw new TrainError(
    "train/bad-mask",
    `Element ${wrong} of the mask of ${name} is ${mask[wrong]}.`,
    "a mask holds 1 where a weight stays and 0 where it is held at 0",
  );
}

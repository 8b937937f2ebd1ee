import { TrainError } from "../error.js";
import type { Step } from "../layer.js";
import type { Parameter, StateBuffer } from "../parameter.js";
import type { QuantizerContext } from "../quantizer.js";
import type { Tensor } from "../tape.js";
import { requirePositive } from "./grid.js";
import { maxAbsolute, meanAbsolute, type Sharing } from "./statistics.js";
import { type CodeRange, initialScale, powerOfTwo, shortScale } from "./surrogates.js";

/**
 * Where the scale of a quantizer comes from.
 *
 * - `constant`: given, one number or one for each channel.
 * - `statistics`: from what is quantized: `absmax` puts the largest value on the highest code, `mean` is `2·mean|v|/√high`.
 *   Weights are measured in every run; activations keep a running value, which evaluation uses.
 * - `learned`: a parameter with the gradient of LSQ, first set from the first values seen unless `initial` is given.
 *
 * Scales are rounded to 12 significant bits (`shortScale`), or to a power of two; given constants only those of activations.
 */
export type ScaleSpec =
  | { readonly kind: "constant"; readonly value: number | readonly number[] }
  | { readonly kind: "statistics"; readonly of: "absmax" | "mean" }
  | { readonly kind: "learned"; readonly initial?: number };

export interface ScaleOptions {
  readonly scale: ScaleSpec;
  /** One scale for the tensor, or one for each output channel. Default: `"tensor"`. */
  readonly per?: "tensor" | "channel";
  /** Scales that are powers of two. Default: false. */
  readonly powerOfTwo?: boolean;
}

/** The scales of one quantizer. */
export interface Scale {
  readonly sharing: Sharing;
  readonly parameters: readonly Parameter[];
  readonly buffers: readonly StateBuffer[];
  /** The scales as they are now; 0 where one waits for data. */
  current(): Float32Array;
  /** The scales for a run on `x`; what flows back into them reaches the parameter, where there is one. */
  update(step: Step, x: Float32Array, mask?: Float32Array): Tensor;
}

/** Weight of the newest batch in the running scale of an activation. */
const runningShare = 0.1;
const smallestScale = 2 ** -24;

/** Throws `TrainError` when the options have no meaning, before anything is built. */
export function checkScale({ scale, powerOfTwo: isPowerOfTwo }: ScaleOptions, quantizer: string): void {
  if (scale.kind === "statistics" || (scale.kind === "learned" && scale.initial === undefined)) return;
  const given = scale.kind === "constant" ? scale.value : scale.initial!;
  for (const value of typeof given === "number" ? [given] : given) {
    requirePositive(value, "scale", quantizer);
    if (scale.kind === "constant" && isPowerOfTwo && powerOfTwo(value) !== value) {
      throw new TrainError(
        "train/bad-option",
        `The constant scale ${value} of \`${quantizer}\` is no power of two.`,
        `give ${powerOfTwo(value)}, or leave out powerOfTwo`,
      );
    }
  }
}

export function buildScale(options: ScaleOptions, codes: CodeRange, context: QuantizerContext): Scale {
  const { scale } = options;
  const slots = makeSlots(options, codes, context);
  if (scale.kind === "constant") return constantScale(scale.value, slots);
  if (scale.kind === "learned") return learnedScale(scale.initial ?? 0, slots);
  const fromWeights = context.role === "weight" || context.role === "bias";
  return fromWeights ? measuredScale(slots) : runningScale(slots);
}

/** What the kinds of scales share. A value of 0 stands for a channel that has seen nothing but zeros. */
interface Slots {
  readonly context: QuantizerContext;
  readonly sharing: Sharing;
  /** The scales of the run at hand, in the engine's memory. */
  readonly tensor: Tensor;
  /** What the data ask for. */
  measure(x: Float32Array, mask?: Float32Array): Float64Array;
  /** Values as they may be used: in range and rounded; 0 stays 0. */
  restrict(from: ArrayLike<number>): Float32Array;
  /** Restricts into `tensor`; a channel of nothing but zeros may have any scale, and gets 1. */
  use(from: ArrayLike<number>): Tensor;
}

function makeSlots(options: ScaleOptions, codes: CodeRange, context: QuantizerContext): Slots {
  const { scale } = options;
  const sharing: Sharing = { count: options.per === "channel" ? context.channels : 1, inner: context.inner };
  const data = context.kernels.alloc(sharing.count);
  const tensor: Tensor = { shape: [sharing.count], data, needsGrad: false, grad: undefined };
  const isLargest = scale.kind === "statistics" && scale.of === "absmax";
  const rounded = (v: number): number => {
    const positive = Math.max(v, smallestScale);
    return options.powerOfTwo ? powerOfTwo(positive, isLargest) : shortScale(positive);
  };
  const restrict = (from: ArrayLike<number>): Float32Array =>
    Float32Array.from(from, (v) => (v === 0 ? 0 : rounded(v)));
  return {
    context,
    sharing,
    tensor,
    measure: (x, mask) =>
      isLargest
        ? maxAbsolute(x, sharing).map((largest) => largest / codes.high)
        : meanAbsolute(x, sharing, mask).map((mean) => initialScale(mean, codes.high)),
    restrict,
    use: (from) => {
      data.set(restrict(from).map((v) => v || 1));
      return tensor;
    },
  };
}

function constantScale(value: number | readonly number[], { context, sharing, tensor }: Slots): Scale {
  const given = constantValues(value, sharing.count, context.name);
  tensor.data.set(context.role === "activation" ? given.map(shortScale) : given);
  return { sharing, parameters: [], buffers: [], current: () => tensor.data, update: () => tensor };
}

function learnedScale(initial: number, { context, sharing, measure, restrict, use }: Slots): Scale {
  const { kernels, name } = context;
  const data = kernels.alloc(sharing.count).fill(initial);
  const parameter: Parameter = {
    name: `${name}.scale`,
    role: "scale",
    tensor: { shape: [sharing.count], data, needsGrad: true, grad: kernels.alloc(sharing.count) },
    mask: undefined,
    project: (p) => {
      for (let c = 0; c < p.length; c++) if (p[c] !== 0) p[c] = Math.max(p[c]!, smallestScale);
    },
  };
  return {
    sharing,
    parameters: [parameter],
    buffers: [],
    current: () => restrict(data),
    update: ({ tape }, x, mask) => {
      if (data.includes(0)) {
        const first = measure(x, mask);
        for (let c = 0; c < data.length; c++) if (data[c] === 0) data[c] = first[c]!;
      }
      const used: Tensor = { ...use(data), needsGrad: true };
      // Rounding the scale passes straight through in its logarithm: the slope is the ratio.
      tape.record(used, (dy) => {
        const gradient = tape.gradOf(parameter.tensor);
        for (let c = 0; c < dy.length; c++)
          if (data[c] !== 0) gradient[c]! += (dy[c]! * used.data[c]!) / data[c]!;
      });
      return used;
    },
  };
}

function measuredScale({ sharing, measure, restrict, use }: Slots): Scale {
  const measured = new Float64Array(sharing.count);
  return {
    sharing,
    parameters: [],
    buffers: [],
    current: () => restrict(measured),
    update: (_, x, mask) => {
      measured.set(measure(x, mask));
      return use(measured);
    },
  };
}

function runningScale({ context, sharing, measure, restrict, use }: Slots): Scale {
  const running = context.kernels.alloc(sharing.count);
  return {
    sharing,
    parameters: [],
    buffers: [{ name: `${context.name}.running_scale`, data: running }],
    current: () => restrict(running),
    update: (step, x) => {
      const learns = step.mode === "train" && step.moments === "batch";
      if (learns || running.includes(0)) {
        measure(x).forEach((v, c) => {
          if (running[c] === 0) running[c] = v;
          else if (learns) running[c]! += runningShare * (v - running[c]!);
        });
      }
      return use(running);
    },
  };
}

function constantValues(value: number | readonly number[], count: number, name: string): readonly number[] {
  if (typeof value === "number") return new Array<number>(count).fill(value);
  if (value.length === count) return value;
  throw new TrainError(
    "train/bad-option",
    `${name} has ${value.length} constant scales for ${count} channels.`,
    count === 1 ? 'add per: "channel", or give one number' : `give ${count} numbers, or one`,
  );
}

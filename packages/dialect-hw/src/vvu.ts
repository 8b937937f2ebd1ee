import {
  type AttrSpec,
  attr,
  beatCount,
  constantOf,
  defineOp,
  type ElemType,
  elemInfo,
  InferError,
  isInt,
  numbers,
  type Op,
  type OpDef,
  type StreamType,
  stream,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import { evenly, Kernel, type KernelMemory, packedMemory, type Schedule } from "./kernel.js";
import { mvuPipelineCycles } from "./mvu.js";
import { windowReduction } from "./pixels.js";
import { channelsOf, streamOperand, vectorsOf } from "./streams.js";

/**
 * Vector–vector unit: each channel of a window by its own weights, `y[c] = Σ_k x[k, c] · w[k, c]`; a depthwise layer.
 * PE channels by SIMD taps a cycle.
 *
 * - Operands: stream in a sliding window's order, PE·SIMD lanes; `w` `<K x C>`, constant. With SIMD = 1 or PE = C the
 *   order is (tap, channel), the shape `<… x K·C>`; else that of a window whose taps all leave in a beat, (fold, tap,
 *   channel of the fold), the shape `<… x C/PE x K·PE>`.
 * - Result: stream `<… x C x elem>`, PE lanes.
 * - Constraints: (C1) integers; (C2) PE divides the channels and SIMD the taps; (C3) the stream has PE·SIMD lanes;
 *   (C4) `w` fits the stream in the order that the folding asks for.
 *
 * A frame takes `pixels · (C/PE) · (K/SIMD)` cycles. Source: FINN's vector–vector unit and its `SIMD`.
 */
export const Vvu: OpDef<{
  readonly elem: AttrSpec<ElemType>;
  readonly pe: AttrSpec<number>;
  readonly simd: AttrSpec<number>;
}> = defineOp({
  name: "hw.vvu",
  summary:
    "Vector–vector unit: each channel of a window by its own weights, PE channels by SIMD taps a cycle.",
  operands: ["x", "w"],
  attrs: { elem: attr.elem(), pe: attr.int(1), simd: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const x = streamOperand(operands, 0);
    const w = operands[1]!;
    const { pe, simd } = attrs;
    const [taps, channels] = w.shape as [number, number];
    if (!isInt(w.elem) || w.shape.length !== 2)
      throw new InferError(`(C4) weights of shape [${w.shape}] and type ${w.elem} are not K x C integers`);
    if (!(pe >= 1) || channels % pe !== 0)
      throw new InferError(`(C2) PE ${pe} does not divide ${channels} channels`);
    if (!(simd >= 1) || taps % simd !== 0)
      throw new InferError(`(C2) SIMD ${simd} does not divide ${taps} taps`);
    const pixel = pixelShape(taps, channels, pe, simd);
    const own = x.shape.slice(x.shape.length - pixel.length);
    if (own.length !== pixel.length || own.some((n, i) => n !== pixel[i])) {
      throw new InferError(
        `(C4) weights of shape [${w.shape}] at PE ${pe}, SIMD ${simd} read pixels of [${pixel}], not [${own}]`,
      );
    }
    if (x.lanes !== pe * simd)
      throw new InferError(`(C3) the stream has ${x.lanes} lanes, not PE ${pe} x SIMD ${simd}`);
    return [stream(attrs.elem, [...x.shape.slice(0, x.shape.length - pixel.length), channels], pe)];
  },
  evaluate: ([x, w], { elem }) => [multiply(x!, w!, elem)],
  interfaces: [
    Kernel.of({
      kind: "VVAU",
      axes: (op) => {
        const { taps, channels, pe, simd } = vvuGeometry(op);
        return [
          { name: "PE", attr: "pe", extent: channels, value: pe, operands: [0], results: [0] },
          { name: "SIMD", attr: "simd", extent: taps, value: simd, operands: [0], results: [] },
        ];
      },
      shapeAt: (op, { side }, values) => {
        if (side === "results") return undefined;
        const { taps, channels, pe, simd, outer } = vvuGeometry(op);
        const pixel = pixelShape(taps, channels, values["PE"] ?? pe, values["SIMD"] ?? simd);
        return pixel.length === 1 ? undefined : [...outer, ...pixel];
      },
      schedule: scheduleOf,
      memories: (op) => [weightMemory(op)],
      work: (op) => ({
        macs: vectorsOf(op.operand(0).type) * channelsOf(op.operand(0).type),
        weightBits: elemInfo(op.operand(1).type.elem).widthBits,
        activationBits: elemInfo(op.operand(0).type.elem).widthBits,
      }),
    }),
  ],
});

/** The weights `<K x C>` of a vector–vector unit. Throws when they are not constant. */
export function vvuWeights(op: Op): Tensor {
  const weights = constantOf(op.operand(1));
  if (!weights) throw new TypeError("the weights of a vector–vector unit are not constant");
  return weights;
}

/** Sizes of a vector–vector unit: K taps by C channels. */
export interface VvuGeometry {
  readonly taps: number;
  readonly channels: number;
  readonly pe: number;
  readonly simd: number;
  /** C / PE. */
  readonly channelFolds: number;
  /** K / SIMD. */
  readonly tapFolds: number;
  /** Shape of the pixels, without what is in them. */
  readonly outer: readonly number[];
}

export function vvuGeometry(op: Op): VvuGeometry {
  if (!Vvu.is(op)) throw new TypeError(`\`${op.def.name}\` is not a vector–vector unit`);
  const [taps, channels] = op.operand(1).type.shape as [number, number];
  const { pe, simd } = op.attrs;
  return {
    taps,
    channels,
    pe,
    simd,
    channelFolds: channels / pe,
    tapFolds: taps / simd,
    outer: op.result().type.shape.slice(0, -1),
  };
}

/** The innermost axes of the window that a folding reads. */
function pixelShape(taps: number, channels: number, pe: number, simd: number): readonly number[] {
  return simd === 1 || pe === channels ? [taps * channels] : [channels / pe, taps * pe];
}

/** One beat in a cycle. With SIMD = 1 all folds of a tap come before the next tap, else all taps of a fold. */
function scheduleOf(op: Op): Schedule {
  const { simd, tapFolds, taps } = vvuGeometry(op);
  if (simd === 1) return windowReduction(op, taps, 2);
  const count = beatCount(op.result().type as StreamType);
  const latencyCycles = mvuPipelineCycles(op.operand(0).type.elem, vvuWeights(op), 1, simd);
  return {
    intervalCycles: count * tapFolds,
    latencyCycles: count * tapFolds - 1 + latencyCycles,
    inputs: [evenly(count * tapFolds, 0, 1)],
    outputs: [evenly(count, tapFolds - 1 + latencyCycles, tapFolds)],
  };
}

/**
 * One word a beat of input, lane for lane: field `tap · PE + channel`. Words follow the beats: tap by tap with
 * SIMD = 1, else fold by fold.
 */
function weightMemory(op: Op): KernelMemory {
  const { channels, pe, simd, channelFolds, tapFolds } = vvuGeometry(op);
  const folds = { count: channelFolds, step: pe };
  const groups = { count: tapFolds, step: simd * channels };
  return packedMemory("weights", {
    constant: vvuWeights(op),
    fieldsPerWord: pe * simd,
    order: [
      ...(simd === 1 ? [groups, folds] : [folds, groups]),
      { count: simd, step: channels },
      { count: pe, step: 1 },
    ],
  });
}

/** Pixels of K taps by C channels, in blocks of as many channels as the innermost axis holds. */
function multiply(x: Tensor, w: Tensor, elem: ElemType): Tensor {
  const [taps, channels] = w.shape as [number, number];
  const [xs, ws] = [numbers(x), numbers(w)];
  const block = x.shape.at(-1)! / taps;
  const outer = x.shape.slice(0, block === channels ? -1 : -2);
  const shape = [...outer, channels];
  const out = new Float64Array(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < xs.length; i++) {
    const own = i % (taps * channels);
    const within = own % (taps * block);
    const channel = Math.floor(own / (taps * block)) * block + (within % block);
    const at = Math.floor(i / (taps * channels)) * channels + channel;
    out[at]! += xs[i]! * ws[Math.floor(within / block) * channels + channel]!;
  }
  return tensorFrom(elem, shape, out);
}

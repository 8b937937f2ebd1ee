import {
  type AttrSpec,
  attr,
  beatCount,
  defineOp,
  type ElemType,
  elemInfo,
  InferError,
  numbers,
  type Op,
  type OpDef,
  type StreamType,
  stream,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import { Upsample as QUpsample } from "@gatefold/dialect-q";
import { imageOf, imageOperand } from "./image.js";
import { evenly, Kernel, type KernelModel, type Schedule } from "./kernel.js";
import { channelsOf, requireLanes, streamOperand } from "./streams.js";

/** SIMD channels a cycle in and out. */
export const simdAxis: KernelModel["axes"] = (op) => {
  const { channels, lanes } = imageOf(op);
  return [{ name: "SIMD", attr: "simd", extent: channels, value: lanes, operands: [0], results: [0] }];
};

/**
 * Surrounds each frame with pixels of one code.
 *
 * - Operand: stream `<1 x H x W x C>`. Result: stream `<1 x H+T+B x W+L+R x C>`. `pads`: top, left, bottom, right.
 * - Constraints: (C1) a stream of images; (C2) SIMD divides the channels; (C3) the stream has SIMD lanes;
 *   (C4) `value` is a code of the type; a bipolar image pads with −1 or +1.
 */
export const Pad: OpDef<{
  readonly pads: AttrSpec<readonly number[]>;
  readonly value: AttrSpec<number>;
  readonly simd: AttrSpec<number>;
}> = defineOp({
  name: "hw.pad",
  summary: "Surrounds each frame with pixels of one code.",
  operands: ["x"],
  attrs: { pads: attr.ints(), value: attr.int(0), simd: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const { type, height, width, channels } = imageOperand(operands);
    requireLanes(type, attrs.simd, "SIMD");
    const { min, max } = elemInfo(type.elem);
    const held = attrs.value >= min && attrs.value <= max && !(type.elem === "bipolar" && attrs.value === 0);
    if (!held) throw new InferError(`(C4) ${attrs.value} is no code of ${type.elem}`);
    const [top, left, bottom, right] = attrs.pads as [number, number, number, number];
    return [stream(type.elem, [1, height + top + bottom, width + left + right, channels], attrs.simd)];
  },
  evaluate: ([x], { pads, value }) => [surround(x!, pads, value)],
  interfaces: [Kernel.of({ kind: "FMPadding", axes: simdAxis, schedule: padSchedule })],
});

/** Beats leave one a cycle; those of the image come in the cycle before. */
function padSchedule(op: Op): Schedule {
  const { width, channelFolds } = imageOf(op);
  const [top, left, , right] = op.attrs["pads"] as readonly [number, number, number, number];
  const beatsIn = beatCount(op.operand(0).type as StreamType);
  const beatsOut = beatCount(op.result().type as StreamType);
  const row = width * channelFolds;
  const paddedRow = (left + width + right) * channelFolds;
  const turn = (k: number): number =>
    (top + Math.floor(k / row)) * paddedRow + left * channelFolds + (k % row);
  return {
    intervalCycles: beatsOut,
    latencyCycles: beatsOut,
    inputs: [{ count: beatsIn, at: turn }],
    outputs: [evenly(beatsOut, 1, 1)],
  };
}

function surround(x: Tensor, pads: readonly number[], value: number): Tensor {
  const [frames, height, width, channels] = x.shape as [number, number, number, number];
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const shape = [frames, height + top + bottom, width + left + right, channels];
  const data = new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(value);
  const xs = numbers(x);
  for (let n = 0; n < frames; n++) {
    for (let y = 0; y < height; y++) {
      const from = (n * height + y) * width * channels;
      const to = ((n * shape[1]! + y + top) * shape[2]! + left) * channels;
      data.set(xs.subarray(from, from + width * channels), to);
    }
  }
  return tensorFrom(x.elem, shape, data);
}

/**
 * Reduces each window to its greatest element or its sum, a channel at a time.
 *
 * - Operand: stream `<1 x OH x OW x K·C>` in a sliding window's order. Result: stream `<1 x OH x OW x C>`.
 * - Constraints: (C1) a stream of integers; (C2) `window` divides the innermost axis and SIMD the channels; (C3) the
 *   stream has SIMD lanes.
 */
export const Pool: OpDef<{
  readonly mode: AttrSpec<"max" | "sum">;
  readonly window: AttrSpec<number>;
  readonly elem: AttrSpec<ElemType>;
  readonly simd: AttrSpec<number>;
}> = defineOp({
  name: "hw.pool",
  summary: "Greatest element or sum of each window, SIMD channels a cycle.",
  operands: ["x"],
  attrs: { mode: attr.oneOf(["max", "sum"]), window: attr.int(), elem: attr.elem(), simd: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const x = streamOperand(operands, 0);
    const channels = channelsOf(x) / attrs.window;
    if (!Number.isInteger(channels) || channels % attrs.simd !== 0) {
      throw new InferError(
        `(C2) a window of ${attrs.window} and SIMD ${attrs.simd} do not divide ${channelsOf(x)}`,
      );
    }
    if (x.lanes !== attrs.simd)
      throw new InferError(`(C3) the stream has ${x.lanes} lanes, not SIMD ${attrs.simd}`);
    return [stream(attrs.elem, [...x.shape.slice(0, -1), channels], attrs.simd)];
  },
  evaluate: ([x], attrs) => [reduceWindows(x!, attrs)],
  interfaces: [
    Kernel.of({
      kind: "Pool",
      axes: (op) => {
        const { window, simd } = op.attrs as { window: number; simd: number };
        const extent = channelsOf(op.operand(0).type) / window;
        return [{ name: "SIMD", attr: "simd", extent, value: simd, operands: [0], results: [0] }];
      },
      schedule: (op) => windowReduction(op, op.attrs["window"] as number, 1),
    }),
  ],
});

/** One beat in a cycle; the beats of a pixel leave while its last tap comes in, `latencyCycles` later. */
export function windowReduction(op: Op, window: number, latencyCycles: number): Schedule {
  const [from, to] = [beatCount(op.operand(0).type as StreamType), beatCount(op.result().type as StreamType)];
  const folds = channelsOf(op.result().type) / (op.result().type as StreamType).lanes;
  return {
    intervalCycles: from,
    latencyCycles: from - 1 + latencyCycles,
    inputs: [evenly(from, 0, 1)],
    outputs: [
      {
        count: to,
        at: (k) =>
          Math.floor(k / folds) * folds * window + (window - 1) * folds + (k % folds) + latencyCycles,
      },
    ],
  };
}

function reduceWindows(
  x: Tensor,
  { mode, window, elem }: { readonly mode: "max" | "sum"; readonly window: number; readonly elem: ElemType },
): Tensor {
  const channels = x.shape.at(-1)! / window;
  const xs = numbers(x);
  const shape = [...x.shape.slice(0, -1), channels];
  const out = new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(
    mode === "max" ? Number.NEGATIVE_INFINITY : 0,
  );
  for (let i = 0; i < xs.length; i++) {
    const at = Math.floor(i / (window * channels)) * channels + (i % channels);
    out[at] = mode === "max" ? Math.max(out[at]!, xs[i]!) : out[at]! + xs[i]!;
  }
  return tensorFrom(elem, shape, out);
}

/**
 * Every pixel repeated down and across.
 *
 * - Constraints: (C1) a stream of images; (C2) SIMD divides the channels; (C3) the stream has SIMD lanes.
 */
export const Upsample: OpDef<{
  readonly scales: AttrSpec<readonly number[]>;
  readonly simd: AttrSpec<number>;
}> = defineOp({
  name: "hw.upsample",
  summary: "Every pixel repeated down and across.",
  operands: ["x"],
  attrs: { scales: attr.ints(), simd: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const { type, height, width, channels } = imageOperand(operands);
    requireLanes(type, attrs.simd, "SIMD");
    const [sy, sx] = attrs.scales as [number, number];
    return [stream(type.elem, [1, height * sy, width * sx, channels], attrs.simd)];
  },
  evaluate: (operands, { scales }) => QUpsample.evaluate!(operands, { scales }),
  interfaces: [Kernel.of({ kind: "UpsampleNearestNeighbour", axes: simdAxis, schedule: upsampleSchedule })],
});

/** Beats leave one a cycle; one comes in two cycles before the first beat that repeats it. */
function upsampleSchedule(op: Op): Schedule {
  const { width, channelFolds: cf } = imageOf(op);
  const [sy, sx] = op.attrs["scales"] as readonly [number, number];
  const beatsIn = beatCount(op.operand(0).type as StreamType);
  const beatsOut = beatCount(op.result().type as StreamType);
  const firstUse = (k: number): number => {
    const pixel = Math.floor(k / cf);
    return (Math.floor(pixel / width) * sy * width + (pixel % width)) * sx * cf + (k % cf);
  };
  return {
    intervalCycles: beatsOut,
    latencyCycles: beatsOut + 1,
    inputs: [{ count: beatsIn, at: firstUse }],
    outputs: [evenly(beatsOut, 2, 1)],
  };
}

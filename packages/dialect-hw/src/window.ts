import {
  type AttrSpec,
  attr,
  defineOp,
  InferError,
  makeTensor,
  type Op,
  type OpDef,
  stream,
  type Tensor,
} from "@gatefold/core";
import { planWindow } from "@gatefold/dialect-q";
import { type ImageGeometry, imageOf, imageOperand } from "./image.js";
import { type BeatTimes, Kernel, type Schedule } from "./kernel.js";
import { requireLanes } from "./streams.js";

type WindowOpAttrs = {
  readonly kernel: AttrSpec<readonly number[]>;
  readonly strides: AttrSpec<readonly number[]>;
  readonly dilations: AttrSpec<readonly number[]>;
  readonly simd: AttrSpec<number>;
};

const noPads = [0, 0, 0, 0];

/**
 * Sliding-window unit: for each output pixel the window's elements, taps first, then channels.
 *
 * - Operand: stream `<1 x H x W x C>`, SIMD lanes, padded already. Result: stream `<1 x OH x OW x KH·KW·C>`, SIMD lanes.
 * - Constraints: (C1) a stream of images; (C2) SIMD divides the channels; (C3) the stream has SIMD lanes; (C4) the
 *   window fits.
 *
 * A frame takes `max(H·W, OH·OW·KH·KW) · C/SIMD` cycles; the next frame enters while the last still leaves.
 * Source: FINN's sliding-window unit (Umuroglu et al., FPGA 2017, §4.3.2), which does not overlap frames.
 */
export const Window: OpDef<WindowOpAttrs> = defineOp({
  name: "hw.window",
  summary: "Sliding-window unit, SIMD channels a cycle.",
  operands: ["x"],
  attrs: { kernel: attr.ints(), strides: attr.ints([1, 1]), dilations: attr.ints([1, 1]), simd: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const { type, channels } = imageOperand(operands);
    requireLanes(type, attrs.simd, "SIMD");
    if (attrs.kernel.length !== 2) throw new InferError("(C4) the kernel has two entries");
    const [kh, kw] = attrs.kernel as [number, number];
    const plan = planWindow(type.shape, [kh, kw], { ...attrs, pads: noPads });
    return [stream(type.elem, [1, plan.outHeight, plan.outWidth, kh * kw * channels], attrs.simd)];
  },
  evaluate: ([x], attrs) => [slide(x!, attrs)],
  interfaces: [
    Kernel.of({
      kind: "ConvolutionInputGenerator",
      axes: (op) => {
        const { channels, lanes } = imageOf(op);
        return [{ name: "SIMD", attr: "simd", extent: channels, value: lanes, operands: [0], results: [0] }];
      },
      schedule: scheduleOf,
    }),
  ],
});

function slide(
  x: Tensor,
  attrs: {
    readonly kernel: readonly number[];
    readonly strides: readonly number[];
    readonly dilations: readonly number[];
  },
): Tensor {
  const [kh, kw] = attrs.kernel as [number, number];
  const plan = planWindow(x.shape, [kh, kw], { ...attrs, pads: noPads });
  const { channels, outHeight, outWidth } = plan;
  const taps = kh * kw;
  const shape = [plan.batch, outHeight, outWidth, taps * channels];
  const out = x.data.slice(0, 0).constructor as new (n: number) => Tensor["data"];
  const data = new out(shape.reduce((a, b) => a * b, 1));
  for (let p = 0; p < plan.batch * outHeight * outWidth; p++) {
    for (let t = 0; t < taps; t++) {
      const from = plan.pixel(p, t) * channels;
      for (let c = 0; c < channels; c++) data[(p * taps + t) * channels + c] = x.data[from + c]!;
    }
  }
  return makeTensor(x.elem, shape, data);
}

/** Sizes of a sliding-window unit. */
export interface WindowGeometry extends ImageGeometry {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly outHeight: number;
  readonly outWidth: number;
}

export function windowGeometry(op: Op): WindowGeometry {
  if (!Window.is(op)) throw new TypeError(`\`${op.def.name}\` is not a sliding window`);
  const [, outHeight, outWidth] = op.result().type.shape as [number, number, number];
  return {
    ...imageOf(op),
    kernel: op.attrs.kernel as readonly [number, number],
    strides: op.attrs.strides as readonly [number, number],
    dilations: op.attrs.dilations as readonly [number, number],
    outHeight,
    outWidth,
  };
}

const times = (cycles: Float64Array): BeatTimes => ({ count: cycles.length, at: (k) => cycles[k]! });

/** Cycles from an element's arrival to the first beat that may show it: write, read, output register. */
const readCycles = 3;
/** Frames after which the token times repeat. */
const settledFrames = 3;

/** Beats that the buffer of a sliding-window unit holds: the least that reaches the interval (`gf_window`). */
export function windowDepth(g: WindowGeometry): number {
  const { channelFolds: cf, width, height, kernel, strides, dilations, outHeight, outWidth } = g;
  const spanH = dilations[0] * (kernel[0] - 1) + 1;
  const spanW = dilations[1] * (kernel[1] - 1) + 1;
  const stepH = Math.min(strides[0], spanH);
  const keptW = (outWidth - 1) * Math.min(strides[1], spanW) + spanW;
  const line = keptW * cf;
  const one = kernel[0] * kernel[1] * cf;
  if (kernel[0] * kernel[1] === 1) return cf + 1;
  const span = (spanH - 1) * line + spanW * cf;
  const drop = Math.max(
    outHeight > 1 ? strides[0] - spanH : 0,
    height - (outHeight - 1) * strides[0] - spanH,
    0,
  );
  const lines = 2 * (spanH - 1) * line + 2 * spanW * cf - one;
  const base = Math.max(span, lines + Math.min(one, Math.max(spanH - 1, 1) * (width - keptW) * cf)) + 1;
  const starves = drop > 0 && (spanH === 1 || outWidth * one < (drop + spanH) * width * cf);
  return base + (starves ? stepH * line + one : 0);
}

/** Schedules by op: attributes and types of an op stay as they are, and the times take a walk over three frames. */
const schedules = new WeakMap<Op, Schedule>();

/** The schedule of a sliding-window unit; its interval is known at once, its beats when somebody asks. */
function scheduleOf(op: Op): Schedule {
  const known = schedules.get(op);
  if (known) return known;
  const g = windowGeometry(op);
  let walked: Schedule | undefined;
  const walk = (): Schedule => {
    walked ??= windowSchedule(g);
    return walked;
  };
  const schedule: Schedule = {
    intervalCycles: windowInterval(g),
    get latencyCycles() {
      return walk().latencyCycles;
    },
    get inputs() {
      return walk().inputs;
    },
    get outputs() {
      return walk().outputs;
    },
  };
  schedules.set(op, schedule);
  return schedule;
}

/** `max(H·W, OH·OW·KH·KW) · C/SIMD`. */
function windowInterval({
  channelFolds,
  width,
  height,
  kernel,
  outHeight,
  outWidth,
}: WindowGeometry): number {
  return Math.max(height * width, outHeight * outWidth * kernel[0] * kernel[1]) * channelFolds;
}

/**
 * Token times of a sliding-window unit in steady state, when its source spreads its beats evenly: an output beat
 * leaves one cycle after the last and not before its element can be read; an input beat enters when it comes and its
 * slot is free. Rows and columns that no window reads are dropped.
 */
function windowSchedule(g: WindowGeometry): Schedule {
  const { channelFolds: cf, width, height, kernel, strides, dilations, outHeight, outWidth } = g;
  const taps = kernel[0] * kernel[1];
  const beatsIn = height * width * cf;
  const beatsOut = outHeight * outWidth * taps * cf;
  const interval = windowInterval(g);
  const { keptOf, keptCount } = keptBeats(g);
  const depth = windowDepth(g);
  const freedBy = freedKeptBeats(g, keptCount);
  const enter = new Float64Array(settledFrames * beatsIn);
  const leave = new Float64Array(settledFrames * beatsOut);
  // Windows in order; before each, all that may enter without waiting for it.
  let entered = 0;
  const windows = outHeight * outWidth;
  const admit = (until: number): void => {
    for (; entered < until; entered++) {
      const frame = Math.floor(entered / beatsIn);
      const own = entered % beatsIn;
      const comes = frame * interval + Math.floor((own * interval) / beatsIn);
      const kept = keptOf[own]!;
      let free = 0;
      if (kept >= 0) {
        const slot = frame * keptCount + kept - depth;
        if (slot >= 0) {
          const window = Math.floor(slot / keptCount) * windows + freedBy[slot % keptCount]!;
          free = leave[(window + 1) * taps * cf - 1]! - 1;
        }
      }
      enter[entered] = Math.max(comes, (enter[entered - 1] ?? -1) + 1, free);
    }
  };
  for (let n = 0; n < leave.length; n++) {
    const frame = Math.floor(n / beatsOut);
    const own = n % beatsOut;
    const tap = Math.floor(own / cf) % taps;
    const pixel = Math.floor(own / (cf * taps));
    const y = Math.floor(pixel / outWidth) * strides[0] + Math.floor(tap / kernel[1]) * dilations[0];
    const x = (pixel % outWidth) * strides[1] + (tap % kernel[1]) * dilations[1];
    const source = frame * beatsIn + (y * width + x) * cf + (own % cf);
    admit(source + 1);
    leave[n] = Math.max((leave[n - 1] ?? -1) + 1, enter[source]! + readCycles);
  }
  admit(enter.length);
  const start = enter[(settledFrames - 1) * beatsIn]!;
  const inputs = enter.slice((settledFrames - 1) * beatsIn).map((t) => t - start);
  const outputs = leave.slice((settledFrames - 1) * beatsOut).map((t) => t - start);
  return {
    intervalCycles: interval,
    latencyCycles: outputs.at(-1)!,
    inputs: [times(inputs)],
    outputs: [times(outputs)],
  };
}

/** For each input beat of a frame its number among the kept ones, −1 where no window reads it. */
function keptBeats(g: WindowGeometry): { readonly keptOf: Int32Array; readonly keptCount: number } {
  const { channelFolds: cf, width, height, kernel, strides, dilations, outHeight, outWidth } = g;
  const keeps = (at: number, count: number, stride: number, reach: number): boolean =>
    at < (count - 1) * stride + reach && at % stride < reach;
  const spans = [dilations[0] * (kernel[0] - 1) + 1, dilations[1] * (kernel[1] - 1) + 1] as const;
  const keptOf = new Int32Array(height * width * cf).fill(-1);
  let keptCount = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!keeps(y, outHeight, strides[0], spans[0]) || !keeps(x, outWidth, strides[1], spans[1])) continue;
      for (let f = 0; f < cf; f++) keptOf[(y * width + x) * cf + f] = keptCount++;
    }
  }
  return { keptOf, keptCount };
}

/** For each kept beat of a frame the window after whose last beat its slot is free. */
function freedKeptBeats(g: WindowGeometry, keptCount: number): Int32Array {
  const { channelFolds: cf, kernel, strides, dilations, outHeight, outWidth } = g;
  const spanH = dilations[0] * (kernel[0] - 1) + 1;
  const spanW = dilations[1] * (kernel[1] - 1) + 1;
  const [stepH, stepW] = [Math.min(strides[0], spanH), Math.min(strides[1], spanW)];
  const keptW = (outWidth - 1) * stepW + spanW;
  const freedBy = new Int32Array(keptCount).fill(outHeight * outWidth - 1);
  let at = 0;
  for (let window = 0; window < outHeight * outWidth - 1; window++) {
    const next = window + 1;
    const first = (Math.floor(next / outWidth) * stepH * keptW + (next % outWidth) * stepW) * cf;
    for (; at < first; at++) freedBy[at] = window;
  }
  return freedBy;
}

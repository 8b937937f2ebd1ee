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
      schedule: (op) => windowSchedule(windowGeometry(op)),
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
export const windowReadCycles = 3;

/**
 * The token times of a sliding-window unit by its own rule: an output beat leaves one cycle after the last, and not
 * before its element has been written and read; an input beat enters one cycle after the last, and not before the
 * slot it takes has been read for the last time.
 */
function windowSchedule(g: WindowGeometry): Schedule {
  const { channelFolds, width, height } = g;
  const beatsIn = height * width * channelFolds;
  const taps = g.kernel[0] * g.kernel[1];
  const beatsOut = g.outHeight * g.outWidth * taps * channelFolds;
  const interval = Math.max(beatsIn, beatsOut);
  const inputs = new Float64Array(beatsIn);
  const outputs = new Float64Array(beatsOut);
  for (let k = 0; k < beatsIn; k++) inputs[k] = Math.floor((k * interval) / beatsIn);
  let last = -1;
  for (let n = 0; n < beatsOut; n++) {
    const fold = n % channelFolds;
    const tap = Math.floor(n / channelFolds) % taps;
    const pixel = Math.floor(n / (channelFolds * taps));
    const y = Math.floor(pixel / g.outWidth) * g.strides[0] + Math.floor(tap / g.kernel[1]) * g.dilations[0];
    const x = (pixel % g.outWidth) * g.strides[1] + (tap % g.kernel[1]) * g.dilations[1];
    const source = (y * width + x) * channelFolds + fold;
    last = Math.max(last + 1, inputs[source]! + windowReadCycles);
    outputs[n] = last;
  }
  return {
    intervalCycles: interval,
    latencyCycles: last,
    inputs: [times(inputs)],
    outputs: [times(outputs)],
  };
}

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
import { Kernel, type Schedule, type TokenBuffer } from "./kernel.js";
import { requireLanes } from "./streams.js";
import { windowBuffer } from "./window-buffer.js";
import { parallelSchedule, windowInterval, windowSchedule } from "./window-schedule.js";

type WindowOpAttrs = {
  readonly kernel: AttrSpec<readonly number[]>;
  readonly strides: AttrSpec<readonly number[]>;
  readonly dilations: AttrSpec<readonly number[]>;
  readonly simd: AttrSpec<number>;
  readonly parallel: AttrSpec<number>;
};

const noPads = [0, 0, 0, 0];

/**
 * Sliding-window unit: for each output pixel the window's elements, taps first, then channels.
 *
 * - Operand: stream `<1 x H x W x C>`, SIMD lanes, padded already. Result: stream `<1 x OH x OW x KH·KW·C>`, SIMD lanes;
 *   with `parallel` = 1 KH·KW·SIMD lanes, all taps of SIMD channels in a beat. Are there several such beats to a pixel,
 *   the order is theirs, (fold, tap, channel of the fold), and the shape `<1 x OH x OW x C/SIMD x KH·KW·SIMD>` says so.
 * - Constraints: (C1) a stream of images; (C2) SIMD divides the channels; (C3) the stream has SIMD lanes; (C4) the
 *   window fits; (C5) `parallel` is 0 or 1.
 *
 * A frame takes `max(H·W, OH·OW·KH·KW) · C/SIMD` cycles, with `parallel` `H·W·C/SIMD`; the next frame enters while the
 * last still leaves. Source: FINN's sliding-window unit (Umuroglu et al., FPGA 2017, §4.3.2), which does not overlap
 * frames, and its `parallel_window`.
 */
export const Window: OpDef<WindowOpAttrs> = defineOp({
  name: "hw.window",
  summary: "Sliding-window unit, SIMD channels a cycle, one tap or all.",
  operands: ["x"],
  attrs: {
    kernel: attr.ints(),
    strides: attr.ints([1, 1]),
    dilations: attr.ints([1, 1]),
    simd: attr.int(1),
    parallel: attr.int(0),
  },
  infer: ({ operands, attrs }) => {
    const { type, channels } = imageOperand(operands);
    requireLanes(type, attrs.simd, "SIMD");
    if (attrs.kernel.length !== 2) throw new InferError("(C4) the kernel has two entries");
    const [kh, kw] = attrs.kernel as [number, number];
    if (attrs.parallel !== 0 && attrs.parallel !== 1)
      throw new InferError(`(C5) \`parallel\` is ${attrs.parallel}, not 0 or 1`);
    const plan = planWindow(type.shape, [kh, kw], { ...attrs, pads: noPads });
    const { pixel, lanes } = windowOrder(kh * kw, channels, attrs);
    return [stream(type.elem, [1, plan.outHeight, plan.outWidth, ...pixel], lanes)];
  },
  evaluate: ([x], attrs) => [slide(x!, attrs)],
  interfaces: [
    Kernel.of({
      kind: "ConvolutionInputGenerator",
      axes: (op) => {
        const { channels, lanes } = imageOf(op);
        const { kernel, parallel } = op.attrs as { kernel: readonly [number, number]; parallel: number };
        const taps = kernel[0] * kernel[1];
        return [
          { name: "SIMD", attr: "simd", extent: channels, value: lanes, operands: [0], results: [0] },
          {
            name: "parallel_window",
            attr: "parallel",
            extent: 1,
            legal: [0, 1],
            value: parallel,
            operands: [],
            results: [0],
            lanesOf: (value) => (value === 1 ? taps : 1),
          },
        ];
      },
      shapeAt: (op, { side }, values) => {
        if (side === "operands") return undefined;
        const { kernel, simd, parallel } = op.attrs as {
          kernel: readonly [number, number];
          simd: number;
          parallel: number;
        };
        const at = { simd: values["SIMD"] ?? simd, parallel: values["parallel_window"] ?? parallel };
        const { pixel } = windowOrder(kernel[0] * kernel[1], imageOf(op).channels, at);
        return pixel.length === 1 ? undefined : [...op.result().type.shape.slice(0, 3), ...pixel];
      },
      schedule: scheduleOf,
    }),
  ],
});

/** The innermost axes of a window's result and its lanes, for a pixel of `taps · channels` elements. */
function windowOrder(
  taps: number,
  channels: number,
  { simd, parallel }: { readonly simd: number; readonly parallel: number },
): { readonly pixel: readonly number[]; readonly lanes: number } {
  const folds = channels / simd;
  const isBlocked = parallel === 1 && folds > 1 && taps > 1;
  return {
    pixel: isBlocked ? [folds, taps * simd] : [taps * channels],
    lanes: parallel === 1 ? taps * simd : simd,
  };
}

function slide(
  x: Tensor,
  attrs: {
    readonly kernel: readonly number[];
    readonly strides: readonly number[];
    readonly dilations: readonly number[];
    readonly simd: number;
    readonly parallel: number;
  },
): Tensor {
  const [kh, kw] = attrs.kernel as [number, number];
  const plan = planWindow(x.shape, [kh, kw], { ...attrs, pads: noPads });
  const { channels, outHeight, outWidth } = plan;
  const taps = kh * kw;
  const { pixel } = windowOrder(taps, channels, attrs);
  const folds = pixel.length === 1 ? 1 : pixel[0]!;
  const own = channels / folds;
  const shape = [plan.batch, outHeight, outWidth, ...pixel];
  const out = x.data.slice(0, 0).constructor as new (n: number) => Tensor["data"];
  const data = new out(shape.reduce((a, b) => a * b, 1));
  let at = 0;
  for (let p = 0; p < plan.batch * outHeight * outWidth; p++) {
    for (let fold = 0; fold < folds; fold++) {
      for (let t = 0; t < taps; t++) {
        const from = plan.pixel(p, t) * channels + fold * own;
        for (let c = 0; c < own; c++) data[at++] = x.data[from + c]!;
      }
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
  /** Whether all taps leave in a beat. */
  readonly isParallel: boolean;
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
    isParallel: op.attrs.parallel === 1,
  };
}

/** Schedules by op: attributes and types of an op stay as they are, and the times take a walk over three frames. */
const schedules = new WeakMap<Op, Schedule>();

/** The schedule of a sliding-window unit; its interval is known at once, its beats when somebody asks. */
function scheduleOf(op: Op): Schedule {
  const known = schedules.get(op);
  if (known) return known;
  const g = windowGeometry(op);
  if (g.isParallel) return parallelSchedule(g);
  let walked: Schedule | undefined;
  let buffer: TokenBuffer | undefined;
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
    get buffer() {
      buffer ??= windowBuffer(g);
      return buffer;
    },
  };
  schedules.set(op, schedule);
  return schedule;
}

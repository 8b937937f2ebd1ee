import {
  Constant,
  constantOf,
  defineInterface,
  defineModel,
  type ElemType,
  elemInfo,
  type Graph,
  type IntegerRange,
  type Location,
  type Model,
  numbers,
  type Op,
  type OpInterface,
  product,
  reshaped,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import * as q from "@gatefold/dialect-q";
import { lowerCrop, lowerDepthToSpace, lowerSpaceToDepth } from "./lower-blocks.js";
import { lowerGroups } from "./lower-groups.js";

/** Where a kernel is built. */
export interface KernelSite {
  readonly graph: Graph;
  readonly operands: readonly Value[];
  readonly loc: Location;
}

/** Builds one kernel and gives its result. */
export type KernelBuilder = (site: KernelSite) => Value;

/** Where a lowering writes. Operands are streams of one lane, or the constants of the `q` op. */
export interface LoweringSite extends KernelSite {
  /** What each operand can hold, by range analysis of the integer graph. */
  readonly ranges: readonly IntegerRange[];
  /** Cycles a frame that the wanted rate leaves; infinite when none is wanted. */
  readonly wantedCycles: number;
  /** Builds that one of several kernels doing the same which the cost model says is cheapest for the wanted rate. */
  cheapest(candidates: readonly KernelBuilder[]): Value;
}

export interface HwLoweringModel {
  /** Builds the kernels of an integer op with PE = SIMD = 1. A text instead says why the op has no kernel. */
  lower(op: Op, site: LoweringSite): readonly Value[] | string;
}

/** How an integer op becomes streaming kernels. A stranger's op takes part by bringing one. */
export const HwLowering: OpInterface<HwLoweringModel> = defineInterface<HwLoweringModel>("fold.lowering");

export const notLast = "its channels are not the innermost axis";

export function isLast(op: Op): boolean {
  const axis = op.attrs["axis"] as number;
  return axis === -1 || axis === op.operand(0).type.shape.length - 1;
}

interface Sliding {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

/** The image with pixels of `padValue` where the window leaves it. */
export function padded(op: Op, { graph, operands, loc }: KernelSite, padValue: number): Value {
  const { pads } = op.attrs as unknown as Sliding;
  const [x] = operands as [Value];
  return pads.every((p) => p === 0) ? x : hw.Pad.build(graph, [x], { pads, value: padValue }, { loc });
}

/** The windows of an image that is padded already; the image itself for a window of one pixel that skips none. */
export function slide(op: Op, x: Value, kernel: readonly number[], { graph, loc }: KernelSite): Value {
  const { strides, dilations } = op.attrs as unknown as Sliding;
  if ([...kernel, ...strides].every((v) => v === 1)) return x;
  return hw.Window.build(graph, [x], { kernel, strides, dilations }, { loc });
}

/** The image padded where the window leaves it, then its windows. */
function window(op: Op, site: KernelSite, kernel: readonly number[], padValue: number): Value {
  return slide(op, padded(op, site, padValue), kernel, site);
}

/**
 * A convolution is a sliding window and a matrix unit; a depthwise one is a sliding window and a vector unit; other groups
 * have a unit of their own. Weights
 * stand in the window's order already: taps first, then channels.
 */
function lowerConv(op: Op, site: LoweringSite): readonly Value[] | string {
  if (!q.Conv.is(op)) return "it is no convolution";
  const { elem, groups, pad_value } = op.attrs;
  const w = constantOf(site.operands[1]);
  if (!w) return "its weights are not constant";
  const [filters, kh, kw, perGroup] = w.shape as [number, number, number, number];
  const channels = op.operand(0).type.shape[3]!;
  const depthwise = groups === channels && filters === channels;
  if (groups > 1 && !depthwise) return [lowerGroups(op, w, site)];
  const x = window(op, site, [kh, kw], pad_value);
  const { graph, loc } = site;
  if (!depthwise || channels === 1) {
    const value = reshaped(w, [filters, kh * kw * perGroup]);
    return [hw.Mvu.build(graph, [x, Constant.build(graph, [], { value }, { loc })], { elem }, { loc })];
  }
  const taps = kh * kw;
  const values = numbers(w);
  const turned = Float64Array.from(
    values,
    (_, i) => values[(i % channels) * taps + Math.floor(i / channels)]!,
  );
  const value = tensorFrom(w.elem, [taps, channels], turned);
  return [hw.Vvu.build(graph, [x, Constant.build(graph, [], { value }, { loc })], { elem }, { loc })];
}

/** The lowerings of the `q` dialect but that of thresholds, which has a choice. */
export const qLowerings: readonly Model[] = [
  defineModel(q.MatMul, HwLowering, {
    lower: (op, { graph, operands, loc }) => [
      hw.Mvu.build(graph, operands, { elem: op.result().type.elem }, { loc }),
    ],
  }),
  defineModel(q.Lookup, HwLowering, {
    lower: (op, { graph, operands, loc }) => {
      if (!q.Lookup.is(op) || !isLast(op)) return notLast;
      const { elem, lo } = op.attrs;
      return [hw.Lookup.build(graph, operands, { elem, lo }, { loc })];
    },
  }),
  defineModel(q.Affine, HwLowering, {
    lower: (op, { graph, operands, loc }) =>
      isLast(op) ? [hw.Affine.build(graph, operands, { elem: op.result().type.elem }, { loc })] : notLast,
  }),
  defineModel(q.Conv, HwLowering, { lower: lowerConv }),
  defineModel(q.MaxPool, HwLowering, {
    lower: (op, site) => {
      const { kernel } = op.attrs as { kernel: readonly number[] };
      const { elem } = op.result().type;
      const x = window(op, site, kernel, elemInfo(elem).min);
      return [
        hw.Pool.build(site.graph, [x], { mode: "max", window: product(kernel), elem }, { loc: site.loc }),
      ];
    },
  }),
  defineModel(q.SumPool, HwLowering, {
    lower: (op, site) => {
      const { kernel, elem } = op.attrs as { kernel: readonly number[]; elem: ElemType };
      if (site.operands[0]!.type.elem === "bipolar")
        return "a sum of bipolar codes is a convolution with weights of 1";
      const x = window(op, site, kernel, 0);
      return [
        hw.Pool.build(site.graph, [x], { mode: "sum", window: product(kernel), elem }, { loc: site.loc }),
      ];
    },
  }),
  defineModel(q.Add, HwLowering, {
    lower: (op, { graph, operands, loc }) => {
      const [x, y] = operands as [Value, Value];
      if (x.type.kind !== "stream" || y.type.kind !== "stream") return "one of its operands is a constant";
      const { elem, m, n } = op.attrs as { elem: ElemType; m: number; n: number };
      return [hw.AddStreams.build(graph, [x, y], { elem, m, n }, { loc })];
    },
  }),
  defineModel(q.Concat, HwLowering, {
    lower: (_, { graph, operands, loc }) => [
      operands.reduce((all, next) => hw.Concat.build(graph, [all, next], {}, { loc })),
    ],
  }),
  defineModel(q.Slice, HwLowering, {
    lower: (op, { graph, operands, loc }) => {
      const { first, count } = op.attrs as { first: number; count: number };
      return [hw.Slice.build(graph, operands, { first, count }, { loc })];
    },
  }),
  defineModel(q.Vote, HwLowering, {
    lower: (op, { graph, operands, loc }) => {
      const { triples } = op.attrs as { triples: readonly number[] };
      return [hw.Vote.build(graph, operands, { triples }, { loc })];
    },
  }),
  defineModel(q.Netlist, HwLowering, {
    lower: (op, { graph, operands, loc }) => {
      if (!q.Netlist.is(op)) return "it is no netlist";
      const { body, elem } = op.attrs;
      return [hw.Netlist.build(graph, operands, { body, elem }, { loc })];
    },
  }),
  defineModel(q.Upsample, HwLowering, {
    lower: (op, { graph, operands, loc }) => {
      const { scales } = op.attrs as { scales: readonly number[] };
      return [hw.Upsample.build(graph, operands, { scales }, { loc })];
    },
  }),
  defineModel(q.DepthToSpace, HwLowering, { lower: lowerDepthToSpace }),
  defineModel(q.SpaceToDepth, HwLowering, { lower: lowerSpaceToDepth }),
  defineModel(q.Crop, HwLowering, { lower: lowerCrop }),
  defineModel(q.Reshape, HwLowering, {
    lower: (op, { graph, operands, loc }) => [
      hw.Reshape.build(graph, operands, { shape: op.result().type.shape }, { loc }),
    ],
  }),
  defineModel(q.ArgMax, HwLowering, {
    lower: (op, { graph, operands, loc }) =>
      q.ArgMax.is(op) && op.attrs.keep_dims
        ? [hw.ArgMax.build(graph, operands, {}, { loc })]
        : "its result drops the class axis; a stream keeps it",
  }),
];

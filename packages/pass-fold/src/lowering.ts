import {
  defineInterface,
  defineModel,
  type Graph,
  type Location,
  type Model,
  type Op,
  type OpInterface,
  type Value,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import * as q from "@gatefold/dialect-q";

/** Where a lowering writes. Operands are streams of one lane, or the constants of the `q` op. */
export interface LoweringSite {
  readonly graph: Graph;
  readonly operands: readonly Value[];
  readonly loc: Location;
}

export interface HwLoweringModel {
  /** Builds the kernels of an integer op with PE = SIMD = 1. A text instead says why the op has no kernel. */
  lower(op: Op, site: LoweringSite): readonly Value[] | string;
}

/** How an integer op becomes streaming kernels. A stranger's op takes part by bringing one. */
export const HwLowering: OpInterface<HwLoweringModel> = defineInterface<HwLoweringModel>("fold.lowering");

const notLast = "its channels are not the innermost axis";

function isLast(op: Op): boolean {
  const axis = op.attrs["axis"] as number;
  return axis === -1 || axis === op.operand(0).type.shape.length - 1;
}

/** The lowerings of the `q` dialect. */
export const qLowerings: readonly Model[] = [
  defineModel(q.MatMul, HwLowering, {
    lower: (op, { graph, operands, loc }) => [
      hw.Mvu.build(graph, operands, { elem: op.result().type.elem }, { loc }),
    ],
  }),
  defineModel(q.Threshold, HwLowering, {
    lower: (op, { graph, operands, loc }) => {
      if (!q.Threshold.is(op) || !isLast(op)) return notLast;
      const { elem, bias } = op.attrs;
      return [hw.Threshold.build(graph, operands, { elem, bias }, { loc })];
    },
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

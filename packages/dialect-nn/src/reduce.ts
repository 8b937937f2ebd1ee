import {
  attr,
  defineOp,
  type ElemType,
  elemInfo,
  type OpDef,
  product,
  strides,
  type Tensor,
  tensor,
} from "@gatefold/core";
import { type BoolAttr, type LayoutAttr, layoutAttr, type OptionalInts, optionalInts } from "./attrs.js";
import { axisOffsets, outerIndex, reals, tensorOf } from "./tensors.js";
import { Grid, type GridModel } from "./traits.js";
import { type Domain, frontAxes, operandType, requireDomain, requireRank } from "./types.js";

export type ReduceAttrs = {
  readonly axes: OptionalInts;
  readonly keepdims: BoolAttr;
  readonly noop_with_empty_axes: BoolAttr;
};

export type ReduceDef = OpDef<ReduceAttrs>;

/** How a group of elements becomes one. */
interface Reduction {
  initial(elem: ElemType): number;
  step(total: number, value: number): number;
  finish?(total: number, count: number): number;
}

/** Sizes with the reduced axes as 1, and without them. */
function reducedShapes(
  shape: readonly number[],
  axes: readonly number[],
): { readonly kept: number[]; readonly dropped: number[] } {
  return {
    kept: shape.map((d, i) => (axes.includes(i) ? 1 : d)),
    dropped: shape.filter((_, i) => !axes.includes(i)),
  };
}

/** Position in the reduced tensor of each element of a tensor. */
function groupIndex(shape: readonly number[], axes: readonly number[]): Int32Array {
  const steps = strides(reducedShapes(shape, axes).kept);
  return outerIndex(shape.map((d, i) => axisOffsets(d, axes.includes(i) ? 0 : steps[i]!, (j) => j)));
}

function fold(x: Tensor, axes: readonly number[], reduction: Reduction): Float64Array {
  const data = reals(x);
  const { kept } = reducedShapes(x.shape, axes);
  const out = new Float64Array(product(kept)).fill(reduction.initial(x.elem));
  const group = groupIndex(x.shape, axes);
  for (let i = 0; i < data.length; i++) out[group[i]!] = reduction.step(out[group[i]!]!, data[i]!);
  const count = product(axes.map((axis) => x.shape[axis]!));
  return reduction.finish ? out.map((v) => reduction.finish!(v, count)) : out;
}

/** Which axes go: those named; all when none are, or none when the op says that this means nothing. */
function reducedAxes(
  rank: number,
  {
    axes = [],
    noop_with_empty_axes,
  }: { axes?: readonly number[] | undefined; noop_with_empty_axes: boolean },
): number[] {
  if (axes.length > 0) return frontAxes(axes, rank, "C2");
  return noop_with_empty_axes ? [] : Array.from({ length: rank }, (_, i) => i);
}

/**
 * Defines a reduction of `x` over `axes`; the result keeps them with size 1 when `keepdims`.
 * (C1) `x` is in the domain; (C2) `axes` are axes of `x`, none twice.
 */
function reduce(
  name: string,
  summary: string,
  domain: Domain,
  run: (x: Tensor, axes: readonly number[]) => Float64Array,
): ReduceDef {
  return defineOp<ReduceAttrs>({
    name: `nn.reduce_${name}`,
    summary,
    operands: ["x"],
    attrs: { axes: optionalInts, keepdims: attr.bool(true), noop_with_empty_axes: attr.bool(false) },
    infer: ({ operands, attrs }) => {
      const x = operandType(operands, 0);
      requireDomain(x, domain, "C1", "x");
      const { kept, dropped } = reducedShapes(x.shape, reducedAxes(x.shape.length, attrs));
      return [tensor(x.elem, attrs.keepdims ? kept : dropped)];
    },
    evaluate: ([x], attrs) => {
      const axes = reducedAxes(x!.shape.length, attrs);
      const { kept, dropped } = reducedShapes(x!.shape, axes);
      return [tensorOf(x!.elem, attrs.keepdims ? kept : dropped, run(x!, axes))];
    },
  });
}

const simple =
  (reduction: Reduction) =>
  (x: Tensor, axes: readonly number[]): Float64Array =>
    fold(x, axes, reduction);

const zero = (): number => 0;
const plus = (a: number, b: number): number => a + b;
const plusSquare = (a: number, b: number): number => a + b * b;
const lowest = (elem: ElemType): number => elemInfo(elem).min;
const highest = (elem: ElemType): number => elemInfo(elem).max;

// Operand `x` of any shape. Source of each: the ONNX operator of the same name, opset 18.

/** Sum. (C1) `x` is a number. */
export const ReduceSum: ReduceDef = reduce("sum", "Sum.", "number", simple({ initial: zero, step: plus }));
/** Mean; of integers, toward zero. (C1) `x` is a number. */
export const ReduceMean: ReduceDef = reduce(
  "mean",
  "Mean.",
  "number",
  simple({ initial: zero, step: plus, finish: (sum, count) => sum / count }),
);
/** Largest element; the type's least, or −∞, when there is none. Any element type. */
export const ReduceMax: ReduceDef = reduce(
  "max",
  "Largest element.",
  "any",
  simple({ initial: lowest, step: Math.max }),
);
/** Smallest element; the type's greatest, or +∞, when there is none. Any element type. */
export const ReduceMin: ReduceDef = reduce(
  "min",
  "Smallest element.",
  "any",
  simple({ initial: highest, step: Math.min }),
);
/** Product. (C1) `x` is a number. */
export const ReduceProd: ReduceDef = reduce(
  "prod",
  "Product.",
  "number",
  simple({ initial: () => 1, step: (a, b) => a * b }),
);
/** Sum of absolute values. (C1) `x` is a number. */
export const ReduceL1: ReduceDef = reduce(
  "l1",
  "Sum of absolute values.",
  "number",
  simple({ initial: zero, step: (a, b) => a + Math.abs(b) }),
);
/** Square root of the sum of squares. (C1) `x` is a number. */
export const ReduceL2: ReduceDef = reduce(
  "l2",
  "Square root of the sum of squares.",
  "number",
  simple({ initial: zero, step: plusSquare, finish: Math.sqrt }),
);
/** Sum of squares. (C1) `x` is a number. */
export const ReduceSumSquare: ReduceDef = reduce(
  "sum_square",
  "Sum of squares.",
  "number",
  simple({ initial: zero, step: plusSquare }),
);
/** Logarithm of the sum. (C1) `x` is a number. */
export const ReduceLogSum: ReduceDef = reduce(
  "log_sum",
  "Logarithm of the sum.",
  "number",
  simple({ initial: zero, step: plus, finish: Math.log }),
);
/** Logarithm of the sum of exponentials, shifted by the largest so that it does not overflow. (C1) `x` is a number. */
export const ReduceLogSumExp: ReduceDef = reduce(
  "log_sum_exp",
  "Logarithm of the sum of exponentials.",
  "number",
  (x, axes) => {
    const top = fold(x, axes, { initial: () => Number.NEGATIVE_INFINITY, step: Math.max });
    const shift = top.map((v) => (Number.isFinite(v) ? v : 0));
    const group = groupIndex(x.shape, axes);
    const sum = new Float64Array(top.length);
    reals(x).forEach((v, i) => {
      sum[group[i]!]! += Math.exp(v - shift[group[i]!]!);
    });
    return sum.map((v, i) => Math.log(v) + shift[i]!);
  },
);

type GlobalPoolAttrs = { readonly layout: LayoutAttr };

/** Defines a reduction over all spatial axes, which stay with size 1. (C1) the domain; (C2) at least 3 axes. */
function globalPool(
  name: string,
  summary: string,
  domain: Domain,
  reduction: Reduction,
  grid: GridModel["results"],
): OpDef<GlobalPoolAttrs> {
  const spatial = (rank: number, last: boolean): number[] =>
    Array.from({ length: rank - 2 }, (_, i) => i + (last ? 1 : 2));
  return defineOp<GlobalPoolAttrs>({
    name,
    summary,
    operands: ["x"],
    attrs: { layout: layoutAttr },
    infer: ({ operands, attrs }) => {
      const x = operandType(operands, 0);
      requireDomain(x, domain, "C1", "x");
      requireRank(x, 3, Number.POSITIVE_INFINITY, "C2", "x");
      const axes = spatial(x.shape.length, attrs.layout === "channels_last");
      return [tensor(x.elem, reducedShapes(x.shape, axes).kept)];
    },
    evaluate: ([x], attrs) => {
      const axes = spatial(x!.shape.length, attrs.layout === "channels_last");
      return [tensorOf(x!.elem, reducedShapes(x!.shape, axes).kept, fold(x!, axes, reduction))];
    },
    interfaces: [Grid.of({ results: grid })],
  });
}

/** Mean over all spatial axes. `x` `<N x C x spatial>` (or channels last), real. Source: ONNX GlobalAveragePool-1. */
export const GlobalAveragePool: OpDef<GlobalPoolAttrs> = globalPool(
  "nn.global_average_pool",
  "Mean over all spatial axes.",
  "real",
  { initial: zero, step: plus, finish: (sum, count) => sum / count },
  "sums",
);

/** Maximum over all spatial axes. `x` `<N x C x spatial>` (or channels last). Source: ONNX GlobalMaxPool-1. */
export const GlobalMaxPool: OpDef<GlobalPoolAttrs> = globalPool(
  "nn.global_max_pool",
  "Maximum over all spatial axes.",
  "number",
  { initial: lowest, step: Math.max },
  "same",
);

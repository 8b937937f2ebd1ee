import { type AttrSpec, attr, defineOp, type ElemType, type OpDef, product, tensor } from "@gatefold/core";
import type { FloatAttr, IntAttr, IntsAttr, NoAttrs, OptionalInt } from "./attrs.js";
import { tensorOf } from "./tensors.js";
import { operandType, requireThat } from "./types.js";

type ShapeAttrs = { readonly start: IntAttr; readonly end: OptionalInt };

/** Positions from the end counted, and clamped to `0 … rank`. */
const clampAxis = (at: number, rank: number): number => Math.min(Math.max(at < 0 ? at + rank : at, 0), rank);

/**
 * The sizes of the axes `start … end−1` of `x`, a vector of i64. Source: ONNX Shape-21.
 */
export const Shape: OpDef<ShapeAttrs> = defineOp<ShapeAttrs>({
  name: "nn.shape",
  summary: "The sizes of a tensor's axes.",
  operands: ["x"],
  attrs: { start: attr.int(0), end: attr.optional(attr.int()) },
  infer: ({ operands, attrs }) => [tensor("i64", [sizes(operandType(operands, 0).shape, attrs).length])],
  evaluate: ([x], attrs) => {
    const list = sizes(x!.shape, attrs);
    return [tensorOf("i64", [list.length], Float64Array.from(list))];
  },
});

function sizes(
  shape: readonly number[],
  { start, end }: { readonly start: number; readonly end?: number | undefined },
): readonly number[] {
  return shape.slice(clampAxis(start, shape.length), clampAxis(end ?? shape.length, shape.length));
}

/** The number of elements of `x`, a scalar i64. Source: ONNX Size-21. */
export const Size: OpDef<NoAttrs> = defineOp({
  name: "nn.size",
  summary: "The number of a tensor's elements.",
  operands: ["x"],
  infer: () => [tensor("i64", [])],
  evaluate: ([x]) => [tensorOf("i64", [], Float64Array.of(x!.data.length))],
});

type FillAttrs = { readonly shape: IntsAttr; readonly value: FloatAttr; readonly elem: AttrSpec<ElemType> };

/**
 * A tensor of `shape` filled with `value` of type `elem`.
 *
 * - Constraint: (C1) no size is negative.
 *
 * Source: ONNX ConstantOfShape-21, with the shape constant.
 */
export const ConstantOfShape: OpDef<FillAttrs> = defineOp<FillAttrs>({
  name: "nn.constant_of_shape",
  summary: "A tensor filled with one value.",
  operands: [],
  attrs: { shape: attr.ints(), value: attr.float(0), elem: attr.elem("f32") },
  infer: ({ attrs }) => {
    requireThat(
      attrs.shape.every((d) => d >= 0),
      "C1",
      () => `[${attrs.shape}] is not a shape`,
    );
    return [tensor(attrs.elem, attrs.shape)];
  },
  evaluate: (_, { shape, value, elem }) => [
    tensorOf(elem, shape, new Float64Array(product(shape)).fill(value)),
  ],
});

type RangeAttrs = {
  readonly start: FloatAttr;
  readonly limit: FloatAttr;
  readonly delta: FloatAttr;
  readonly elem: AttrSpec<ElemType>;
};

/**
 * `start, start + delta, …` short of `limit`: a vector of `max(0, ⌈(limit − start) / delta⌉)` elements.
 *
 * - Constraint: (C1) `delta` is not 0.
 *
 * Source: ONNX Range-11, with its inputs constant.
 */
export const Range: OpDef<RangeAttrs> = defineOp<RangeAttrs>({
  name: "nn.range",
  summary: "Evenly spaced numbers.",
  operands: [],
  attrs: { start: attr.float(0), limit: attr.float(), delta: attr.float(1), elem: attr.elem("i64") },
  infer: ({ attrs }) => {
    requireThat(attrs.delta !== 0, "C1", () => "`delta` is 0");
    return [tensor(attrs.elem, [rangeCount(attrs)])];
  },
  evaluate: (_, attrs) => {
    const count = rangeCount(attrs);
    const values = Float64Array.from({ length: count }, (_, i) => attrs.start + i * attrs.delta);
    return [tensorOf(attrs.elem, [count], values)];
  },
});

function rangeCount({ start, limit, delta }: { start: number; limit: number; delta: number }): number {
  return Math.max(0, Math.ceil((limit - start) / delta));
}

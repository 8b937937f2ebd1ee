import {
  constantOf,
  type ElemType,
  elemInfo,
  isFloat,
  numbers,
  type Tensor,
  type Value,
} from "@gatefold/core";
import { Cast, Dequantize, Expand, Quantize } from "@gatefold/dialect-nn";
import { dtypeName, elemOfDtype } from "../dtype.js";
import type { NodeBuilder } from "../node-builder.js";
import { alignTo, reshape } from "./align.js";

/** Where the scale and zero point of a linear quantizer lie against the tensor. */
export interface Granularity {
  readonly shape: readonly number[];
  /** Axis of a list of scales, from the front. */
  readonly axis: number;
  /** Elements along the axis that share a scale; 0 when the scales are a list or one. */
  readonly block: number;
}

/** Shapes a scale or zero point so that it broadcasts; blocks are repeated. */
export function alignParameter(node: NodeBuilder, value: Value, { shape, axis, block }: Granularity): Value {
  if (block === 0) return alignTo(node, value, shape.length, axis);
  const from = value.type.shape;
  if (from.length !== shape.length) node.refuse(`has blocks and a scale of rank ${from.length}`);
  const size = shape[axis] ?? node.refuse(`has no axis ${axis}`);
  const blocks = from[axis]!;
  if (Math.ceil(size / block) !== blocks || size % block !== 0) {
    node.refuse(`has ${blocks} scales for ${size} elements in blocks of ${block}`);
  }
  const open = reshape(node, value, [...from.slice(0, axis + 1), 1, ...from.slice(axis + 1)]);
  const wide = [...from.slice(0, axis + 1), block, ...from.slice(axis + 1)];
  return foldConstant(
    node,
    reshape(node, foldConstant(node, node.emit(Expand, [open], { shape: wide })), shape),
  );
}

function foldConstant(node: NodeBuilder, value: Value): Value {
  const tensor = node.folded(value);
  return tensor ? node.make(tensor) : value;
}

/** `round(x / scale) + zero point`, saturated to `elem`: ONNX rounds before it adds the zero point. */
export function quantize(node: NodeBuilder, x: Value, scale: Value, zeroPoint: Value, elem: ElemType): Value {
  const real = scale.type.elem;
  const { min, max } = elemInfo(elem);
  const bound = (value: number): Value => node.makeFrom(real, [], [value]);
  const zeros: Tensor | undefined = node.folded(zeroPoint);
  const isEven = zeros !== undefined && Array.from(numbers(zeros)).every((z) => z % 2 === 0);
  const reals = isFloat(x.type.elem) ? x : node.emit(Cast, [x], { to: real });
  return node.emitOpen(Quantize, [reals, scale, zeroPoint, bound(min), bound(max)], {
    elem,
    rounding: "ROUND",
    // Ties go to the even code either way when the zero point is even.
    round_first: !isEven,
  })[0]!;
}

export function dequantize(node: NodeBuilder, codes: Value, scale: Value, zeroPoint: Value): Value {
  return node.emitOpen(Dequantize, [codes, scale, zeroPoint])[0]!;
}

/** The element type that attribute `output_dtype` names. */
export function outputElem(node: NodeBuilder): ElemType | undefined {
  const dtype = node.int("output_dtype", 0);
  if (dtype === 0) return undefined;
  return (
    elemOfDtype(dtype) ?? node.refuse(`gives ${dtypeName(dtype)}`, "quantize to integers of 2 to 16 bits")
  );
}

/** A clip of codes that a quantizer has just made is the quantizer with narrower bounds. */
export function clipCodes(
  node: NodeBuilder,
  codes: Value,
  min: number | undefined,
  max: number | undefined,
): Value | undefined {
  const maker = Quantize.match(codes);
  const [lo, hi] = [constantOf(maker?.operand(3)), constantOf(maker?.operand(4))];
  if (!maker || !lo || !hi || lo.data.length !== 1 || hi.data.length !== 1) return undefined;
  const low = Math.max(Number(lo.data[0]), Math.ceil(min ?? Number.NEGATIVE_INFINITY));
  const high = Math.min(Number(hi.data[0]), Math.floor(max ?? Number.POSITIVE_INFINITY));
  if (low > high) return undefined;
  const [x, scale, zeroPoint] = maker.operands;
  const bounds = [low, high].map((v) => node.makeFrom(lo.elem, [], [v]));
  return node.emitOpen(Quantize, [x!, scale!, zeroPoint!, ...bounds], maker.attrs)[0]!;
}

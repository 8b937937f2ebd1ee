import type { Value } from "@gatefold/core";
import { Cast, Conv, Gemm, MatMul, Sub } from "@gatefold/dialect-nn";
import { handler, type OnnxHandler } from "../handler.js";
import type { NodeBuilder } from "../node-builder.js";
import { alignTo } from "./align.js";
import { type DirectSpec, direct, directHandler, readAttributes } from "./attributes.js";
import { CONV_ATTRIBUTES } from "./conv.js";

/** Integer codes as 32-bit integers around zero; `zeroPoint` is along `axis` when it is a list. */
function centred(node: NodeBuilder, index: number, zeroPoint: number, axis: number): Value {
  const wide = node.emit(Cast, [node.value(index)], { to: "i32" });
  if (!node.has(zeroPoint)) return wide;
  const rank = node.shape(index).length;
  const aligned = alignTo(node, node.value(zeroPoint), rank, axis);
  return node.emit(Sub, [wide, node.emit(Cast, [aligned], { to: "i32" })]);
}

function matMulInteger(node: NodeBuilder): Value {
  const [a, b] = [node.shape(0).length, node.shape(1).length];
  return node.emit(MatMul, [centred(node, 0, 2, Math.max(0, a - 2)), centred(node, 1, 3, b - 1)]);
}

function convInteger(node: NodeBuilder): Value {
  const attributes = readAttributes(node, CONV_ATTRIBUTES);
  return node.emit(Conv, [centred(node, 0, 2, 1), centred(node, 1, 3, 0)], attributes);
}

export const matrixSpecs: readonly DirectSpec[] = [
  direct("MatMul", MatMul),
  direct("Gemm", Gemm, {
    alpha: "float",
    beta: "float",
    trans_a: ["bool", "transA"],
    trans_b: ["bool", "transB"],
  }),
];

export const matrixHandlers: readonly OnnxHandler[] = [
  ...matrixSpecs.map(directHandler),
  handler("MatMulInteger", matMulInteger),
  handler("ConvInteger", convInteger),
];

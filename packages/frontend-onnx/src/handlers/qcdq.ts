import { isFloat, type Value } from "@gatefold/core";
import { Cast, Conv, MatMul, Mul } from "@gatefold/dialect-nn";
import { handler, type OnnxHandler } from "../handler.js";
import type { NodeBuilder } from "../node-builder.js";
import { readAttributes } from "./attributes.js";
import { CONV_ATTRIBUTES } from "./conv.js";
import { alignParameter, dequantize, type Granularity, outputElem, quantize } from "./linear-quant.js";
import { checkScale } from "./scale-check.js";

function granularity(node: NodeBuilder): Granularity {
  const shape = node.shape(0);
  const axis = node.int("axis", 1);
  const front = axis < 0 ? axis + shape.length : axis;
  const block = node.int("block_size", 0);
  if (
    block === 0 &&
    node.shape(1).length === 1 &&
    node.shape(1)[0] !== 1 &&
    shape[front] !== node.shape(1)[0]
  ) {
    node.refuse(`has ${node.shape(1)[0]} scales along axis ${axis} of shape [${shape.join(", ")}]`);
  }
  return { shape, axis: front, block };
}

/** The zero point, as it is stored; zero when it is left out. */
function zeroPoint(node: NodeBuilder, where: Granularity): Value {
  if (!node.has(2)) return node.makeFrom("f32", [], [0]);
  return alignParameter(node, node.value(2), where);
}

function quantizeLinear(node: NodeBuilder): Value {
  node.ignore("saturate", "precision");
  const wanted = outputElem(node);
  const elem = node.has(2) ? node.elem(2) : (wanted ?? "u8");
  if (isFloat(elem)) node.refuse(`quantizes to ${elem}`, "quantize to integers of 2 to 16 bits");
  const where = granularity(node);
  const [x, scale] = [node.value(0), node.value(1)];
  checkScale(node, x, scale);
  return quantize(node, x, alignParameter(node, scale, where), zeroPoint(node, where), elem);
}

function dequantizeLinear(node: NodeBuilder): Value {
  const where = granularity(node);
  const scale = node.value(1);
  if (isFloat(node.elem(0))) node.refuse(`reads ${node.elem(0)}, which is no code`);
  const real = dequantize(node, node.value(0), alignParameter(node, scale, where), zeroPoint(node, where));
  const to = outputElem(node) ?? scale.type.elem;
  return real.type.elem === to ? real : node.emit(Cast, [real], { to });
}

/** Codes at `index`, with scale and zero point after them, as reals; lists of scales lie along `axis`. */
function realOperand(node: NodeBuilder, index: number, axis: number): Value {
  const where = { shape: node.shape(index), axis, block: 0 };
  const scale = node.value(index + 1);
  const zero = node.value(index + 2);
  return dequantize(
    node,
    node.value(index),
    alignParameter(node, scale, where),
    alignParameter(node, zero, where),
  );
}

function codesOf(node: NodeBuilder, real: Value, scaleIndex: number, axis: number): Value {
  const where = { shape: real.type.shape, axis, block: 0 };
  const scale = node.value(scaleIndex);
  checkScale(node, real, scale);
  const zero = node.value(scaleIndex + 1);
  const elem = node.elem(scaleIndex + 1);
  return quantize(node, real, alignParameter(node, scale, where), alignParameter(node, zero, where), elem);
}

function qLinearConv(node: NodeBuilder): Value {
  const operands = [realOperand(node, 0, 1), realOperand(node, 3, 0)];
  if (node.has(8)) {
    // Integer bias: its scale is the product of the others', its zero point 0.
    const scale = node.emit(Mul, [node.value(1), node.value(4)]);
    operands.push(dequantize(node, node.value(8), scale, node.makeFrom(scale.type.elem, [], [0])));
  }
  const real = node.emit(Conv, operands, readAttributes(node, CONV_ATTRIBUTES));
  return codesOf(node, real, 6, 1);
}

function qLinearMatMul(node: NodeBuilder): Value {
  const [a, b] = [node.shape(0).length, node.shape(3).length];
  const real = node.emit(MatMul, [realOperand(node, 0, Math.max(0, a - 2)), realOperand(node, 3, b - 1)]);
  return codesOf(node, real, 6, Math.max(0, real.type.shape.length - 2));
}

export const qcdqHandlers: readonly OnnxHandler[] = [
  handler("QuantizeLinear", quantizeLinear, { since: 10 }),
  handler("DequantizeLinear", dequantizeLinear, { since: 10 }),
  handler("QLinearConv", qLinearConv, { since: 10 }),
  handler("QLinearMatMul", qLinearMatMul, { since: 10 }),
];

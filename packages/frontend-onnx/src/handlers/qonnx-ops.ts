import { elemForRange, type Value } from "@gatefold/core";
import {
  Add,
  Conv,
  Dequantize,
  Im2Col,
  MaxPool,
  MultiThreshold,
  XnorPopcountMatMul,
} from "@gatefold/dialect-nn";
import type { OnnxHandler } from "../handler.js";
import type { NodeBuilder } from "../node-builder.js";
import { readAttributes } from "./attributes.js";
import { CONV_ATTRIBUTES, convOperands, poolOf } from "./conv.js";
import { batchNorm } from "./norm.js";
import { QONNX_DOMAINS } from "./qonnx-quant.js";

/** `out_scale · #{t : x ≥ t} + out_bias`; the count is an integer, dequantized by the scale. */
function multiThreshold(node: NodeBuilder): Value {
  node.ignore("out_dtype");
  const x = node.value(0);
  const thresholds = node.value(1);
  const count = thresholds.type.shape.at(-1) ?? node.refuse("has a scalar of thresholds");
  const last = node.string("data_layout", "NCHW").endsWith("C");
  const steps = node.emit(MultiThreshold, [x, thresholds], {
    layout: last ? "channels_last" : "channels_first",
    elem: elemForRange(0, count),
  });
  const real = x.type.elem;
  const constant = (value: number): Value => node.makeFrom(real, [], [value]);
  const scaled = node.emit(Dequantize, [steps, constant(node.float("out_scale", 1)), constant(0)]);
  const bias = node.float("out_bias", 0);
  return bias === 0 ? scaled : node.emit(Add, [scaled, constant(bias)]);
}

function im2Col(node: NodeBuilder): Value {
  // `depthwise` orders a hardware stream, and `input_shape` repeats the operand's.
  node.ignore("depthwise", "input_shape");
  const attributes = readAttributes(node, {
    stride: "ints",
    kernel_size: "ints",
    pad_amount: "ints",
    pad_value: "float",
    dilations: "ints",
  });
  return node.emit(Im2Col, [node.value(0)], attributes);
}

const custom = QONNX_DOMAINS.filter((domain) => domain !== "");
const op = (name: string, build: OnnxHandler["build"], domains = custom): OnnxHandler => ({
  op: name,
  domains,
  build,
});

const channelsLast = ["qonnx.custom_op.channels_last"];
const last = { layout: "channels_last" } as const;

export const qonnxOpHandlers: readonly OnnxHandler[] = [
  op("MultiThreshold", multiThreshold),
  op("Im2Col", im2Col),
  op("XnorPopcountMatMul", (node) => node.emit(XnorPopcountMatMul, node.values())),
  op("MaxPoolNHWC", (node) => poolOf(node, MaxPool, {}, "channels_last")),
  op("MaxPool", (node) => poolOf(node, MaxPool, {}, "channels_last"), channelsLast),
  op("BatchNormalization", (node) => batchNorm(node, "channels_last"), channelsLast),
  op(
    "Conv",
    (node) => node.emit(Conv, convOperands(node), { ...readAttributes(node, CONV_ATTRIBUTES), ...last }),
    channelsLast,
  ),
];

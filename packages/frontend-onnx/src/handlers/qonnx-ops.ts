import { elemForRange, type Value } from "@gatefold/core";
import { Add, Conv, Dequantize, Im2Col, MultiThreshold, XnorPopcountMatMul } from "@gatefold/dialect-nn";
import type { OnnxHandler } from "../handler.js";
import type { NodeBuilder } from "../node-builder.js";
import { type AttributeMap, operandsOf, readAttributes } from "./attributes.js";
import { CONV_ATTRIBUTES, poolOf, poolSpecs } from "./conv.js";
import { CHANNELS_LAST_DOMAIN, CUSTOM_DOMAINS } from "./domains.js";
import { batchNorm } from "./norm.js";

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

export const IM2COL_ATTRIBUTES: AttributeMap = {
  stride: "ints",
  kernel_size: "ints",
  pad_amount: "ints",
  pad_value: "float",
  dilations: "ints",
};

function im2Col(node: NodeBuilder): Value {
  // `depthwise` orders a hardware stream, and `input_shape` repeats the operand's.
  node.ignore("depthwise", "input_shape");
  const attributes = readAttributes(node, IM2COL_ATTRIBUTES);
  return node.emit(Im2Col, [node.value(0)], attributes);
}

const custom = (op: string, build: OnnxHandler["build"]): OnnxHandler => ({
  op,
  domains: CUSTOM_DOMAINS,
  build,
});
const channelsLast = (op: string, build: OnnxHandler["build"]): OnnxHandler => ({
  op,
  domains: [CHANNELS_LAST_DOMAIN],
  build,
});

const maxPool = poolSpecs[0]!;

export const qonnxOpHandlers: readonly OnnxHandler[] = [
  custom("MultiThreshold", multiThreshold),
  custom("Im2Col", im2Col),
  custom("XnorPopcountMatMul", (node) => node.emit(XnorPopcountMatMul, node.values())),
  custom("MaxPoolNHWC", (node) => poolOf(node, maxPool, "channels_last")),
  channelsLast("MaxPool", (node) => poolOf(node, maxPool, "channels_last")),
  channelsLast("BatchNormalization", (node) => batchNorm(node, "channels_last")),
  channelsLast("Conv", (node) => {
    const attributes = readAttributes(node, CONV_ATTRIBUTES);
    return node.emit(Conv, operandsOf(node), { ...attributes, layout: "channels_last" });
  }),
];

import type { Value } from "@gatefold/core";
import {
  AveragePool,
  Conv,
  ConvTranspose,
  GlobalAveragePool,
  GlobalMaxPool,
  LpPool,
  MaxPool,
  QuantAvgPool2d,
} from "@gatefold/dialect-nn";
import { handler, type OnnxHandler } from "../handler.js";
import type { NodeBuilder } from "../node-builder.js";
import { type AttributeMap, type DirectSpec, direct, directHandler, readAttributes } from "./attributes.js";
import { CUSTOM_DOMAINS } from "./domains.js";

const window = {
  auto_pad: "string",
  strides: "ints",
  dilations: "ints",
  pads: "ints",
  kernel_shape: "ints",
} as const;

export const CONV_ATTRIBUTES: AttributeMap = { ...window, group: "int" };
export const QUANT_AVG_POOL_ATTRIBUTES: AttributeMap = {
  stride: "int",
  kernel: "int",
  ibits: "int",
  obits: "int",
  signed: "bool",
};
const POOL_ATTRIBUTES: AttributeMap = { ...window, ceil_mode: "bool" };

/** Builds a pooling op, of which the first result alone is wanted. */
export function poolOf(
  node: NodeBuilder,
  { def, attributes }: DirectSpec,
  layout: "channels_first" | "channels_last" = "channels_first",
): Value {
  node.ignore("storage_order");
  if (node.node.outputs[1]) node.refuse("gives the indices of its maxima");
  return node.emit(def, [node.value(0)], { ...readAttributes(node, attributes), layout });
}

function quantAvgPool2d(node: NodeBuilder): Value {
  const attributes = readAttributes(node, QUANT_AVG_POOL_ATTRIBUTES);
  const layout = node.string("data_layout", "NCHW") === "NHWC" ? "channels_last" : "channels_first";
  return node.emit(QuantAvgPool2d, [node.value(0)], { ...attributes, layout });
}

/** The rows of convolutions and pools; their layout is the domain's. */
export const convSpecs: readonly DirectSpec[] = [
  direct("Conv", Conv, CONV_ATTRIBUTES),
  direct("ConvTranspose", ConvTranspose, {
    ...CONV_ATTRIBUTES,
    output_padding: "ints",
    output_shape: "ints",
  }),
  direct("GlobalAveragePool", GlobalAveragePool),
  direct("GlobalMaxPool", GlobalMaxPool),
];

export const poolSpecs: readonly DirectSpec[] = [
  direct("MaxPool", MaxPool, POOL_ATTRIBUTES),
  direct("AveragePool", AveragePool, { ...POOL_ATTRIBUTES, count_include_pad: "bool" }),
  direct("LpPool", LpPool, { ...POOL_ATTRIBUTES, p: "int" }),
];

export const convHandlers: readonly OnnxHandler[] = [
  ...convSpecs.map(directHandler),
  ...poolSpecs.map((spec) => handler(spec.op, (node) => poolOf(node, spec))),
  { op: "QuantAvgPool2d", domains: CUSTOM_DOMAINS, build: quantAvgPool2d },
];

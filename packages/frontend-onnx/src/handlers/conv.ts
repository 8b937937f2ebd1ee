import type { AttrSchema, OpDef, Value } from "@gatefold/core";
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
import { type AttributeMap, direct, readAttributes } from "./attributes.js";

const window = {
  auto_pad: "string",
  strides: "ints",
  dilations: "ints",
  pads: "ints",
  kernel_shape: "ints",
} as const;

export const CONV_ATTRIBUTES: AttributeMap = { ...window, group: "int" };
const POOL_ATTRIBUTES: AttributeMap = { ...window, ceil_mode: "bool" };

/** Operands of a convolution; the bias may be left out. */
export const convOperands = (node: NodeBuilder): Value[] =>
  [0, 1, 2].filter((i) => node.has(i)).map((i) => node.value(i));

/** Builds a pooling op whose first result alone is wanted. */
export function poolOf<S extends AttrSchema>(
  node: NodeBuilder,
  def: OpDef<S>,
  extra: AttributeMap = {},
  layout: "channels_first" | "channels_last" = "channels_first",
): Value {
  node.ignore("storage_order");
  if (node.node.outputs[1]) node.refuse("gives the indices of its maxima");
  const attributes = { ...readAttributes(node, { ...POOL_ATTRIBUTES, ...extra }), layout };
  return node.emit(def, [node.value(0)], attributes as never);
}

function quantAvgPool2d(node: NodeBuilder): Value {
  const attributes = readAttributes(node, {
    stride: "int",
    kernel: "int",
    ibits: "int",
    obits: "int",
    signed: "bool",
  });
  const layout = node.string("data_layout", "NCHW") === "NHWC" ? "channels_last" : "channels_first";
  return node.emit(QuantAvgPool2d, [node.value(0)], { ...attributes, layout });
}

export const convHandlers: readonly OnnxHandler[] = [
  handler("Conv", (node) => node.emit(Conv, convOperands(node), readAttributes(node, CONV_ATTRIBUTES))),
  handler("ConvTranspose", (node) => {
    const map = { ...CONV_ATTRIBUTES, output_padding: "ints", output_shape: "ints" } as const;
    return node.emit(ConvTranspose, convOperands(node), readAttributes(node, map));
  }),
  handler("MaxPool", (node) => poolOf(node, MaxPool)),
  handler("AveragePool", (node) => poolOf(node, AveragePool, { count_include_pad: "bool" })),
  handler("LpPool", (node) => poolOf(node, LpPool, { p: "int" })),
  direct("GlobalAveragePool", GlobalAveragePool),
  direct("GlobalMaxPool", GlobalMaxPool),
  {
    op: "QuantAvgPool2d",
    domains: ["qonnx.custom_op.general", "finn.custom_op.general", "qonnx"],
    build: quantAvgPool2d,
  },
];

import type { Value } from "@gatefold/core";
import { BatchNorm, InstanceNorm, LayerNorm, Lrn } from "@gatefold/dialect-nn";
import { handler, type OnnxHandler } from "../handler.js";
import type { NodeBuilder } from "../node-builder.js";
import { type DirectSpec, direct, directHandler, operandsOf, readAttributes } from "./attributes.js";

/** Batch normalization with its trained statistics. */
export function batchNorm(
  node: NodeBuilder,
  layout: "channels_first" | "channels_last" = "channels_first",
): Value {
  node.ignore("momentum", "is_test");
  if (node.int("training_mode", 0) !== 0 || node.node.outputs.slice(1).some(Boolean)) {
    node.refuse("is in training mode", "export the model with training=TrainingMode.EVAL");
  }
  if (node.int("spatial", 1) === 0) node.refuse("keeps statistics per position");
  const operands = [0, 1, 2, 3, 4].map((i) => node.value(i));
  return node.emit(BatchNorm, operands, { ...readAttributes(node, { epsilon: "float" }), layout });
}

const instanceNorm = direct("InstanceNormalization", InstanceNorm, { epsilon: "float" });
const lrn = direct("LRN", Lrn, { size: "int", alpha: "float", beta: "float", bias: "float" });
const layerNorm = direct("LayerNormalization", LayerNorm, { axis: "int", epsilon: "float" });

export const normSpecs: readonly DirectSpec[] = [
  direct("BatchNormalization", BatchNorm, { epsilon: "float" }),
  instanceNorm,
  layerNorm,
  lrn,
];

export const normHandlers: readonly OnnxHandler[] = [
  handler("BatchNormalization", (node) => batchNorm(node)),
  directHandler(instanceNorm),
  directHandler(lrn),
  handler("LayerNormalization", (node) => {
    node.ignore("stash_type");
    if (node.node.outputs.slice(1).some(Boolean)) node.refuse("gives its mean or deviation");
    return node.emit(LayerNorm, operandsOf(node), readAttributes(node, layerNorm.attributes));
  }),
];

import { isFloat, type Value } from "@gatefold/core";
import { scaleSign } from "../diagnostics.js";
import type { NodeBuilder } from "../node-builder.js";

/**
 * Refuses a quantizer's constant scale that is zero, or negative while `x` is an activation. A negative scale of a
 * weight only moves its sign into the codes.
 */
export function checkScale(node: NodeBuilder, x: Value, scale: Value): void {
  const tensor = isFloat(scale.type.elem) ? node.folded(scale) : undefined;
  if (!tensor) return;
  const values = tensor.data as Float64Array;
  if (values.includes(0)) node.fail(scaleSign(node.node.op, "zero", node.loc));
  if (values.some((v) => v < 0) && !node.isConstant(x))
    node.fail(scaleSign(node.node.op, "negative", node.loc));
}

import { reshaped, type Value } from "@gatefold/core";
import { Reshape } from "@gatefold/dialect-nn";
import type { NodeBuilder } from "../node-builder.js";

/** The value under another shape; a constant is reshaped at once. */
export function reshape(node: NodeBuilder, value: Value, shape: readonly number[]): Value {
  if (value.type.shape.length === shape.length && shape.every((d, i) => d === value.type.shape[i]))
    return value;
  const constant = node.folded(value);
  return constant ? node.make(reshaped(constant, shape)) : node.emit(Reshape, [value], { shape });
}

/** A list along `axis` of a tensor of `rank` axes, shaped so that it broadcasts; a scalar stays one. */
export function alignTo(node: NodeBuilder, value: Value, rank: number, axis: number): Value {
  const { shape } = value.type;
  if (shape.length !== 1) return value;
  if (shape[0] === 1) return reshape(node, value, []);
  const target = new Array<number>(rank).fill(1);
  target[axis] = shape[0]!;
  return reshape(node, value, target);
}

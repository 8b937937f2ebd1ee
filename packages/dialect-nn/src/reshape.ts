import {
  type AttrSchema,
  type AttrsOf,
  attr,
  defineOp,
  type OpDef,
  product,
  reshaped,
  tensor,
} from "@gatefold/core";
import type { IntAttr, IntsAttr } from "./attrs.js";
import { Movement } from "./traits.js";
import { frontAxes, operandType, requireThat } from "./types.js";

/** Defines an op that keeps the elements in order and gives them another shape. `shape` throws `InferError`. */
function reshape<const S extends AttrSchema>(
  name: string,
  summary: string,
  attrs: S,
  shape: (from: readonly number[], attrs: AttrsOf<S>) => readonly number[],
  evaluated: (from: readonly number[], attrs: AttrsOf<S>) => readonly number[] = shape,
): OpDef<S> {
  return defineOp<S>({
    name,
    summary,
    operands: ["x"],
    attrs,
    infer: ({ operands, attrs: values }) => {
      const x = operandType(operands, 0);
      return [tensor(x.elem, shape(x.shape, values))];
    },
    evaluate: ([x], values) => [reshaped(x!, evaluated(x!.shape, values))],
    interfaces: [Movement.of({ movesOnly: true })],
  });
}

/** The target with −1 replaced by what the other sizes leave. */
function resolveShape(from: readonly number[], target: readonly number[]): number[] {
  const count = product(from);
  const known = product(target.filter((d) => d !== -1));
  const open = target.filter((d) => d === -1).length;
  requireThat(
    target.every((d) => d >= -1) && open <= 1,
    "C1",
    () => `[${target}] is not a shape with at most one -1`,
  );
  requireThat(
    open === 1 ? known !== 0 && count % known === 0 : count === known,
    "C2",
    () => `[${from}] has ${count} elements, which do not fill [${target}]`,
  );
  return target.map((d) => (d === -1 ? count / known : d));
}

/**
 * The same elements in the same order under the shape `shape`, where one −1 stands for what is left, and 0 for 0.
 *
 * Evaluated on `k` times the elements that a `shape` without −1 holds, the first axis is `k` times as long: the op
 * serves any batch when its first axis is the batch.
 *
 * - Constraints: (C1) sizes are not negative but for one −1; (C2) the elements fill the shape.
 *
 * Source: ONNX Reshape-21, with the shape constant and 0 resolved.
 */
export const Reshape: OpDef<{ readonly shape: IntsAttr }> = reshape(
  "nn.reshape",
  "The same elements under another shape.",
  { shape: attr.ints() },
  (from, { shape }) => resolveShape(from, shape),
  (from, { shape }) => {
    const held = product(shape);
    const ratio = product(from) / held;
    const scaled = held > 0 && ratio > 1 && Number.isInteger(ratio) && shape.length > 0;
    return resolveShape(from, scaled ? shape.map((d, i) => (i === 0 ? d * ratio : d)) : shape);
  },
);

/**
 * Two axes: those before `axis`, and the rest.
 *
 * - Constraint: (C1) `axis` is `−rank … rank`.
 *
 * Source: ONNX Flatten-13.
 */
export const Flatten: OpDef<{ readonly axis: IntAttr }> = reshape(
  "nn.flatten",
  "Two axes: those before `axis`, and the rest.",
  { axis: attr.int(1) },
  (from, { axis }) => {
    const at = axis < 0 ? axis + from.length : axis;
    requireThat(at >= 0 && at <= from.length, "C1", () => `axis ${axis} is outside rank ${from.length}`);
    return [product(from.slice(0, at)), product(from.slice(at))];
  },
);

/**
 * Drops the axes `axes`.
 *
 * - Constraints: (C1) `axes` are axes of `x`, none twice; (C2) each has size 1.
 *
 * Source: ONNX Squeeze-13, with the axes constant and named.
 */
export const Squeeze: OpDef<{ readonly axes: IntsAttr }> = reshape(
  "nn.squeeze",
  "Drops axes of size 1.",
  { axes: attr.ints() },
  (from, { axes }) => {
    const gone = frontAxes(axes, from.length, "C1");
    for (const axis of gone) {
      requireThat(from[axis] === 1, "C2", () => `axis ${axis} of [${from}] has size ${from[axis]}, not 1`);
    }
    return from.filter((_, i) => !gone.includes(i));
  },
);

/**
 * Inserts axes of size 1, at the positions `axes` of the result.
 *
 * - Constraint: (C1) `axes` are axes of the result, none twice.
 *
 * Source: ONNX Unsqueeze-13, with the axes constant.
 */
export const Unsqueeze: OpDef<{ readonly axes: IntsAttr }> = reshape(
  "nn.unsqueeze",
  "Inserts axes of size 1.",
  { axes: attr.ints() },
  (from, { axes }) => {
    const rank = from.length + axes.length;
    const added = frontAxes(axes, rank, "C1");
    const rest = [...from];
    return Array.from({ length: rank }, (_, i) => (added.includes(i) ? 1 : rest.shift()!));
  },
);

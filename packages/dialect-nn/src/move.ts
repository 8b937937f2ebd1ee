import { attr, broadcastShapes, type OpDef, strides } from "@gatefold/core";
import { type IntsAttr, type OptionalInts, optionalInts } from "./attrs.js";
import { moveAxes } from "./move-axes.js";
import { axisOffsets } from "./tensors.js";
import { frontAxes, reject, requireThat } from "./types.js";

/**
 * The axes in the order `perm`, or reversed when it is left out.
 *
 * - Constraints: (C1) `perm` names each axis of `x` once.
 *
 * Source: ONNX Transpose-13.
 */
export const Transpose: OpDef<{ readonly perm: OptionalInts }> = moveAxes(
  "nn.transpose",
  "The axes in another order.",
  { perm: optionalInts },
  (shape, { perm }) => {
    const order = perm ?? shape.map((_, i) => shape.length - 1 - i);
    requireThat(
      order.length === shape.length && order.every((axis) => axis >= 0),
      "C1",
      () => `perm [${order}] does not name the ${shape.length} axes once each`,
    );
    const steps = strides(shape);
    return frontAxes(order, shape.length, "C1").map((axis) =>
      axisOffsets(shape[axis]!, steps[axis]!, (j) => j),
    );
  },
);

/**
 * The shape broadcast together with `shape`: axes of size 1 are repeated.
 *
 * - Constraint: (C1) the two shapes broadcast.
 *
 * Source: ONNX Expand-13, with the shape constant.
 */
export const Expand: OpDef<{ readonly shape: IntsAttr }> = moveAxes(
  "nn.expand",
  "Repeats axes of size 1.",
  { shape: attr.ints() },
  (from, { shape }) => {
    const out = broadcastShapes(from, shape);
    if (!out) return reject("C1", `[${from}] and [${shape}] do not broadcast`);
    const steps = strides(from);
    return out.map((size, i) => {
      const axis = i - (out.length - from.length);
      return axisOffsets(size, steps[axis] ?? 0, (j) => (axis < 0 || from[axis] === 1 ? 0 : j));
    });
  },
);

/**
 * `x` repeated `repeats[i]` times along axis `i`.
 *
 * - Constraint: (C1) `repeats` has one number, not negative, per axis.
 *
 * Source: ONNX Tile-13, with the repeats constant.
 */
export const Tile: OpDef<{ readonly repeats: IntsAttr }> = moveAxes(
  "nn.tile",
  "The tensor repeated along its axes.",
  { repeats: attr.ints() },
  (shape, { repeats }) => {
    requireThat(
      repeats.length === shape.length && repeats.every((n) => n >= 0),
      "C1",
      () => `repeats [${repeats}] do not fit rank ${shape.length}`,
    );
    const steps = strides(shape);
    return shape.map((size, i) => axisOffsets(size * repeats[i]!, steps[i]!, (j) => j % size));
  },
);

type SliceAttrs = {
  readonly starts: IntsAttr;
  readonly ends: IntsAttr;
  readonly axes: OptionalInts;
  readonly steps: OptionalInts;
};

/** First position, step and count that Python's `start:end:step` takes from `size` elements. */
function sliceRange(start: number, end: number, step: number, size: number): [first: number, count: number] {
  const low = step > 0 ? 0 : -1;
  const high = step > 0 ? size : size - 1;
  const bound = (v: number): number => Math.min(Math.max(v < 0 ? v + size : v, low), high);
  const first = bound(start);
  return [first, Math.max(0, Math.ceil((bound(end) - first) / step))];
}

/**
 * Python's `x[starts:ends:steps]` on the axes `axes` (the first ones when left out). Positions may be negative,
 * counted from the end, and are clamped to the axis.
 *
 * - Constraints: (C1) the lists have one length; (C2) `axes` are axes of `x`, none twice; (C3) no step is 0.
 *
 * Source: ONNX Slice-13, with all lists constant.
 */
export const Slice: OpDef<SliceAttrs> = moveAxes<SliceAttrs>(
  "nn.slice",
  "Python's x[start:end:step] per axis.",
  { starts: attr.ints(), ends: attr.ints(), axes: optionalInts, steps: optionalInts },
  (shape, { starts, ends, axes, steps }) => {
    const named = frontAxes(axes ?? starts.map((_, i) => i), shape.length, "C2");
    const strideOf = strides(shape);
    const lengths = [starts, ends, named, steps ?? starts].map((list) => list.length);
    requireThat(new Set(lengths).size === 1, "C1", () => `the lists have lengths ${lengths.join(", ")}`);
    requireThat(!steps?.includes(0), "C3", () => "a step is 0");
    return shape.map((size, axis) => {
      const at = named.indexOf(axis);
      if (at < 0) return axisOffsets(size, strideOf[axis]!, (j) => j);
      const step = steps?.[at] ?? 1;
      const [first, count] = sliceRange(starts[at]!, ends[at]!, step, size);
      return axisOffsets(count, strideOf[axis]!, (j) => first + j * step);
    });
  },
);

import type { Value } from "@gatefold/core";
import { Resize, ResizeLinear } from "@gatefold/dialect-nn";
import { handler, type OnnxHandler } from "../handler.js";
import type { NodeBuilder } from "../node-builder.js";

interface Extent {
  readonly scales?: readonly number[];
  readonly sizes?: readonly number[];
}

function emit(node: NodeBuilder, mode: string, extent: Extent, coordinates: string, nearest: string): Value {
  const common = { ...extent, coordinate_transformation_mode: coordinates as "asymmetric" };
  if (mode === "nearest")
    return node.emit(Resize, [node.value(0)], { ...common, nearest_mode: nearest as "floor" });
  if (mode === "linear") return node.emit(ResizeLinear, [node.value(0)], common);
  return node.refuse(`has mode ${mode}`, "use nearest or linear");
}

/** A list over `axes`, spread over all axes. */
function spread(
  values: readonly number[],
  axes: readonly number[],
  shape: readonly number[],
  rest: (axis: number) => number,
): number[] {
  return shape.map(
    (_, axis) => values[axes.findIndex((a) => (a < 0 ? a + shape.length : a) === axis)] ?? rest(axis),
  );
}

/** Sizes that keep the aspect ratio: the common scale is the least (`not_larger`) or largest of those asked for. */
function keepAspect(
  policy: string,
  sizes: readonly number[],
  axes: readonly number[],
  shape: readonly number[],
): Extent {
  const ratios = axes.map((axis, i) => sizes[i]! / shape.at(axis)!);
  const scale = policy === "not_larger" ? Math.min(...ratios) : Math.max(...ratios);
  const scales = spread(
    axes.map(() => scale),
    axes,
    shape,
    () => 1,
  );
  return { scales, sizes: shape.map((size, axis) => Math.floor(size * scales[axis]! + 0.5)) };
}

function resizeExtent(node: NodeBuilder): Extent {
  const shape = node.shape(0);
  const axes = node.intList("axes") ?? shape.map((_, i) => i);
  const policy = node.string("keep_aspect_ratio_policy", "stretch");
  if (node.has(3)) {
    const sizes = node.ints(3, "sizes");
    if (policy !== "stretch") return keepAspect(policy, sizes, axes, shape);
    return { sizes: spread(sizes, axes, shape, (axis) => shape[axis]!) };
  }
  const scales = Array.from(node.constant(2, "scales").data as Float32Array);
  return { scales: spread(scales, axes, shape, () => 1) };
}

function resize(node: NodeBuilder): Value {
  const mode = node.string("mode", "nearest");
  if (node.opset < 11) {
    return emit(
      node,
      mode,
      { scales: Array.from(node.constant(1, "scales").data as Float32Array) },
      "asymmetric",
      "floor",
    );
  }
  node.ignore("cubic_coeff_a", "exclude_outside", "extrapolation_value");
  const coordinates = node.string("coordinate_transformation_mode", "half_pixel");
  if (coordinates === "tf_crop_and_resize") node.refuse("crops", "crop with Slice before it");
  if (node.int("antialias", 0) !== 0) node.refuse("smooths against aliasing", "export it with antialias=0");
  return emit(node, mode, resizeExtent(node), coordinates, node.string("nearest_mode", "round_prefer_floor"));
}

function upsample(node: NodeBuilder): Value {
  const scales =
    node.opset < 9
      ? node.attribute("scales", "floats")
      : Array.from(node.constant(1, "scales").data as Float32Array);
  return emit(node, node.string("mode", "nearest"), scales ? { scales } : {}, "asymmetric", "floor");
}

export const resizeHandlers: readonly OnnxHandler[] = [
  handler("Resize", resize, { since: 10 }),
  handler("Upsample", upsample, { until: 9 }),
];

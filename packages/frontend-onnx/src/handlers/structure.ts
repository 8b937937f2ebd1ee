import type { Value } from "@gatefold/core";
import {
  Concat,
  DepthToSpace,
  Expand,
  Flatten,
  Gather,
  GatherElements,
  GatherND,
  Pad,
  Reshape,
  Slice,
  SpaceToDepth,
  Split,
  Squeeze,
  Tile,
  Transpose,
  Trilu,
  Unsqueeze,
} from "@gatefold/dialect-nn";
import { handler, type OnnxHandler } from "../handler.js";
import type { NodeBuilder } from "../node-builder.js";
import { countElements } from "../tensor-in.js";
import { type DirectSpec, direct, directHandler, readAttributes } from "./attributes.js";

/** Axes are an attribute before `since` and operand 1 from then on. */
function axesOf(node: NodeBuilder, since: number): number[] | undefined {
  if (node.opset < since) return node.intList("axes");
  return node.has(1) ? node.ints(1, "axes") : undefined;
}

/** 0 copies a size of the operand unless `allowzero`; −1 is what is left. */
function reshape(node: NodeBuilder): Value {
  const from = node.shape(0);
  const wanted = node.ints(1, "a shape");
  const keepsZeros = node.int("allowzero", 0) !== 0;
  const sizes = wanted.map((d, i) =>
    d === 0 && !keepsZeros ? (from[i] ?? node.refuse("copies a size that is not there")) : d,
  );
  const known = countElements(sizes.filter((d) => d !== -1));
  const whole = sizes.map((d) => (d === -1 ? countElements(from) / known : d));
  return node.emit(Reshape, [node.value(0)], { shape: whole });
}

function slice(node: NodeBuilder): Value {
  if (node.opset < 10) {
    const starts = node.intList("starts") ?? node.refuse("has no attribute `starts`");
    const ends = node.intList("ends") ?? node.refuse("has no attribute `ends`");
    const axes = node.intList("axes");
    return node.emit(Slice, [node.value(0)], { starts, ends, ...(axes ? { axes } : {}) });
  }
  const optional = (index: number, what: string): number[] | undefined =>
    node.has(index) ? node.ints(index, what) : undefined;
  const [axes, steps] = [optional(3, "axes"), optional(4, "steps")];
  return node.emit(Slice, [node.value(0)], {
    starts: node.ints(1, "starts"),
    ends: node.ints(2, "ends"),
    ...(axes ? { axes } : {}),
    ...(steps ? { steps } : {}),
  });
}

function split(node: NodeBuilder): readonly Value[] {
  const rank = node.shape(0).length;
  const axis = node.int("axis", 0);
  const size = node.shape(0)[axis < 0 ? axis + rank : axis] ?? node.refuse(`has no axis ${axis}`);
  const count = node.int("num_outputs") ?? node.node.outputs.length;
  const given = node.opset < 13 ? node.intList("split") : node.has(1) ? node.ints(1, "sizes") : undefined;
  // Parts are equal but for the last, which may be smaller.
  const part = Math.ceil(size / count);
  const sizes =
    given ?? Array.from({ length: count }, (_, i) => Math.max(0, Math.min(part, size - i * part)));
  return node.emitAll(Split, [node.value(0)], { axis, split: sizes });
}

/** Pads of every axis, all begins first; `axes` may name those that are given. */
function allPads(node: NodeBuilder, pads: readonly number[]): number[] {
  const rank = node.shape(0).length;
  const axes = node.has(3) ? node.ints(3, "axes") : node.shape(0).map((_, i) => i);
  if (pads.length !== 2 * axes.length) node.refuse(`has ${pads.length} pads for ${axes.length} axes`);
  const out = new Array<number>(2 * rank).fill(0);
  axes.forEach((axis, i) => {
    const front = axis < 0 ? axis + rank : axis;
    out[front] = pads[i]!;
    out[front + rank] = pads[i + axes.length]!;
  });
  return out;
}

function pad(node: NodeBuilder): Value {
  const mode = node.string("mode", "constant");
  const given =
    node.opset < 11 ? (node.intList("pads") ?? node.refuse("has no attribute `pads`")) : node.ints(1, "pads");
  const operands = [node.value(0)];
  if (mode === "constant") {
    const elem = node.elem(0);
    if (node.opset >= 11 && node.has(2)) operands.push(node.value(2));
    else operands.push(node.makeFrom(elem, [], [node.opset < 11 ? node.float("value", 0) : 0]));
  }
  return node.emit(Pad, operands, { pads: allPads(node, given), mode: mode as "constant" });
}

/** Without axes, every axis of size 1 goes. */
function squeeze(node: NodeBuilder): Value {
  const axes = axesOf(node, 13) ?? node.shape(0).flatMap((size, axis) => (size === 1 ? [axis] : []));
  return node.emit(Squeeze, [node.value(0)], { axes });
}

function transpose(node: NodeBuilder): Value {
  const perm = node.intList("perm") ?? node.shape(0).map((_, i, all) => all.length - 1 - i);
  return node.emit(Transpose, [node.value(0)], { perm });
}

export const structureSpecs: readonly DirectSpec[] = [
  direct("Concat", Concat, { axis: "int" }),
  direct("DepthToSpace", DepthToSpace, { blocksize: "int", mode: "string" }),
  direct("SpaceToDepth", SpaceToDepth, { blocksize: "int" }),
  direct("Flatten", Flatten, { axis: "int" }),
  direct("Gather", Gather, { axis: "int" }),
  direct("GatherElements", GatherElements, { axis: "int" }),
  direct("GatherND", GatherND, { batch_dims: "int" }),
];

export const structureHandlers: readonly OnnxHandler[] = [
  ...structureSpecs.map(directHandler),
  handler("Expand", (node) => node.emit(Expand, [node.value(0)], { shape: node.ints(1, "a shape") })),
  handler("Pad", pad),
  handler("Reshape", reshape),
  handler("Slice", slice),
  handler("Split", split),
  handler("Squeeze", squeeze),
  handler("Tile", (node) => node.emit(Tile, [node.value(0)], { repeats: node.ints(1, "repeats") })),
  handler("Transpose", transpose),
  handler("Trilu", (node) =>
    node.emit(Trilu, [node.value(0)], {
      ...readAttributes(node, { upper: "bool" }),
      k: node.has(1) ? node.number(1, "a diagonal") : 0,
    }),
  ),
  handler("Unsqueeze", (node) =>
    node.emit(Unsqueeze, [node.value(0)], { axes: axesOf(node, 13) ?? node.refuse("has no axes") }),
  ),
];

import { type Op, product, type Value } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import * as q from "@gatefold/dialect-q";
import type { HwLoweringModel, KernelSite } from "./lowering.js";

interface Transposed {
  readonly rows: number;
  readonly columns: number;
  /** Elements that stay together. */
  readonly chunk: number;
  readonly shape: readonly number[];
}

/** A transpose of chunks, which is another shape alone where one of its sides is 1. */
function transpose(x: Value, at: Transposed, { graph, loc }: KernelSite): Value {
  if (at.rows > 1 && at.columns > 1) return hw.Transpose.build(graph, [x], at, { loc });
  return `${x.type.shape}` === `${at.shape}` ? x : hw.Reshape.build(graph, [x], { shape: at.shape }, { loc });
}

/**
 * Channels of a row of pixels as rows of pixels: `<W x a x b·D>` becomes `<a x W x b·D>`, a row of memory. Channels whose
 * depth stands outermost (CRD) take their places before, a pixel of memory.
 */
export const lowerDepthToSpace: HwLoweringModel["lower"] = (op, site) => {
  if (!q.DepthToSpace.is(op)) return "it is no depth to space";
  const { block, mode } = op.attrs;
  const [rows, columns] = block as [number, number];
  const { shape } = op.result().type;
  const from = op.operand(0).type.shape;
  const depth = shape[3]!;
  const [x] = site.operands as [Value];
  const placed =
    mode === "DCR" ? x : transpose(x, { rows: depth, columns: product(block), chunk: 1, shape: from }, site);
  return [transpose(placed, { rows: from[2]!, columns: rows, chunk: columns * depth, shape }, site)];
};

/** Rows of pixels as channels of a row of pixels: `<a x W/b x b·C>` becomes `<W/b x a x b·C>`. */
export const lowerSpaceToDepth: HwLoweringModel["lower"] = (op, site) => {
  if (!q.SpaceToDepth.is(op)) return "it is no space to depth";
  const [rows, columns] = op.attrs.block as [number, number];
  const { shape } = op.result().type;
  const chunk = columns * op.operand(0).type.shape[3]!;
  const [x] = site.operands as [Value];
  return [transpose(x, { rows, columns: shape[2]!, chunk, shape }, site)];
};

export const lowerCrop: HwLoweringModel["lower"] = (op: Op, { graph, operands, loc }) => {
  if (!q.Crop.is(op)) return "it is no crop";
  return [hw.Crop.build(graph, operands, { margins: op.attrs.margins }, { loc })];
};

import { attr, defineOp, numbers, type OpDef, product, strides, type Tensor, tensor } from "@gatefold/core";
import type { IntAttr } from "./attrs.js";
import { frontPosition } from "./positions.js";
import { pick } from "./tensors.js";
import { Movement } from "./traits.js";
import { frontAxis, operandType, requireDomain, requireThat } from "./types.js";

/**
 * For each element of `indices`, the element of `x` at the same place but for `axis`, where the index says it.
 *
 * - Operands: `x`; `indices`, integers, of the rank of `x` and not larger but along `axis`.
 * - Result: in the shape of `indices`.
 * - Constraints: (C1) `axis` is an axis of `x`; (C2) `indices` are integers; (C3) the shapes fit.
 *
 * Movement of `x` only. Source: ONNX GatherElements-13.
 */
export const GatherElements: OpDef<{ readonly axis: IntAttr }> = defineOp({
  name: "nn.gather_elements",
  summary: "Elements at given positions along an axis, one by one.",
  operands: ["x", "indices"],
  attrs: { axis: attr.int(0) },
  infer: ({ operands, attrs }) => {
    const [x, indices] = [operandType(operands, 0), operandType(operands, 1)];
    requireDomain(indices, "integer", "C2", "indices");
    const axis = frontAxis(attrs.axis, x.shape.length, "C1");
    const fits = indices.shape.every((d, i) => i === axis || d <= x.shape[i]!);
    requireThat(
      indices.shape.length === x.shape.length && fits,
      "C3",
      () => `indices [${indices.shape}] do not fit [${x.shape}]`,
    );
    return [tensor(x.elem, indices.shape)];
  },
  evaluate: ([x, indices], attrs) => {
    const axis = frontAxis(attrs.axis, x!.shape.length, "C1");
    const wanted = numbers(indices!);
    const [from, to] = [strides(x!.shape), strides(indices!.shape)];
    const index = Int32Array.from({ length: wanted.length }, (_, i) =>
      indices!.shape.reduce((at, d, k) => {
        const here = k === axis ? frontPosition(wanted[i]!, x!.shape[k]!) : Math.floor(i / to[k]!) % d;
        return at + here * from[k]!;
      }, 0),
    );
    return [pick(x!, indices!.shape, index)];
  },
  interfaces: [Movement.of({ movesOnly: true })],
});

/** Shape of the slices that `nn.gather_nd` takes. (C2), (C3). */
function sliceShape(x: readonly number[], indices: readonly number[], batchDims: number): number[] {
  const depth = indices.at(-1);
  requireThat(
    depth !== undefined && batchDims < indices.length && batchDims + depth <= x.length,
    "C2",
    () => `indices [${indices}] with ${batchDims} batch axes do not fit [${x}]`,
  );
  requireThat(
    x.slice(0, batchDims).every((d, i) => d === indices[i]),
    "C3",
    () => `the batch axes of [${x}] and [${indices}] differ`,
  );
  return x.slice(batchDims + depth!);
}

/**
 * The slices of `x` at positions that the last axis of `indices` holds, after `batch_dims` axes that both share.
 *
 * - Operands: `x`; `indices` `<batch x … x depth>`, integers.
 * - Result: `<batch x … x slice>`.
 * - Constraints: (C1) `indices` are integers; (C2) `depth` is at most the axes that are left; (C3) the batch axes agree.
 *
 * Movement of `x` only. Source: ONNX GatherND-13.
 */
export const GatherND: OpDef<{ readonly batch_dims: IntAttr }> = defineOp({
  name: "nn.gather_nd",
  summary: "Slices at given positions along several axes.",
  operands: ["x", "indices"],
  attrs: { batch_dims: attr.int(0) },
  infer: ({ operands, attrs }) => {
    const [x, indices] = [operandType(operands, 0), operandType(operands, 1)];
    requireDomain(indices, "integer", "C1", "indices");
    const slice = sliceShape(x.shape, indices.shape, attrs.batch_dims);
    return [tensor(x.elem, [...indices.shape.slice(0, -1), ...slice])];
  },
  evaluate: ([x, indices], attrs) => [gatherNd(x!, indices!, attrs.batch_dims)],
  interfaces: [Movement.of({ movesOnly: true })],
});

function gatherNd(x: Tensor, indices: Tensor, batchDims: number): Tensor {
  const slice = sliceShape(x.shape, indices.shape, batchDims);
  const depth = indices.shape.at(-1)!;
  const run = product(slice);
  const steps = strides(x.shape);
  const wanted = numbers(indices);
  const outer = product(indices.shape.slice(0, -1));
  const perBatch = outer / product(x.shape.slice(0, batchDims));
  const index = new Int32Array(outer * run);
  for (let o = 0; o < outer; o++) {
    let base = Math.floor(o / perBatch) * product(x.shape.slice(batchDims));
    for (let d = 0; d < depth; d++) {
      const axis = batchDims + d;
      base += frontPosition(wanted[o * depth + d]!, x.shape[axis]!) * steps[axis]!;
    }
    for (let i = 0; i < run; i++) index[o * run + i] = base + i;
  }
  return pick(x, [...indices.shape.slice(0, -1), ...slice], index);
}

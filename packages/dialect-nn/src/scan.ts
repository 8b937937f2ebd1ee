import { attr, defineOp, makeTensor, type OpDef, tensor } from "@gatefold/core";
import type { BoolAttr, IntAttr } from "./attrs.js";
import { mapLanes } from "./lanes.js";
import { reals, storageLike, tensorOf } from "./tensors.js";
import { frontAxis, operandType, requireDomain, requireRank } from "./types.js";

type CumSumAttrs = { readonly axis: IntAttr; readonly exclusive: BoolAttr; readonly reverse: BoolAttr };

/**
 * Running sums along `axis`; without the element itself when `exclusive`, from the end when `reverse`.
 *
 * - Constraints: (C1) `x` is a number; (C2) `axis` is an axis of `x`.
 *
 * Source: ONNX CumSum-14, with the axis constant.
 */
export const CumSum: OpDef<CumSumAttrs> = defineOp<CumSumAttrs>({
  name: "nn.cum_sum",
  summary: "Running sums along an axis.",
  operands: ["x"],
  attrs: { axis: attr.int(), exclusive: attr.bool(false), reverse: attr.bool(false) },
  infer: ({ operands, attrs }) => {
    const x = operandType(operands, 0);
    requireDomain(x, "number", "C1", "x");
    frontAxis(attrs.axis, x.shape.length, "C2");
    return [tensor(x.elem, x.shape)];
  },
  evaluate: ([x], { axis, exclusive, reverse }) => {
    const at = frontAxis(axis, x!.shape.length, "C2");
    const sums = mapLanes(x!, at, x!.shape[at]!, (lane, out) => {
      let sum = 0;
      for (let j = 0; j < lane.length; j++) {
        const i = reverse ? lane.length - 1 - j : j;
        const before = sum;
        sum += lane[i]!;
        out[i] = exclusive ? before : sum;
      }
    });
    return [tensorOf(x!.elem, x!.shape, reals(sums))];
  },
});

/**
 * The last two axes as matrices, with 0 below (`upper`) or above the diagonal `k`.
 *
 * - Constraint: (C1) `x` has at least 2 axes.
 *
 * Source: ONNX Trilu-14, with `k` constant.
 */
export const Trilu: OpDef<{ readonly upper: BoolAttr; readonly k: IntAttr }> = defineOp({
  name: "nn.trilu",
  summary: "The upper or lower triangle of matrices.",
  operands: ["x"],
  attrs: { upper: attr.bool(true), k: attr.int(0) },
  infer: ({ operands }) => {
    const x = operandType(operands, 0);
    requireRank(x, 2, Number.POSITIVE_INFINITY, "C1", "x");
    return [tensor(x.elem, x.shape)];
  },
  evaluate: ([x], { upper, k }) => {
    const [rows, columns] = [x!.shape.at(-2)!, x!.shape.at(-1)!];
    const data = x!.data as Float64Array;
    const out = storageLike(data, data.length) as Float64Array;
    for (let i = 0; i < out.length; i++) {
      const diagonal = (i % columns) - (Math.floor(i / columns) % rows);
      if (upper ? diagonal >= k : diagonal <= k) out[i] = data[i]!;
    }
    return [makeTensor(x!.elem, x!.shape, out)];
  },
});

import { attr, defineOp, type OpDef, tensor } from "@gatefold/core";
import type { FloatAttr, IntAttr } from "./attrs.js";
import { mapLanes } from "./lanes.js";
import { reals, tensorOf } from "./tensors.js";
import { operandType, requireDomain, requireRank, requireThat } from "./types.js";

type LrnAttrs = {
  readonly size: IntAttr;
  readonly alpha: FloatAttr;
  readonly beta: FloatAttr;
  readonly bias: FloatAttr;
};

/**
 * Each element divided by `(bias + alpha/size · Σ x²)^beta`, the sum over the `size` channels around it.
 *
 * - Operand: `x` `<N x C x …>`, real. Result: as `x`.
 * - Constraints: (C1) `x` is real; (C2) `x` has at least 2 axes; (C3) `size` is at least 1.
 *
 * Source: ONNX LRN-13.
 */
export const Lrn: OpDef<LrnAttrs> = defineOp<LrnAttrs>({
  name: "nn.lrn",
  summary: "Normalization over neighbouring channels.",
  operands: ["x"],
  attrs: { size: attr.int(), alpha: attr.float(0.0001), beta: attr.float(0.75), bias: attr.float(1) },
  infer: ({ operands, attrs }) => {
    const x = operandType(operands, 0);
    requireDomain(x, "real", "C1", "x");
    requireRank(x, 2, Number.POSITIVE_INFINITY, "C2", "x");
    requireThat(attrs.size >= 1, "C3", () => `\`size\` is ${attrs.size}`);
    return [tensor(x.elem, x.shape)];
  },
  evaluate: ([x], { size, alpha, beta, bias }) => {
    const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
    const result = mapLanes(x!, 1, x!.shape[1]!, (lane, out) => {
      for (let c = 0; c < lane.length; c++) {
        const around = lane.subarray(Math.max(0, c - before), c + after + 1);
        const squares = around.reduce((sum, v) => sum + v * v, 0);
        out[c] = lane[c]! / (bias + (alpha / size) * squares) ** beta;
      }
    });
    return [tensorOf(x!.elem, x!.shape, reals(result))];
  },
});

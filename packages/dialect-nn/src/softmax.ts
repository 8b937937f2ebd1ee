import { attr, defineOp, type OpDef, tensor } from "@gatefold/core";
import type { IntAttr } from "./attrs.js";
import { largest, mapLanes } from "./lanes.js";
import { frontAxis, operandType, requireDomain } from "./types.js";

type AxisAttrs = { readonly axis: IntAttr };

/**
 * Defines an op that maps each line of elements along `axis` to a line of the same length.
 * (C1) `x` is real; (C2) `axis` is an axis of `x`.
 */
function laneOp(
  name: string,
  summary: string,
  fn: (lane: Float64Array, out: Float64Array) => void,
): OpDef<AxisAttrs> {
  return defineOp<AxisAttrs>({
    name,
    summary,
    operands: ["x"],
    attrs: { axis: attr.int(-1) },
    infer: ({ operands, attrs }) => {
      const x = operandType(operands, 0);
      requireDomain(x, "real", "C1", "x");
      frontAxis(attrs.axis, x.shape.length, "C2");
      return [tensor(x.elem, x.shape)];
    },
    evaluate: ([x], attrs) => {
      const axis = frontAxis(attrs.axis, x!.shape.length, "C2");
      return [{ ...mapLanes(x!, axis, x!.shape[axis]!, fn), elem: x!.elem }];
    },
  });
}

/** Sum of `e^(v − shift)`. */
function expSum(lane: Float64Array, shift: number): number {
  let sum = 0;
  for (const v of lane) sum += Math.exp(v - shift);
  return sum;
}

/** `eˣ / Σ eˣ` along `axis`. Real `x` of any shape; result of the same type. Source: ONNX Softmax-13. */
export const Softmax: OpDef<AxisAttrs> = laneOp("nn.softmax", "exp(x) / sum(exp(x)).", (lane, out) => {
  const top = largest(lane);
  const sum = expSum(lane, top);
  lane.forEach((v, i) => {
    out[i] = Math.exp(v - top) / sum;
  });
});

/** `x − ln Σ eˣ` along `axis`. Real `x` of any shape; result of the same type. Source: ONNX LogSoftmax-13. */
export const LogSoftmax: OpDef<AxisAttrs> = laneOp("nn.log_softmax", "x - ln(sum(exp(x))).", (lane, out) => {
  const top = largest(lane);
  const shift = top + Math.log(expSum(lane, top));
  lane.forEach((v, i) => {
    out[i] = v - shift;
  });
});

/** 1 at the first largest element along `axis`, else 0. Real `x` of any shape. Source: ONNX Hardmax-13. */
export const Hardmax: OpDef<AxisAttrs> = laneOp(
  "nn.hardmax",
  "1 at the first largest element, else 0.",
  (lane, out) => {
    out.fill(0);
    if (lane.length > 0) out[lane.indexOf(largest(lane))] = 1;
  },
);

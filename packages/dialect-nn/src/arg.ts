import { attr, defineOp, type OpDef, tensor } from "@gatefold/core";
import type { BoolAttr, IntAttr } from "./attrs.js";
import { mapLanes } from "./lanes.js";
import { tensorOf } from "./tensors.js";
import { frontAxis, operandType, requireDomain, requireThat } from "./types.js";

type ArgAttrs = {
  readonly axis: IntAttr;
  readonly keepdims: BoolAttr;
  readonly select_last_index: BoolAttr;
};

/** Defines a search along `axis`. (C1) `x` is a number; (C2) `axis` is an axis of `x`, and not empty. */
function argOp(name: string, summary: string, beats: (a: number, b: number) => boolean): OpDef<ArgAttrs> {
  const shapeOf = (shape: readonly number[], axis: number, keepdims: boolean): number[] =>
    keepdims ? shape.map((d, i) => (i === axis ? 1 : d)) : shape.filter((_, i) => i !== axis);
  return defineOp<ArgAttrs>({
    name,
    summary,
    operands: ["x"],
    attrs: { axis: attr.int(0), keepdims: attr.bool(true), select_last_index: attr.bool(false) },
    infer: ({ operands, attrs }) => {
      const x = operandType(operands, 0);
      requireDomain(x, "number", "C1", "x");
      const axis = frontAxis(attrs.axis, x.shape.length, "C2");
      requireThat(x.shape[axis] !== 0, "C2", () => `axis ${attrs.axis} of [${x.shape}] is empty`);
      return [tensor("i64", shapeOf(x.shape, axis, attrs.keepdims))];
    },
    evaluate: ([x], attrs) => {
      const axis = frontAxis(attrs.axis, x!.shape.length, "C2");
      const found = mapLanes(x!, axis, 1, (lane, out) => {
        let best = 0;
        for (let i = 1; i < lane.length; i++) {
          const [a, b] = [lane[i]!, lane[best]!];
          if (beats(a, b) || (attrs.select_last_index && a === b)) best = i;
        }
        out[0] = best;
      });
      return [tensorOf("i64", shapeOf(x!.shape, axis, attrs.keepdims), found.data as Float64Array)];
    },
  });
}

/**
 * Position of the largest element along `axis`: the first such, or the last when `select_last_index`. Result i64.
 * Source: ONNX ArgMax-13.
 */
export const ArgMax: OpDef<ArgAttrs> = argOp(
  "nn.arg_max",
  "Position of the largest element.",
  (a, b) => a > b,
);

/** Position of the smallest element; otherwise as `nn.arg_max`. Source: ONNX ArgMin-13. */
export const ArgMin: OpDef<ArgAttrs> = argOp(
  "nn.arg_min",
  "Position of the smallest element.",
  (a, b) => a < b,
);

type TopKAttrs = {
  readonly k: IntAttr;
  readonly axis: IntAttr;
  readonly largest: BoolAttr;
  readonly sorted: BoolAttr;
};

/**
 * The `k` largest (or smallest) elements along `axis`, best first, and their positions; of equal elements the one
 * with the lower position comes first. With `sorted` false the order is open in ONNX; here it is the same.
 *
 * - Operand: `x`. Results: values as `x`, and positions i64, both with `k` elements along `axis`.
 * - Constraints: (C1) `x` is a number; (C2) `axis` is an axis of `x`; (C3) `0 ≤ k ≤` its size.
 *
 * Source: ONNX TopK-11.
 */
export const TopK: OpDef<TopKAttrs> = defineOp<TopKAttrs>({
  name: "nn.top_k",
  summary: "The k largest or smallest elements along an axis, and their positions.",
  operands: ["x"],
  attrs: { k: attr.int(), axis: attr.int(-1), largest: attr.bool(true), sorted: attr.bool(true) },
  infer: ({ operands, attrs }) => {
    const x = operandType(operands, 0);
    requireDomain(x, "number", "C1", "x");
    const axis = frontAxis(attrs.axis, x.shape.length, "C2");
    const size = x.shape[axis]!;
    requireThat(
      attrs.k >= 0 && attrs.k <= size,
      "C3",
      () => `k is ${attrs.k} on an axis of ${size} elements`,
    );
    const shape = x.shape.map((d, i) => (i === axis ? attrs.k : d));
    return [tensor(x.elem, shape), tensor("i64", shape)];
  },
  evaluate: ([x], attrs) => {
    const axis = frontAxis(attrs.axis, x!.shape.length, "C2");
    const sign = attrs.largest ? 1 : -1;
    const best = (lane: Float64Array): number[] =>
      Array.from(lane.keys())
        .sort((i, j) => sign * (lane[j]! - lane[i]!) || i - j)
        .slice(0, attrs.k);
    const values = mapLanes(x!, axis, attrs.k, (lane, out) => out.set(best(lane).map((i) => lane[i]!)));
    const positions = mapLanes(x!, axis, attrs.k, (lane, out) => out.set(best(lane)));
    return [
      tensorOf(x!.elem, values.shape, values.data as Float64Array),
      tensorOf("i64", positions.shape, positions.data as Float64Array),
    ];
  },
});

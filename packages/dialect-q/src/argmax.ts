import {
  type AttrSpec,
  attr,
  defineOp,
  InferError,
  isInt,
  numbers,
  type OpDef,
  product,
  tensor,
  tensorFrom,
  unsignedBits,
} from "@gatefold/core";
import { ranged } from "./ranged.js";

/**
 * Index of the greatest element along the last axis; of equal ones the lowest index.
 *
 * - Operand: `x` `<… x C>`, integer codes.
 * - Result: `<… x 1>` when `keep_dims`, else `<…>`; the narrowest unsigned type for C − 1.
 * - Constraints: (C1) `x` is an integer type with at least one dimension.
 */
export const ArgMax: OpDef<{ readonly keep_dims: AttrSpec<boolean> }> = defineOp({
  name: "q.argmax",
  summary: "Index of the greatest element along the last axis; ties give the lowest index.",
  operands: ["x"],
  attrs: { keep_dims: attr.bool(true) },
  infer: ({ operands, attrs }) => {
    const x = operands[0]!;
    if (!isInt(x.elem) || x.shape.length === 0)
      throw new InferError("(C1) `x` is not an integer tensor with a dimension");
    const outer = x.shape.slice(0, -1);
    return [tensor(`u${unsignedBits(x.shape.at(-1)! - 1)}`, attrs.keep_dims ? [...outer, 1] : outer)];
  },
  evaluate: ([x], { keep_dims }) => {
    const width = x!.shape.at(-1)!;
    const outer = x!.shape.slice(0, -1);
    const xs = numbers(x!);
    const out = new Float64Array(product(outer));
    for (let r = 0; r < out.length; r++) {
      let best = 0;
      for (let c = 1; c < width; c++) if (xs[r * width + c]! > xs[r * width + best]!) best = c;
      out[r] = best;
    }
    return [tensorFrom(`u${unsignedBits(width - 1)}`, keep_dims ? [...outer, 1] : outer, out)];
  },
  interfaces: [ranged((op) => ({ lo: 0, hi: op.operand(0).type.shape.at(-1)! - 1 }))],
});

import {
  type AttrSpec,
  attr,
  defineOp,
  type ElemType,
  InferError,
  type IntegerRange,
  isInt,
  numbers,
  type OpDef,
  Ranged,
  type Tensor,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { HwLowering } from "@gatefold/pass-fold";
import { Squarer } from "./squarer.js";

/** Squares of integer codes; `elem` has to hold them. */
export function squares(x: Tensor, elem: ElemType): Tensor {
  return tensorFrom(elem, x.shape, Float64Array.from(numbers(x), (v) => v * v));
}

/** The range of `x²`: from 0 when `x` can change its sign. */
export function squareRange({ lo, hi }: IntegerRange): IntegerRange {
  const [a, b] = [lo * lo, hi * hi];
  return { lo: lo < 0 && hi > 0 ? 0 : Math.min(a, b), hi: Math.max(a, b) };
}

/**
 * `x²` on integers, what `hello.square` is between two quantizers.
 *
 * - Operand: `x`, integer codes. Result: like `x`, of type `elem`.
 * - Constraints: (C1) `x` is an integer type.
 *
 * `fold.lowering` says how it becomes hardware: one squarer, which folding then makes as wide as the rate asks.
 */
export const IntSquare: OpDef<{ readonly elem: AttrSpec<ElemType> }> = defineOp({
  name: "hello.int_square",
  summary: "x * x on integers.",
  operands: ["x"],
  attrs: { elem: attr.elem() },
  infer: ({ operands: [x], attrs }) => {
    if (!x || !isInt(x.elem)) throw new InferError(`(C1) \`x\` is ${x?.elem}, not an integer`);
    return [tensor(attrs.elem, x.shape)];
  },
  evaluate: ([x], { elem }) => [squares(x!, elem)],
  interfaces: [
    Ranged.of({ range: (_, [x]) => [squareRange(x!)] }),
    HwLowering.of({
      lower: (op, { graph, operands, loc }) => [
        Squarer.build(graph, operands, { elem: op.result().type.elem }, { loc }),
      ],
    }),
  ],
});

import {
  type AttrSpec,
  attr,
  defineOp,
  type ElemType,
  InferError,
  isInt,
  type OpDef,
  Ranged,
  tensor,
} from "@gatefold/core";
import { HwLowering } from "@gatefold/pass-fold";
import { Squarer } from "./squarer.js";
import { squareRange, squares } from "./squares.js";

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

import {
  type AttrSpec,
  attr,
  defineOp,
  InferError,
  type OpDef,
  product,
  reshaped,
  tensor,
} from "@gatefold/core";
import { ranged } from "./ranged.js";

/**
 * The same elements in the same order under another shape.
 *
 * - Constraints: (C1) the element count stays.
 */
export const Reshape: OpDef<{ readonly shape: AttrSpec<readonly number[]> }> = defineOp({
  name: "q.reshape",
  summary: "The same elements in the same order under another shape.",
  operands: ["x"],
  attrs: { shape: attr.ints() },
  infer: ({ operands, attrs }) => {
    const x = operands[0]!;
    if (product(attrs.shape) !== product(x.shape)) {
      throw new InferError(
        `(C1) [${x.shape}] has ${product(x.shape)} elements, [${attrs.shape}] ${product(attrs.shape)}`,
      );
    }
    return [tensor(x.elem, attrs.shape)];
  },
  evaluate: ([x], { shape }) => [reshaped(x!, shape)],
  interfaces: [
    ranged((op, [x]) => {
      const [from, to] = [op.operand(0).type.shape, op.result().type.shape];
      const { lo, hi, channels } = x!;
      // Channels that stay innermost stay what they are.
      const stay = channels?.axis === from.length - 1 && from.at(-1) === to.at(-1);
      return stay ? { lo, hi, channels: { ...channels, axis: to.length - 1 } } : { lo, hi };
    }),
  ],
});

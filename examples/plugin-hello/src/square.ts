import { defineOp, InferError, isFloat, makeTensor, numbers, type OpDef, tensor } from "@gatefold/core";
import { Elementwise } from "@gatefold/dialect-nn";

/**
 * `x²`, element by element: the power of a sample.
 *
 * - Operand: `x`, real, of any shape. Result: like `x`.
 * - Constraints: (C1) `x` is real.
 *
 * `nn.elementwise` is all that streamlining asks for: it evaluates whatever lies between two quantizers on the integers
 * that the first one gives, this op among it.
 */
export const Square: OpDef<Record<never, never>> = defineOp({
  name: "hello.square",
  summary: "x * x, element by element.",
  operands: ["x"],
  infer: ({ operands: [x] }) => {
    if (!x || !isFloat(x.elem)) throw new InferError(`(C1) \`x\` is ${x?.elem}, not real`);
    return [tensor(x.elem, x.shape)];
  },
  evaluate: ([x]) => [
    makeTensor(
      x!.elem,
      x!.shape,
      Float64Array.from(numbers(x!), (v) => v * v),
    ),
  ],
  interfaces: [Elementwise.of({ monotone: () => false })],
});

import { attr } from "./attr.js";
import type { Op, Value } from "./op.js";
import { defineOp, type OpDef } from "./op-def.js";
import type { Tensor } from "./tensor-data.js";
import { typeOf } from "./tensor-data.js";

/** The end of a graph: its operands are the graph's outputs, so an output counts as a reader. */
export const Return: OpDef<Record<never, never>> = defineOp({
  name: "core.return",
  summary: "Ends a graph; its operands are the outputs.",
  operands: ["values*"],
  infer: () => [],
});

/** A constant tensor. */
export const Constant: OpDef<{ readonly value: ReturnType<typeof attr.tensor> }> = defineOp({
  name: "core.constant",
  summary: "A constant tensor.",
  operands: [],
  attrs: { value: attr.tensor() },
  infer: ({ attrs }) => [typeOf(attrs.value)],
  evaluate: (_, attrs) => [attrs.value],
});

/** The tensor of a value that a constant makes. */
export function constantOf(value: Value | undefined): Tensor | undefined {
  return Constant.match(value)?.attrs.value;
}

/** Whether every operand of an op is a constant. */
export function hasConstantOperands(op: Op): boolean {
  return op.operands.every((v) => constantOf(v) !== undefined);
}

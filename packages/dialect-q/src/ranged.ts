import {
  type IntegerRange,
  type InterfaceImpl,
  type Op,
  Ranged,
  type RangedModel,
  rangeOfType,
} from "@gatefold/core";

/** A range model for ops of one result; `undefined` (parameters that are not constant) falls back to the type. */
export function ranged(
  range: (op: Op, operands: readonly IntegerRange[]) => IntegerRange | undefined,
): InterfaceImpl<RangedModel> {
  return Ranged.of({ range: (op, operands) => [range(op, operands) ?? rangeOfType(op.result().type)] });
}

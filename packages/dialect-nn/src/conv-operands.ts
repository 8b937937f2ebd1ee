import type { ValueType } from "@gatefold/core";
import { operandType, requireDomain, requireRank } from "./types.js";

/** (C1) and (C2) of convolutions. */
export function checkConvOperands(operands: readonly ValueType[]): readonly [ValueType, ValueType] {
  const [x, w] = [operandType(operands, 0), operandType(operands, 1)];
  operands.forEach((type, i) => {
    requireDomain(type, "number", "C1", "xwb"[i]!);
  });
  requireRank(x, 3, 5, "C2", "x");
  requireRank(w, x.shape.length, x.shape.length, "C2", "w");
  return [x, w];
}

import { Constant, evaluateOp, isInt, numbers, type Op, type Tensor, tensorFrom } from "@gatefold/core";
import { Dequantize } from "@gatefold/dialect-nn";
import type { ConstantFact } from "./fact.js";
import { moveConstant } from "./movement.js";

/** Evaluates an op on constants; integers times a scale stay known as that. */
export function foldConstants(
  op: Op,
  operands: readonly ConstantFact[],
  moves: boolean,
): readonly ConstantFact[] {
  if (Constant.is(op)) return [{ kind: "constant", tensor: op.attrs.value }];
  const [first, ...rest] = operands;
  if (moves && first)
    return [
      moveConstant(
        op,
        first,
        rest.map((f) => f.tensor),
      ),
    ];
  const results = evaluateOp(
    op,
    operands.map((f) => f.tensor),
  );
  if (!Dequantize.is(op)) return results.map((tensor) => ({ kind: "constant", tensor }));
  const [stored, scale, zeroPoint] = operands.map((f) => f.tensor) as [Tensor, Tensor, Tensor | undefined];
  const scaled = isInt(stored.elem) ? centred(stored, zeroPoint) : undefined;
  return results.map((tensor) => ({ kind: "constant", tensor, scaled: scaled && { codes: scaled, scale } }));
}

/** The codes less their zero point; `undefined` unless that is one integer. */
function centred(codes: Tensor, zeroPoint: Tensor | undefined): Tensor | undefined {
  const values = zeroPoint ? numbers(zeroPoint) : [0];
  const zero = values[0] ?? 0;
  if (!Number.isInteger(zero) || !Array.from(values).every((z) => z === zero)) return undefined;
  return zero === 0
    ? codes
    : tensorFrom(
        "i32",
        codes.shape,
        Float64Array.from(numbers(codes), (v) => v - zero),
      );
}

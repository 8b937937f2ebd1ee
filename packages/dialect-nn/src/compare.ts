import { defineOp, type OpDef } from "@gatefold/core";
import type { NoAttrs } from "./attrs.js";
import { type BinaryDef, binary, mapConstant, selectElements } from "./binary.js";
import { Elementwise } from "./traits.js";
import { broadcastType, joinElems, operandType, requireDomain } from "./types.js";

// Every op here but Where: operands `a`, `b`, broadcast; result bool.
// Constraints: (C1) the operands are numbers, or bool where the op is logical; (C2) they have one element type;
// (C3) they broadcast. Source: the ONNX operator of the same name.

type Test = (a: number | bigint, b: number | bigint) => boolean;

function comparison(name: string, summary: string, test: Test, monotone = true): BinaryDef {
  return binary({
    name,
    summary,
    domain: "any",
    result: "bool",
    fn: () => (a, b) => Number(test(a, b)),
    exact: (a, b) => BigInt(test(a, b)),
    monotone: () => monotone,
  });
}

/** `a = b`. Any element type. */
export const Equal: BinaryDef = comparison("nn.equal", "Whether a = b.", (a, b) => a === b, false);
/** `a < b`. */
export const Less: BinaryDef = comparison("nn.less", "Whether a < b.", (a, b) => a < b);
/** `a ≤ b`. */
export const LessOrEqual: BinaryDef = comparison("nn.less_or_equal", "Whether a <= b.", (a, b) => a <= b);
/** `a > b`. */
export const Greater: BinaryDef = comparison("nn.greater", "Whether a > b.", (a, b) => a > b);
/** `a ≥ b`. */
export const GreaterOrEqual: BinaryDef = comparison(
  "nn.greater_or_equal",
  "Whether a >= b.",
  (a, b) => a >= b,
);

function logical(name: string, summary: string, fn: (a: number, b: number) => number): BinaryDef {
  return binary({ name, summary, domain: "bool", result: "bool", fn: () => fn, monotone: () => true });
}

/** Logical and. (C1) both are bool. */
export const And: BinaryDef = logical("nn.and", "Logical and.", (a, b) => a * b);
/** Logical or. (C1) both are bool. */
export const Or: BinaryDef = logical("nn.or", "Logical or.", (a, b) => Math.max(a, b));
/** Logical exclusive or. (C1) both are bool. */
export const Xor: BinaryDef = logical("nn.xor", "Logical exclusive or.", (a, b) => Number(a !== b));

/**
 * `x` where `condition`, else `y`.
 *
 * - Operands: `condition` bool; `x`, `y` of any one type; all broadcast.
 * - Constraints: (C1) `condition` is bool; (C2) `x` and `y` have one element type; (C3) the three broadcast.
 *
 * Source: ONNX Where-16.
 */
export const Where: OpDef<NoAttrs> = defineOp({
  name: "nn.where",
  summary: "x where the condition holds, else y.",
  operands: ["condition", "x", "y"],
  infer: ({ operands }) => {
    requireDomain(operandType(operands, 0), "bool", "C1", "condition");
    const elem = joinElems([operandType(operands, 1), operandType(operands, 2)], "C2");
    return [broadcastType(operands, elem, "C3")];
  },
  evaluate: ([condition, x, y]) => [selectElements(condition!, x!, y!)],
  interfaces: [
    Elementwise.of({
      monotone: () => true,
      gain: (_, index, [condition]) =>
        index === 0 ? undefined : mapConstant(condition, (v) => Number((v !== 0) === (index === 1))),
    }),
  ],
});

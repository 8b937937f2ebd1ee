import { attr, defineOp, type ElemType, isFloat, type OpDef, scalar, type Tensor } from "@gatefold/core";
import type { BoolAttr, NoAttrs } from "./attrs.js";
import { type BinaryDef, binary, constantOperand, mapConstant } from "./binary.js";
import { commonShape, mapPairs, spread, tensorOf } from "./tensors.js";
import { Elementwise } from "./traits.js";
import { broadcastType, everyElement, joinElems, operandType, requireDomain } from "./types.js";

// Every op here but Pow and PRelu: operands `a`, `b`, broadcast; result of their element type.
// Constraints: (C1) the operands are numbers; (C2) they have one element type; (C3) they broadcast.
// Integers wrap at their width. Source: the ONNX operator of the same name.

const always = (): boolean => true;
const never = (): boolean => false;
const one: Tensor = scalar("f64", 1);
const minusOne: Tensor = scalar("f64", -1);

/** `a + b`. */
export const Add: BinaryDef = binary({
  name: "nn.add",
  summary: "a + b.",
  fn: () => (a, b) => a + b,
  exact: (a, b) => a + b,
  monotone: always,
  gain: () => one,
  wraps: true,
});

/** `a − b`. */
export const Sub: BinaryDef = binary({
  name: "nn.sub",
  summary: "a - b.",
  fn: () => (a, b) => a - b,
  exact: (a, b) => a - b,
  monotone: always,
  gain: (index) => (index === 0 ? one : minusOne),
  wraps: true,
});

/** `a · b`. */
export const Mul: BinaryDef = binary({
  name: "nn.mul",
  summary: "a * b.",
  fn: () => (a, b) => a * b,
  exact: (a, b) => a * b,
  monotone: always,
  gain: (_, other) => other,
  wraps: true,
});

/** `a / b`; integers round toward zero, and dividing an integer by 0 throws. */
export const Div: BinaryDef = binary({
  name: "nn.div",
  summary: "a / b; integers round toward zero.",
  fn: (_, elem) => (isFloat(elem) ? (a, b) => a / b : integerQuotient),
  exact: (a, b) => a / b,
  monotone: (_, index) => index === 0,
  gain: (index, other) => (index === 0 ? mapConstant(other, (b) => 1 / b) : undefined),
  wraps: true,
});

function integerQuotient(a: number, b: number): number {
  if (b === 0) throw new RangeError("an integer is divided by 0");
  return Math.trunc(a / b);
}

/** Remainder: with the divisor's sign (Python's), or with the dividend's when `fmod` (C's). */
export const Mod: OpDef<{ readonly fmod: BoolAttr }> = binary({
  name: "nn.mod",
  summary: "Remainder with the divisor's sign, or the dividend's when fmod.",
  attrs: { fmod: attr.bool(false) },
  fn: ({ fmod }) => (fmod ? (a, b) => a % b : floorRemainder),
  monotone: never,
});

function floorRemainder(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** Moves the bits of unsigned integers; what is shifted out is lost. (C1) the operands are unsigned integers. */
export const BitShift: OpDef<{ readonly direction: ReturnType<typeof attr.oneOf<"LEFT" | "RIGHT">> }> =
  binary({
    name: "nn.bit_shift",
    summary: "a shifted by b bits.",
    domain: "unsigned",
    attrs: { direction: attr.oneOf(["LEFT", "RIGHT"]) },
    fn: ({ direction }) => (direction === "LEFT" ? (a, b) => a * 2 ** b : (a, b) => Math.floor(a / 2 ** b)),
    monotone: never,
  });

const oddPositive = (v: number): boolean => Number.isInteger(v) && v > 0 && v % 2 === 1;

/**
 * `a ** b`; the result has the element type of `a`. `b` may be of another number type.
 *
 * Constraints: (C1) both are numbers; (C3) they broadcast.
 */
export const Pow: BinaryDef = defineOp({
  name: "nn.pow",
  summary: "a to the power b, in the type of a.",
  operands: ["a", "b"],
  infer: ({ operands }) => {
    const [a, b] = [operandType(operands, 0), operandType(operands, 1)];
    requireDomain(a, "number", "C1", "a");
    requireDomain(b, "number", "C1", "b");
    return [broadcastType([a, b], a.elem, "C3")];
  },
  evaluate: ([a, b]) => [mapPairs(a!.elem, a!, b!, (x, y) => x ** y)],
  interfaces: [
    Elementwise.of({
      monotone: (op, index) =>
        index === 0 && isFloat(op.result().type.elem) && everyElement(constantOperand(op, 1), oddPositive),
      gain: (op, index, [, exponent]) =>
        index === 0 && isFloat(op.result().type.elem) && everyElement(exponent, (v) => v === 1)
          ? one
          : undefined,
    }),
  ],
});

/**
 * `x` where `x ≥ 0`, else `slope · x`.
 *
 * - Operands: `x` of any shape; `slope`, broadcast onto it.
 * - Constraints: (C1) both are numbers of one type; (C3) `slope` broadcasts.
 *
 * Source: ONNX PRelu-16.
 */
export const PRelu: BinaryDef = binary({
  name: "nn.p_relu",
  summary: "x where x >= 0, else slope*x.",
  fn: () => (x, slope) => (x < 0 ? slope * x : x),
  monotone: (op, index) => index === 1 || everyElement(constantOperand(op, 1), (v) => v >= 0),
  wraps: true,
});

type Fold = (total: number, value: number) => number;

interface FoldInit {
  readonly fold: Fold;
  /** Coefficient of each operand among `count`, where the op is affine. */
  readonly gain?: (count: number) => number;
  readonly mean?: boolean;
}

/** Defines an op that folds any number of broadcast operands. */
function variadic(name: string, summary: string, { fold, gain, mean = false }: FoldInit): OpDef<NoAttrs> {
  const combine = (elem: ElemType, operands: readonly Tensor[], shape: readonly number[]): Tensor => {
    const out = Float64Array.from(spread(operands[0]!, shape));
    for (const operand of operands.slice(1)) {
      const data = spread(operand, shape);
      for (let i = 0; i < out.length; i++) out[i] = fold(out[i]!, data[i]!);
    }
    if (mean) for (let i = 0; i < out.length; i++) out[i]! /= operands.length;
    return tensorOf(elem, shape, out);
  };
  return defineOp({
    name,
    summary,
    operands: ["xs*"],
    infer: ({ operands }) => {
      operands.forEach((type, i) => {
        requireDomain(type, "number", "C1", `xs[${i}]`);
      });
      return [broadcastType(operands, joinElems(operands, "C2"), "C3")];
    },
    evaluate: (operands) => [combine(joinElems(operands, "C2"), operands, commonShape(operands))],
    interfaces: [
      Elementwise.of({
        monotone: (op) => gain === undefined || isFloat(op.result().type.elem),
        gain: (op) =>
          gain && isFloat(op.result().type.elem) ? scalar("f64", gain(op.operands.length)) : undefined,
      }),
    ],
  });
}

/** Smallest of the operands, element by element; NaN wins. */
export const Min: OpDef<NoAttrs> = variadic("nn.min", "Smallest of the operands.", { fold: Math.min });
/** Largest of the operands, element by element; NaN wins. */
export const Max: OpDef<NoAttrs> = variadic("nn.max", "Largest of the operands.", { fold: Math.max });
/** Sum of the operands, element by element. */
export const Sum: OpDef<NoAttrs> = variadic("nn.sum", "Sum of the operands.", {
  fold: (a, b) => a + b,
  gain: () => 1,
});
/** Mean of the operands, element by element. */
export const Mean: OpDef<NoAttrs> = variadic("nn.mean", "Mean of the operands.", {
  fold: (a, b) => a + b,
  gain: (count) => 1 / count,
  mean: true,
});

import {
  type AttrSpec,
  attr,
  defineOp,
  type ElemType,
  elemInfo,
  isFloat,
  makeTensor,
  type OpDef,
  roundHalfEven,
  scalar,
  tensor,
} from "@gatefold/core";
import type { NoAttrs } from "./attrs.js";
import { binaryExponent } from "./special.js";
import { mapElements } from "./tensors.js";
import { Elementwise, Movement } from "./traits.js";
import { operandType } from "./types.js";

/** The result is the operand. `x` of any type and shape. Source: ONNX Identity-14. */
export const Identity: OpDef<NoAttrs> = defineOp({
  name: "nn.identity",
  summary: "The operand itself.",
  operands: ["x"],
  infer: ({ operands }) => {
    const x = operandType(operands, 0);
    return [tensor(x.elem, x.shape)];
  },
  evaluate: ([x]) => [x!],
  interfaces: [
    Elementwise.of({ monotone: () => true, gain: () => scalar("f64", 1) }),
    Movement.of({ movesOnly: true }),
  ],
});

/** Stored significand bits, smallest normal exponent and largest value of the small float formats. */
const halfFormats = {
  f16: { mantissaBits: 10, minExponent: -14, max: 65504 },
  bf16: { mantissaBits: 7, minExponent: -126, max: (2 - 2 ** -7) * 2 ** 127 },
} as const;

/** The nearest value of a float format, ties to even; beyond its range infinite. */
export function roundToFloat(x: number, elem: ElemType): number {
  if (elem === "f32") return Math.fround(x);
  if ((elem !== "f16" && elem !== "bf16") || !Number.isFinite(x) || x === 0) return x;
  const { mantissaBits, minExponent, max } = halfFormats[elem];
  const step = 2 ** (Math.max(binaryExponent(x), minExponent) - mantissaBits);
  const rounded = roundHalfEven(x / step) * step;
  return Math.abs(rounded) > max ? Math.sign(x) * Number.POSITIVE_INFINITY : rounded;
}

/** Bits of integers that a float format holds exactly. */
const exactBits: Partial<Record<ElemType, number>> = { f16: 11, bf16: 8, f32: 24, f64: 53 };

/** Whether every value of `from` is a value of `to`. */
function holds(from: ElemType, to: ElemType): boolean {
  if (from === to) return true;
  const [a, b] = [elemInfo(from), elemInfo(to)];
  if (b.kind === "int") return a.kind === "int" && to !== "bipolar" && a.min >= b.min && a.max <= b.max;
  if (a.kind === "int") return a.widthBits - (a.signed ? 1 : 0) <= exactBits[to]!;
  return to === "f64" || (to === "f32" && from !== "f64");
}

/**
 * Changes the element type.
 *
 * - real → `f32`, `f16`, `bf16`: to the nearest value of that format, ties to even. To its own type: nothing happens.
 * - real → integer: toward zero, then it wraps, where ONNX leaves it open; NaN and infinities to 0.
 * - integer → integer: wraps. Anything → bool: whether it is not 0.
 * - Operand: `x` of any shape. Constraint: (C1) `to` is not bipolar.
 *
 * Source: ONNX Cast-19.
 */
export const Cast: OpDef<{ readonly to: AttrSpec<ElemType> }> = defineOp({
  name: "nn.cast",
  summary: "Changes the element type.",
  operands: ["x"],
  attrs: { to: attr.elem() },
  infer: ({ operands, attrs }) => [tensor(attrs.to, operandType(operands, 0).shape)],
  *verify({ attrs }) {
    if (attrs.to === "bipolar") yield { label: "C1", message: "a cast does not make bipolar values" };
  },
  evaluate: ([x], { to }) => {
    if (x!.elem === to) return [x!];
    if (to === "bool") return [mapElements(to, x!, (v) => (v !== 0 ? 1 : 0))];
    if (isFloat(to)) return [mapElements(to, x!, (v) => roundToFloat(v, to))];
    const { widthBits, signed } = elemInfo(to);
    if (x!.data instanceof BigInt64Array || x!.data instanceof BigUint64Array) {
      const wrap = signed ? BigInt.asIntN : BigInt.asUintN;
      const wrapped = new (signed ? BigInt64Array : BigUint64Array)(x!.data.length);
      for (let i = 0; i < wrapped.length; i++) wrapped[i] = wrap(widthBits, x!.data[i]!);
      if (widthBits > 32) return [makeTensor(to, x!.shape, wrapped)];
      return [mapElements(to, makeTensor(signed ? "i64" : "u64", x!.shape, wrapped), (v) => v)];
    }
    return [mapElements(to, x!, (v) => v)];
  },
  interfaces: [
    Elementwise.of({
      monotone: (op) => {
        const [from, to] = [op.operand(0).type.elem, op.attrs["to"] as ElemType];
        return from === "bool" || (to !== "bool" && (isFloat(to) || holds(from, to)));
      },
      gain: (op) =>
        holds(op.operand(0).type.elem, op.attrs["to"] as ElemType) ? scalar("f64", 1) : undefined,
    }),
  ],
});

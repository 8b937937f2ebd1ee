import {
  type AttrSpec,
  attr,
  defineOp,
  type ElemType,
  elemInfo,
  type OpDef,
  rounder,
  roundingModes,
  type Tensor,
} from "@gatefold/core";
import type { BoolAttr, NoAttrs } from "./attrs.js";
import { constantOperand, mapConstant } from "./binary.js";
import { type RoundingAttr, staircase } from "./quant-grid.js";
import { clamp } from "./special.js";
import { mapPairs, mapTuples, type TupleFn } from "./tensors.js";
import { Elementwise } from "./traits.js";
import { broadcastType, everyElement, operandType, requireDomain, requireThat } from "./types.js";

type QuantizeAttrs = {
  readonly elem: AttrSpec<ElemType>;
  readonly rounding: RoundingAttr;
  readonly round_first: BoolAttr;
};

const quantizeOperands = ["x", "scale", "zero_point", "lo", "hi"] as const;

/**
 * Real values to integer codes: `round(clip(x/scale + zero_point, lo, hi))`, as QONNX does it; with `round_first`,
 * `clip(round(x/scale) + zero_point, lo, hi)`, as ONNX does it, which differs at ties when `zero_point` is odd. Where
 * `elem` is bipolar, +1 where `x/scale + zero_point ≥ 0`, else −1.
 *
 * - Operands, which all broadcast: `x`, not NaN; `scale`; `zero_point`; `lo`, `hi`, the ends of the clip.
 * - Result: of the broadcast shape, of type `elem`.
 * - Constraints: (C1) `x` and `scale` are real, the others numbers; (C2) all broadcast; (C3) `elem` is an integer type;
 *   (C4) constant `lo` and `hi` round to values of `elem`; (C5) a constant `scale` is not 0.
 *
 * Source: the integer half of QONNX Quant, and of ONNX QuantizeLinear-21.
 */
export const Quantize: OpDef<QuantizeAttrs> = defineOp<QuantizeAttrs>({
  name: "nn.quantize",
  summary: "Real values to integer codes.",
  operands: quantizeOperands,
  attrs: { elem: attr.elem(), rounding: attr.oneOf(roundingModes, "ROUND"), round_first: attr.bool(false) },
  infer: ({ operands, attrs }) => {
    operands.forEach((type, i) => {
      requireDomain(type, i < 2 ? "real" : "number", "C1", quantizeOperands[i]!);
    });
    requireThat(elemInfo(attrs.elem).kind === "int", "C3", () => `\`elem\` is ${attrs.elem}`);
    return [broadcastType(operands, attrs.elem, "C2")];
  },
  *verify(op) {
    const { min, max } = elemInfo(op.attrs.elem);
    const round = rounder(op.attrs.rounding);
    const fits = (v: number): boolean => round(v) >= min && round(v) <= max;
    const [scale, lo, hi] = [1, 3, 4].map((i) => constantOperand(op, i));
    if (scale && !everyElement(scale, (v) => v !== 0)) yield { label: "C5", message: "a scale is 0" };
    if (op.attrs.elem === "bipolar") return;
    for (const [name, bound] of [
      ["lo", lo],
      ["hi", hi],
    ] as const) {
      if (bound && !everyElement(bound, fits))
        yield { label: "C4", message: `\`${name}\` does not round to values of ${op.attrs.elem}` };
    }
  },
  evaluate: (operands, { elem, rounding, round_first: roundFirst }) => {
    const round = rounder(rounding);
    const [x, scale, zero] = operands;
    if (elem === "bipolar") {
      return [mapTuples(elem, [x!, scale!, zero!], (v, s, z) => (v / s + z >= 0 ? 1 : -1))];
    }
    const code: TupleFn = roundFirst
      ? (v, s, z, lo, hi) => clamp(round(v / s) + z, lo, hi)
      : (v, s, z, lo, hi) => round(clamp(v / s + z, lo, hi));
    return [mapTuples(elem, operands, code)];
  },
  interfaces: [staircase],
});

/**
 * Integer codes to real values: `(codes − zero_point) · scale`.
 *
 * - Operands, which all broadcast: `codes`; `scale`; `zero_point`.
 * - Result: of the broadcast shape, f32.
 * - Constraints: (C1) `scale` is real, the others numbers; (C2) all broadcast.
 *
 * Source: the real half of QONNX Quant, and of ONNX DequantizeLinear-21.
 */
export const Dequantize: OpDef<NoAttrs> = defineOp({
  name: "nn.dequantize",
  summary: "Integer codes to real values.",
  operands: ["codes", "scale", "zero_point"],
  infer: ({ operands }) => {
    requireDomain(operandType(operands, 0), "number", "C1", "codes");
    requireDomain(operandType(operands, 1), "real", "C1", "scale");
    requireDomain(operandType(operands, 2), "number", "C1", "zero_point");
    return [broadcastType(operands, "f32", "C2")];
  },
  evaluate: (operands) => [mapTuples("f32", operands, (q, s, z) => (q - z) * s)],
  interfaces: [
    Elementwise.of({
      monotone: () => true,
      gain: (_, index, [codes, scale, zero]): Tensor | undefined => {
        if (index === 0) return mapConstant(scale, (s) => s);
        if (index === 2) return mapConstant(scale, (s) => -s);
        return codes && zero && mapPairs("f64", codes, zero, (q, z) => q - z);
      },
    }),
  ],
});

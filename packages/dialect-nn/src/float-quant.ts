import { attr, defineOp, type OpDef, rounder, roundingModes } from "@gatefold/core";
import type { BoolAttr } from "./attrs.js";
import { ownGrid, type RoundingAttr } from "./quant-grid.js";
import { binaryExponent, clamp } from "./special.js";
import { mapTuples } from "./tensors.js";
import { Elementwise } from "./traits.js";
import { broadcastType, joinElems, requireDomain } from "./types.js";

type FloatQuantAttrs = {
  readonly has_inf: BoolAttr;
  readonly has_nan: BoolAttr;
  readonly has_subnormal: BoolAttr;
  readonly saturation: BoolAttr;
  readonly rounding: RoundingAttr;
};

const names = ["x", "scale", "exp_bits", "mant_bits", "exp_bias", "max_val"] as const;

/**
 * Rounds real values to a small floating-point format. With `X = x/scale`, the step around X is
 * `k = 2^max(⌊log2 |X|⌋ − mant_bits, 1 − exp_bias − mant_bits)` and the value is `k · rounding(X/k)`; the largest one is
 * `M = min((2 − 2^−mant_bits) · 2^(2^exp_bits − 1 − exp_bias), max_val)`. The result is scaled back.
 *
 * - Operands, which all broadcast: `x`; `scale`; `exp_bits`; `mant_bits`; `exp_bias`; `max_val`.
 * - Beyond ±M: ±M with `saturation`; otherwise infinite with `has_inf`, else NaN.
 *   `has_subnormal` says what hardware needs; the values close to 0 are on the grid either way.
 * - Constraints: (C1) `x` and `scale` are real, the others numbers; (C2) all broadcast; (C3) without `saturation`,
 *   `has_inf` or `has_nan` is set.
 *
 * Source: QONNX FloatQuant.
 */
export const FloatQuant: OpDef<FloatQuantAttrs> = defineOp<FloatQuantAttrs>({
  name: "nn.float_quant",
  summary: "Rounds real values to a small floating-point format.",
  operands: names,
  attrs: {
    has_inf: attr.bool(false),
    has_nan: attr.bool(false),
    has_subnormal: attr.bool(false),
    saturation: attr.bool(true),
    rounding: attr.oneOf(roundingModes, "ROUND"),
  },
  infer: ({ operands }) => {
    operands.forEach((type, i) => {
      requireDomain(type, i < 2 ? "real" : "number", "C1", names[i]!);
    });
    return [broadcastType(operands, joinElems(operands.slice(0, 2), "C1"), "C2")];
  },
  *verify({ attrs }) {
    if (!attrs.saturation && !attrs.has_inf && !attrs.has_nan)
      yield { label: "C3", message: "values out of range neither saturate nor become infinite or NaN" };
  },
  evaluate: (operands, attrs) => {
    const round = rounder(attrs.rounding);
    return [
      mapTuples(
        joinElems(operands.slice(0, 2), "C1"),
        operands,
        (x, scale, exponentBits, mantissaBits, bias, maxValue) => {
          const scaled = x / scale;
          const top = Math.min((2 - 2 ** -mantissaBits) * 2 ** (2 ** exponentBits - 1 - bias), maxValue);
          const lowest = 1 - bias;
          const exponent =
            scaled === 0 || !Number.isFinite(scaled) ? lowest : Math.max(binaryExponent(scaled), lowest);
          const step = 2 ** (exponent - mantissaBits);
          const value = Number.isFinite(scaled) ? step * round(scaled / step) : scaled;
          if (attrs.saturation || Math.abs(value) <= top) return clamp(value, -top, top) * scale;
          return attrs.has_inf ? Math.sign(value) * Number.POSITIVE_INFINITY * scale : Number.NaN;
        },
      ),
    ];
  },
  interfaces: [
    Elementwise.of({
      monotone: (op, index) =>
        index === 0 && (op.attrs["saturation"] === true || op.attrs["has_inf"] === true),
    }),
    ownGrid,
  ],
});

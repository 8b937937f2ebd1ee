import { attr, defineOp, type OpDef, rounder, roundingModes } from "@gatefold/core";
import type { NoAttrs } from "./attrs.js";
import { constantOperand } from "./binary.js";
import {
  breaks,
  type GridAttrs,
  highestCode,
  lowestCode,
  notZero,
  ownGrid,
  type RoundingAttr,
  requireQuantOperands,
  staircase,
} from "./quant-grid.js";
import { clamp } from "./special.js";
import { mapElements, mapPairs, mapTuples } from "./tensors.js";
import { broadcastType, joinElems } from "./types.js";

export type QuantAttrs = GridAttrs & { readonly rounding: RoundingAttr };

const quantOperands = ["x", "scale", "zero_point", "bits"] as const;

/**
 * Rounds real values onto a grid of integer codes, and gives back real values:
 * `y = round(clip(x/scale + zero_point, low, high))`, result `(y − zero_point) · scale`.
 *
 * - Operands, which all broadcast: `x`; `scale`; `zero_point`; `bits`, which may be fractions.
 * - `low … high`: `−2^(bits−1) … 2^(bits−1) − 1` when signed, else `0 … 2^bits − 1`; `narrow` raises `low` by 1 when
 *   signed, else lowers `high` by 1. It clips before it rounds, so fractional bits can leave the clipped range by
 *   less than 1. Signed 1-bit codes are −1 (below 0) and +1, whatever `narrow` and `rounding` say.
 * - Result: of the broadcast shape, real.
 * - Constraints: (C1) `x` and `scale` are real, the others numbers; (C2) all broadcast; (C3) a constant `scale` is not
 *   0; (C4) constant `bits` are positive.
 *
 * Source: QONNX Quant / IntQuant.
 */
export const Quant: OpDef<QuantAttrs> = defineOp<QuantAttrs>({
  name: "nn.quant",
  summary: "Rounds real values onto a grid of integer codes, and gives back real values.",
  operands: quantOperands,
  attrs: { signed: attr.bool(true), narrow: attr.bool(false), rounding: attr.oneOf(roundingModes, "ROUND") },
  infer: ({ operands }) => {
    requireQuantOperands(operands, quantOperands, 2);
    return [broadcastType(operands, joinElems(operands.slice(0, 2), "C1"), "C2")];
  },
  *verify(op) {
    if (breaks(constantOperand(op, 1), notZero)) yield { label: "C3", message: "a scale is 0" };
    if (breaks(constantOperand(op, 3), (b) => b > 0))
      yield { label: "C4", message: "a bit width is not positive" };
  },
  evaluate: ([x, scale, zero, bits], attrs) => {
    const round = rounder(attrs.rounding);
    const low = mapElements("f64", bits!, (b) => lowestCode(b, attrs));
    const high = mapElements("f64", bits!, (b) => highestCode(b, attrs));
    const code = (y: number, b: number, lo: number, hi: number): number =>
      b === 1 && attrs.signed ? (y >= 0 ? 1 : -1) : round(clamp(y, lo, hi));
    return [
      mapTuples(
        joinElems([x!, scale!], "C1"),
        [x!, scale!, zero!, bits!, low, high],
        (v, s, z, b, lo, hi) => (code(v / s + z, b, lo, hi) - z) * s,
      ),
    ];
  },
  interfaces: [staircase, ownGrid],
});

/**
 * `+scale` where `x ≥ 0`, else `−scale`. Zero is positive, unlike in `nn.sign`.
 *
 * - Operands: `x`, `scale`, which broadcast.
 * - Constraints: (C1) both are real; (C2) they broadcast; (C3) a constant `scale` is not 0.
 *
 * Source: QONNX BipolarQuant.
 */
export const BipolarQuant: OpDef<NoAttrs> = defineOp({
  name: "nn.bipolar_quant",
  summary: "+scale where x >= 0, else -scale.",
  operands: ["x", "scale"],
  infer: ({ operands }) => {
    requireQuantOperands(operands, quantOperands, 2);
    return [broadcastType(operands, joinElems(operands, "C1"), "C2")];
  },
  *verify(op) {
    if (breaks(constantOperand(op, 1), notZero)) yield { label: "C3", message: "a scale is 0" };
  },
  evaluate: ([x, scale]) => [
    mapPairs(joinElems([x!, scale!], "C1"), x!, scale!, (v, s) => (v >= 0 ? s : -s)),
  ],
  interfaces: [staircase, ownGrid],
});

const truncOperands = ["x", "scale", "zero_point", "in_bits", "out_bits"] as const;

/**
 * Drops the low `in_bits − out_bits` bits of integer codes: `y = round(x/scale + zero_point)` (ties to even), then
 * `(rounding(y / 2^(in_bits − out_bits)) − zero_point) · scale`. The scale is not adapted: a sum followed by this
 * is an average.
 *
 * - Operands, which all broadcast: `x`; `scale`; `zero_point`; `in_bits`; `out_bits`.
 * - Constraints: (C1) `x` and `scale` are real, the others numbers; (C2) all broadcast; (C3) a constant `scale` is not 0.
 *
 * Source: QONNX Trunc, version 1.
 */
export const Trunc: OpDef<{ readonly rounding: RoundingAttr }> = defineOp({
  name: "nn.trunc",
  summary: "Drops low bits of integer codes, and keeps the scale.",
  operands: truncOperands,
  attrs: { rounding: attr.oneOf(roundingModes, "FLOOR") },
  infer: ({ operands }) => {
    requireQuantOperands(operands, truncOperands, 2);
    return [broadcastType(operands, joinElems(operands.slice(0, 2), "C1"), "C2")];
  },
  *verify(op) {
    if (breaks(constantOperand(op, 1), notZero)) yield { label: "C3", message: "a scale is 0" };
  },
  evaluate: (operands, { rounding }) => {
    const [nearest, round] = [rounder("ROUND"), rounder(rounding)];
    return [
      mapTuples(
        joinElems(operands.slice(0, 2), "C1"),
        operands,
        (v, s, z, from, to) => (round(nearest(v / s + z) / 2 ** (from - to)) - z) * s,
      ),
    ];
  },
  interfaces: [staircase, ownGrid],
});

const truncV2Operands = ["x", "scale", "zero_point", "in_bits", "out_scale", "out_bits"] as const;

/**
 * Rescales integer codes by a power of two: with `t = 2^round(log2(out_scale / scale))`,
 * `y = rounding(clip(round(x/scale + zero_point) / t, low, high))`, result `(y − zero_point/t) · out_scale`;
 * `low … high` are those of `nn.quant` for `out_bits`.
 *
 * - Operands, which all broadcast: `x`; `scale`; `zero_point`; `in_bits`; `out_scale`; `out_bits`.
 * - Constraints: (C1) `x` and `scale` are real, the others numbers; (C2) all broadcast; (C3) constant scales are
 *   positive.
 *
 * Source: QONNX Trunc, version 2.
 */
export const TruncV2: OpDef<QuantAttrs> = defineOp<QuantAttrs>({
  name: "nn.trunc_v2",
  summary: "Rescales integer codes by a power of two.",
  operands: truncV2Operands,
  attrs: { signed: attr.bool(true), narrow: attr.bool(false), rounding: attr.oneOf(roundingModes, "FLOOR") },
  infer: ({ operands }) => {
    requireQuantOperands(operands, truncV2Operands, 2);
    return [broadcastType(operands, joinElems(operands.slice(0, 2), "C1"), "C2")];
  },
  *verify(op) {
    for (const index of [1, 4]) {
      if (breaks(constantOperand(op, index), (s) => s > 0))
        yield { label: "C3", message: `\`${truncV2Operands[index]}\` is not positive` };
    }
  },
  evaluate: (operands, attrs) => {
    const [nearest, round] = [rounder("ROUND"), rounder(attrs.rounding)];
    return [
      mapTuples(joinElems(operands.slice(0, 2), "C1"), operands, (v, s, z, _, outScale, bits) => {
        const t = 2 ** nearest(Math.log2(outScale / s));
        const y = clamp(nearest(v / s + z) / t, lowestCode(bits, attrs), highestCode(bits, attrs));
        return (round(y) - z / t) * outScale;
      }),
    ];
  },
  interfaces: [staircase, ownGrid],
});

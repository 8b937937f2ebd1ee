import { type RoundingMode, roundingModes, type Value } from "@gatefold/core";
import { BipolarQuant, FloatQuant, Quant, Trunc, TruncV2 } from "@gatefold/dialect-nn";
import type { OnnxHandler } from "../handler.js";
import type { NodeBuilder } from "../node-builder.js";
import { QUANTIZER_DOMAINS } from "./domains.js";
import { checkScale } from "./scale-check.js";

/** A rounding mode in any case; left out it is `fallback`. */
function rounding(node: NodeBuilder, fallback: RoundingMode): RoundingMode {
  const text = node.string("rounding_mode", fallback).toUpperCase();
  const mode = roundingModes.find((m) => m === text);
  return mode ?? node.refuse(`rounds by \`${text}\``, `use one of ${roundingModes.join(", ")}`);
}

const flag = (node: NodeBuilder, name: string, fallback: boolean): boolean =>
  node.int(name, fallback ? 1 : 0) !== 0;

/** Operands of a quantizer, all there, with a usable scale in place 1. */
function operands(node: NodeBuilder, count: number): Value[] {
  if (node.operandCount !== count) node.refuse(`has ${node.operandCount} operands, not ${count}`);
  const values = node.values();
  checkScale(node, values[0]!, values[1]!);
  return values;
}

function quant(node: NodeBuilder): Value {
  return node.emit(Quant, operands(node, 4), {
    signed: flag(node, "signed", true),
    narrow: flag(node, "narrow", false),
    rounding: rounding(node, "ROUND"),
  });
}

function trunc(node: NodeBuilder): Value {
  if (node.operandCount !== 6)
    return node.emit(Trunc, operands(node, 5), { rounding: rounding(node, "FLOOR") });
  return node.emit(TruncV2, operands(node, 6), {
    signed: flag(node, "signed", true),
    narrow: flag(node, "narrow", false),
    rounding: rounding(node, "FLOOR"),
  });
}

function floatQuant(node: NodeBuilder): Value {
  return node.emit(FloatQuant, operands(node, 6), {
    has_inf: flag(node, "has_inf", false),
    has_nan: flag(node, "has_nan", false),
    has_subnormal: flag(node, "has_subnormal", true),
    saturation: flag(node, "saturation", true),
    rounding: rounding(node, "ROUND"),
  });
}

const everywhere = (op: string, build: OnnxHandler["build"]): OnnxHandler => ({
  op,
  domains: QUANTIZER_DOMAINS,
  build,
});

export const qonnxQuantHandlers: readonly OnnxHandler[] = [
  everywhere("Quant", quant),
  everywhere("IntQuant", quant),
  everywhere("BipolarQuant", (node) => node.emit(BipolarQuant, operands(node, 2))),
  everywhere("Trunc", trunc),
  everywhere("FloatQuant", floatQuant),
];

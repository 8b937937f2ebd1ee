import { type Diagnostic, isFloat, numbers, type Op } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { badParameter } from "./diagnostics.js";
import type { ConstantFact, Fact } from "./fact.js";

/** Ops whose parameters all are finite, and whose scales are not 0. */
const quantizers = [
  nn.Quant,
  nn.BipolarQuant,
  nn.Quantize,
  nn.Dequantize,
  nn.Trunc,
  nn.TruncV2,
  nn.FloatQuant,
];

/** What is wrong with an op's constants, if anything: not a number, or a parameter that no quantizer can have. */
export function checkParameters(op: Op, operands: readonly Fact[]): Diagnostic | undefined {
  const strict = quantizers.some((def) => def.is(op));
  for (const [i, fact] of operands.entries()) {
    if (fact.kind !== "constant") continue;
    const name = op.def.operands[i]?.name ?? `operand ${i}`;
    const isScale = strict && (name === "scale" || name === "out_scale");
    const bad = firstBad(fact, strict, isScale);
    if (bad !== undefined) return badParameter(op, name, bad);
  }
  return undefined;
}

function firstBad({ tensor }: ConstantFact, strict: boolean, isScale: boolean): number | undefined {
  if (!isFloat(tensor.elem)) return undefined;
  for (const v of numbers(tensor))
    if (Number.isNaN(v) || (strict && !Number.isFinite(v)) || (isScale && v === 0)) return v;
  return undefined;
}

import type { Op } from "@gatefold/core";
import { elemForRange } from "@gatefold/core";
import { codes } from "./expr.js";
import type { FlowFact } from "./fact.js";
import {
  enumerate,
  enumerationLimit,
  type IntegerFunction,
  integerFunction,
  levelCount,
} from "./integer-function.js";
import type { Site } from "./rule.js";
import { toCodesBy } from "./to-codes.js";
import { commonStep } from "./weights.js";

/**
 * A flow whose values are exact multiples of one step, though no quantizer says so (a ReLU behind a quantizer, a
 * Trunc, a HardTanh): its multiples become codes of their own. `undefined` when there is no such step, or the range
 * is too long to look at whole.
 */
export function onGrid(op: Op, flow: FlowFact, site: Site): FlowFact | undefined {
  const f = integerFunction(flow);
  if (levelCount(f) * f.channels > enumerationLimit) return undefined;
  const values = enumerate(f);
  const all = new Float64Array(values.length * values[0]!.length);
  values.forEach((row, c) => {
    all.set(row, c * row.length);
  });
  const grid = commonStep(all);
  if (!grid) return undefined;
  const { step } = grid;
  const lo = grid.codes.reduce((a, b) => Math.min(a, b), 0);
  const hi = grid.codes.reduce((a, b) => Math.max(a, b), 0);
  const multiples: IntegerFunction = {
    ...f,
    at: (levels) => Float64Array.from(f.at(levels), (v) => Math.round(v / step)),
  };
  const made = toCodesBy(flow, multiples, elemForRange(lo, hi), op, site);
  if (made.kind !== "flow") return undefined;
  const affine = { scale: Float64Array.of(step), bias: Float64Array.of(0) };
  return { ...made, affine, expr: step === 1 ? codes : { kind: "decode", ...affine, form: made.form } };
}

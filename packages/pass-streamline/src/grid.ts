import { type ElemType, elemForRange, type Op } from "@gatefold/core";
import type { FlowFact } from "./fact.js";
import { enumerate, type IntegerFunction, integerFunction } from "./integer-function.js";
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
  const tables = enumerate(f);
  if (!tables) return undefined;
  const all = new Float64Array(tables.length * tables[0]!.length);
  tables.forEach((row, c) => {
    all.set(row, c * row.length);
  });
  const grid = commonStep(all);
  if (!grid) return undefined;
  const { step } = grid;
  const multiples: IntegerFunction = {
    ...f,
    at: (levels) => Float64Array.from(f.at(levels), (v) => Math.round(v / step)),
  };
  const made = toCodesBy(flow, multiples, gridElem(grid.codes), op, site);
  if (made.kind !== "flow") return undefined;
  const affine = { scale: Float64Array.of(step), bias: Float64Array.of(0) };
  return { ...made, affine, expr: { kind: "decode", ...affine, form: made.form, elem: "f64" } };
}

function gridElem(codes: Float64Array): ElemType {
  if (codes.every((n) => n === 1 || n === -1)) return "bipolar";
  return elemForRange(
    codes.reduce((a, b) => Math.min(a, b), 0),
    codes.reduce((a, b) => Math.max(a, b), 0),
  );
}

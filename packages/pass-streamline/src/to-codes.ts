import {
  Constant,
  type ElemType,
  type IntegerRange,
  type Op,
  Ranged,
  rangeOfType,
  type Value,
} from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import { nearTies, notMonotone, tooManyThresholds } from "./diagnostics.js";
import { codesFlow, type Fact, type FlowFact, refused } from "./fact.js";
import { formOf } from "./form.js";
import {
  ends,
  enumerate,
  enumerationLimit,
  type IntegerFunction,
  integerFunction,
  levelCount,
  mirrored,
} from "./integer-function.js";
import { reshapeBase } from "./movement.js";
import { countNearTies } from "./near-ties.js";
import type { Site } from "./rule.js";
import { isIdentity, tableTensor, worthTable } from "./tables.js";
import {
  bisect,
  type CodeSpan,
  codeRange,
  endDirections,
  reach,
  tableDirection,
  thresholdTensor,
} from "./thresholds.js";
import { turn } from "./turn.js";

/**
 * A flow whose value is an integer of `elem` becomes a threshold op on the integer tensor, or a table where it is
 * not monotone. The expression decides every threshold: it is evaluated on the integers of the range themselves.
 */
export function toCodes(flow: FlowFact, elem: ElemType, op: Op, site: Site): Fact {
  return toCodesBy(flow, integerFunction(flow), elem, op, site);
}

/** `toCodes`, for codes that another function of the integers gives. */
export function toCodesBy(given: FlowFact, f: IntegerFunction, elem: ElemType, op: Op, site: Site): Fact {
  const flow = withAxis(given, site);
  const levels = levelCount(f);
  const tables = flow.monotone && bisectsSooner(f, levels) ? undefined : enumerate(f);
  if (!tables && !flow.monotone) return refused(op, notMonotone(op, levels));
  if (tables && isIdentity(f, tables) && (elem === "bipolar") === (flow.base.type.elem === "bipolar")) {
    return codeFlow(flow, flow.base, flow.range, elem, site);
  }
  const directions = tables ? tables.map(tableDirection) : endDirections(f);
  const down = directions.map((d) => d === "down");
  const g = mirrored(f, down);
  if (tables && (directions.includes("mixed") || worthTable(tables, codeRange(g)))) {
    return lookup(flow, f, tables, elem, op, site);
  }
  const { lo, hi } = codeRange(g);
  const bipolar = elem === "bipolar";
  const span: CodeSpan = bipolar ? { from: 1, count: 1 } : { from: lo + 1, count: Math.max(1, hi - lo) };
  if (span.count * f.channels > enumerationLimit) return refused(op, tooManyThresholds(op, span.count));
  const rows = tables
    ? tables.map((table, c) => reach(table, down[c]!, g.lo(c), g.hi(c), span))
    : bisect(g, span);
  const turned = down.includes(true) ? turn(flow, down, site) : flow;
  const thresholds = thresholdTensor(rows, turned.base.type.elem);
  const nearTieCount = countNearTies(flow, op, rows, (t, c) => (down[c] ? -t : t), g);
  if (nearTieCount > 0) site.report(nearTies(op, nearTieCount, rows.length * span.count));
  site.layers.push({ kind: "threshold", loc: op.loc, thresholdCount: span.count, nearTieCount });
  const t = Constant.build(site.graph, [], { value: thresholds }, { loc: op.loc });
  const attrs = { elem, bias: bipolar ? 0 : lo, axis: parameterAxis(flow, thresholds.shape[0]!) };
  const value = q.Threshold.build(site.graph, [turned.base, t], attrs, named(op));
  return codeFlow(flow, value, resultRange(value, turned.range, site), elem, site);
}

/** Levels up to which a function is looked at whole, so that small tables and identities are seen. */
const wholeLevels = 2048;

/** Whether bisecting each threshold of a monotone function takes fewer evaluations than looking at all levels. */
function bisectsSooner(f: IntegerFunction, levels: number): boolean {
  if (levels <= wholeLevels) return false;
  const { first, last } = ends(f);
  const steps = first.reduce((most, v, c) => Math.max(most, Math.abs(v - last[c]!)), 1);
  return steps * Math.ceil(Math.log2(levels)) < levels;
}

/** A flow on a scalar, on a vector of one: parameters stand along an axis. */
function withAxis(flow: FlowFact, site: Site): FlowFact {
  if (flow.base.type.shape.length > 0) return flow;
  return { ...flow, base: reshapeBase(flow.base, [1], site), baseForm: formOf([1]) };
}

/** One row of parameters serves any axis; the last one is what hardware streams along. */
function parameterAxis(flow: FlowFact, rows: number): number {
  return rows === 1 ? -1 : flow.baseForm.axis;
}

const named = (op: Op): { readonly loc: Op["loc"]; readonly names: readonly (string | undefined)[] } => ({
  loc: op.loc,
  names: [op.results[0]?.name],
});

function lookup(
  flow: FlowFact,
  f: IntegerFunction,
  tables: readonly Float64Array[],
  elem: ElemType,
  op: Op,
  site: Site,
): Fact {
  const entries = tableTensor(f, tables, flow.range, elem);
  if (!entries) return refused(op, notMonotone(op, levelCount(f)));
  const table = Constant.build(site.graph, [], { value: entries }, { loc: op.loc });
  site.layers.push({ kind: "lookup", loc: op.loc });
  const attrs = { elem, lo: flow.range.lo, axis: parameterAxis(flow, entries.shape[0]!) };
  const value = q.Lookup.build(site.graph, [flow.base, table], attrs, named(op));
  return codeFlow(flow, value, resultRange(value, flow.range, site), elem, site);
}

/** What the op's own range model says of its result; parameters range over whatever the model reads them as. */
function resultRange(value: Value, input: IntegerRange, site: Site): IntegerRange {
  const op = value.op!;
  const others = op.operands.slice(1).map((v) => rangeOfType(v.type));
  return site.interfaces.get(op.def, Ranged)!.range(op, [input, ...others])[0]!;
}

/** The flow of fresh codes, in the shape that the network gives them. */
function codeFlow(flow: FlowFact, value: Value, whole: IntegerRange, elem: ElemType, site: Site): FlowFact {
  const moved = reshapeBase(value, flow.shape, site);
  return codesFlow(moved, moved === value ? whole : { lo: whole.lo, hi: whole.hi }, elem, flow.form);
}

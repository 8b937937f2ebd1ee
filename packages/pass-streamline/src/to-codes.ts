import {
  Constant,
  type ElemType,
  elemForRange,
  elemInfo,
  type IntegerRange,
  type Op,
  Ranged,
  rangeOfType,
  type Tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import { nearTies, tooWide } from "./diagnostics.js";
import { codes } from "./expr.js";
import { type Fact, type FlowFact, host } from "./fact.js";
import {
  bisect,
  ends,
  enumerate,
  enumerationLimit,
  type IntegerFunction,
  integerFunction,
  levelCount,
} from "./integer-function.js";
import { reshapeBase } from "./movement.js";
import { countNearTies } from "./near-ties.js";
import type { Site } from "./rule.js";

/** How the codes of a channel run over its integers. */
type Direction = "up" | "down" | "mixed";

/**
 * A flow whose value is an integer of `elem` becomes a threshold op on the integer tensor, or a table where it is
 * not monotone. The expression decides every threshold: it is evaluated on the integers of the range themselves.
 */
export function toCodes(flow: FlowFact, elem: ElemType, op: Op, site: Site): Fact {
  return toCodesBy(flow, integerFunction(flow), elem, op, site);
}

/** `toCodes`, for codes that another function of the integers gives. */
export function toCodesBy(flow: FlowFact, f: IntegerFunction, elem: ElemType, op: Op, site: Site): Fact {
  const levels = levelCount(f);
  const tabulated = levels * f.channels <= enumerationLimit ? enumerate(f) : undefined;
  if (!tabulated && !flow.monotone) {
    site.report(tooWide(op, levels));
    return host(op, `a function of ${levels} integers is too long to tabulate`);
  }
  if (tabulated && isIdentity(f, tabulated)) return codeFlow(flow, flow.base, flow.range, site);
  const directions = tabulated ? tabulated.map(direction) : endDirections(f);
  if (directions.includes("mixed") || (tabulated && tableIsSmaller(flow, tabulated))) {
    return lookup(flow, f, tabulated!, elem, op, site);
  }
  const down = directions.map((d) => d === "down");
  const turned = down.includes(true) ? turn(flow, down, site) : flow;
  const g = mirrored(f, down);
  const { lo, hi } = codeRange(g);
  const bipolar = elem === "bipolar";
  const count = bipolar ? 1 : Math.max(1, hi - lo);
  const from = bipolar ? 1 : lo + 1;
  const rows = tabulated
    ? tabulated.map((table, c) => reach(table, down[c]!, g.lo(c), g.hi(c), from, count))
    : bisect(g, from, count);
  const thresholds = thresholdTensor(rows, turned.base.type.elem, flow.uniform);
  const nearTieCount = countNearTies(flow, rows, (t, c) => (down[c] ? -t : t), g);
  if (nearTieCount > 0) site.report(nearTies(op, nearTieCount, rows.length * count));
  site.layers.push({ kind: "threshold", loc: op.loc, thresholdCount: count, nearTieCount });
  const t = Constant.build(site.graph, [], { value: thresholds }, { loc: op.loc });
  const attrs = { elem, bias: bipolar ? 0 : lo, axis: parameterAxis(flow, thresholds) };
  const value = q.Threshold.build(site.graph, [turned.base, t], attrs, named(op));
  return codeFlow(flow, value, resultRange(value, turned.range, site), site);
}

/** One row of parameters serves any axis; the last one is what hardware streams along. */
function parameterAxis(flow: FlowFact, parameters: Tensor): number {
  return parameters.shape[0] === 1 ? -1 : flow.baseForm.axis;
}

/** Up to here a table for all channels fits one small memory. */
const smallTable = 1024;
/** Thresholds that are compared side by side rather cheaply. */
const fewThresholds = 15;

/** Whether one small table says the same with less than a long row of thresholds: clipping an 8-bit input, say. */
function tableIsSmaller(flow: FlowFact, tables: readonly Float64Array[]): boolean {
  const [first] = tables;
  const span = first!.reduce((a, b) => Math.max(a, b)) - first!.reduce((a, b) => Math.min(a, b));
  return flow.uniform && span > fewThresholds && first!.length <= smallTable;
}

/** Whether a quantizer gives back every integer of every channel: it does nothing. */
function isIdentity(f: IntegerFunction, tables: readonly Float64Array[]): boolean {
  return tables.every((table, c) => table.every((code, i) => code === Math.min(f.lo(c) + i, f.hi(c))));
}

const named = (op: Op): { readonly loc: Op["loc"]; readonly names: readonly (string | undefined)[] } => ({
  loc: op.loc,
  names: [op.results[0]?.name],
});

function direction(table: Float64Array): Direction {
  let [up, down] = [true, true];
  for (let i = 1; i < table.length; i++) {
    if (table[i]! < table[i - 1]!) up = false;
    if (table[i]! > table[i - 1]!) down = false;
  }
  return up ? "up" : down ? "down" : "mixed";
}

function endDirections(f: IntegerFunction): Direction[] {
  const { first, last } = ends(f);
  return Array.from(first, (v, c) => (v <= last[c]! ? "up" : "down"));
}

/** `f(−n)` in the channels that run down, so that every channel runs up. */
function mirrored(f: IntegerFunction, down: readonly boolean[]): IntegerFunction {
  if (!down.includes(true)) return f;
  return {
    channels: f.channels,
    lo: (c) => (down[c] ? -f.hi(c) : f.lo(c)),
    hi: (c) => (down[c] ? -f.lo(c) : f.hi(c)),
    at: (levels) => f.at(Float64Array.from(levels, (n, i) => (down[i % f.channels] ? -n : n))),
  };
}

/** Least and greatest code over all channels, of a function that runs up. */
function codeRange(f: IntegerFunction): { readonly lo: number; readonly hi: number } {
  const { first, last } = ends(f);
  return { lo: first.reduce((a, b) => Math.min(a, b)), hi: last.reduce((a, b) => Math.max(a, b)) };
}

/** The smallest integers of one channel that reach the codes `from …`, from its table. */
function reach(
  table: Float64Array,
  down: boolean,
  lo: number,
  hi: number,
  from: number,
  count: number,
): Float64Array {
  const out = new Float64Array(count).fill(hi + 1);
  const length = hi - lo + 1;
  let k = 0;
  for (let i = 0; i < length && k < count; i++) {
    const code = table[down ? length - 1 - i : i]!;
    while (k < count && code >= from + k) out[k++] = lo + i;
  }
  return out;
}

/** Thresholds in the signedness of the input, one bit wider where one lies beyond its range; one row if all agree. */
function thresholdTensor(rows: readonly Float64Array[], input: ElemType, uniform: boolean): Tensor {
  const first = rows[0]!;
  const same = uniform || rows.every((row) => row.every((t, k) => t === first[k]));
  const kept = same ? [first] : rows;
  const { min, max } = elemInfo(input);
  let [lo, hi] = [min, max];
  for (const row of kept) {
    for (const t of row) {
      lo = Math.min(lo, t);
      hi = Math.max(hi, t);
    }
  }
  const values = new Float64Array(kept.length * first.length);
  kept.forEach((row, c) => {
    values.set(row, c * first.length);
  });
  return tensorFrom(elemForRange(lo, hi), [kept.length, first.length], values);
}

/** The flow on an integer tensor whose marked channels are negated: in the weights where a matmul makes it. */
function turn(flow: FlowFact, down: readonly boolean[], site: Site): FlowFact {
  const range = negated(flow.range, down, flow.baseForm.axis);
  const made = q.MatMul.match(flow.base);
  const weights = made && Constant.match(made.operand(1))?.attrs.value;
  const elem = elemForRange(range.lo, range.hi);
  if (made && weights) {
    const w = Constant.build(site.graph, [], { value: q.negateRows(weights, down) }, { loc: made.loc });
    const base = q.MatMul.build(site.graph, [made.operand(0), w], { elem }, named(made));
    return { ...flow, base, range };
  }
  const a = tensorFrom(
    "i2",
    [down.length],
    down.map((d) => (d ? -1 : 1)),
  );
  const parameters = [a, tensorFrom("i2", [1], [0])].map((value) =>
    Constant.build(site.graph, [], { value }),
  );
  const base = q.Affine.build(site.graph, [flow.base, ...parameters], { elem, axis: flow.baseForm.axis });
  return { ...flow, base, range };
}

function negated(range: IntegerRange, down: readonly boolean[], axis: number): IntegerRange {
  const own = range.channels?.axis === axis ? range.channels : undefined;
  const lo = Float64Array.from(down, (d, c) => (d ? -(own?.hi[c] ?? range.hi) : (own?.lo[c] ?? range.lo)));
  const hi = Float64Array.from(down, (d, c) => (d ? -(own?.lo[c] ?? range.lo) : (own?.hi[c] ?? range.hi)));
  return {
    lo: lo.reduce((a, b) => Math.min(a, b)),
    hi: hi.reduce((a, b) => Math.max(a, b)),
    channels: { axis, lo, hi },
  };
}

function lookup(
  flow: FlowFact,
  f: IntegerFunction,
  tables: Float64Array[],
  elem: ElemType,
  op: Op,
  site: Site,
): Fact {
  const { lo, hi } = flow.range;
  const length = hi - lo + 1;
  const rows = flow.uniform ? 1 : f.channels;
  const values = new Float64Array(rows * length);
  for (let c = 0; c < rows; c++) {
    for (let i = 0; i < length; i++) {
      const within = Math.min(Math.max(lo + i, f.lo(c)), f.hi(c)) - f.lo(c);
      values[c * length + i] = tables[c]![within]!;
    }
  }
  const entries = tensorFrom(elem, [rows, length], values);
  const table = Constant.build(site.graph, [], { value: entries }, { loc: op.loc });
  site.layers.push({ kind: "lookup", loc: op.loc });
  const attrs = { elem, lo, axis: parameterAxis(flow, entries) };
  const value = q.Lookup.build(site.graph, [flow.base, table], attrs, named(op));
  return codeFlow(flow, value, resultRange(value, flow.range, site), site);
}

/** What the op's own range model says of its result; parameters range over whatever the model reads them as. */
function resultRange(value: Value, input: IntegerRange, site: Site): IntegerRange {
  const op = value.op!;
  const others = op.operands.slice(1).map((v) => rangeOfType(v.type));
  return site.interfaces.get(op.def, Ranged)!.range(op, [input, ...others])[0]!;
}

/** The flow of fresh codes, in the shape that the network gives them. */
function codeFlow(flow: FlowFact, value: Value, whole: IntegerRange, site: Site): FlowFact {
  const moved = reshapeBase(value, flow.shape, site);
  const sameAxis = moved === value;
  return {
    ...flow,
    base: moved,
    baseForm: flow.form,
    range: sameAxis ? whole : { lo: whole.lo, hi: whole.hi },
    expr: codes,
    affine: { scale: Float64Array.of(1), bias: Float64Array.of(0) },
    monotone: true,
    uniform: true,
  };
}

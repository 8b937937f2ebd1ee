import {
  Constant,
  constantOf,
  elemForRange,
  type Graph,
  type IntegerRange,
  numbers,
  type Op,
  tensorFrom,
} from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import { ternaryCodes } from "./bipolar.js";
import type { FlowFact } from "./fact.js";
import type { Site } from "./rule.js";

/** The flow's integers with the marked channels negated. `down` has one entry, or one a channel. */
export function turn(flow: FlowFact, down: readonly boolean[], site: Site): FlowFact {
  const range = negated(flow.range, down, flow.baseForm.axis);
  const signs = down.map((d) => (d ? -1 : 1));
  const parameters = [tensorFrom("i2", [down.length], signs), tensorFrom("i2", [1], [0])].map((value) =>
    Constant.build(site.graph, [], { value }),
  );
  const attrs = { elem: elemForRange(range.lo, range.hi), axis: down.length === 1 ? -1 : flow.baseForm.axis };
  const bipolar = flow.base.type.elem === "bipolar";
  const source = bipolar ? ternaryCodes(flow.base, site) : flow.base;
  const base = q.Affine.build(site.graph, [source, ...parameters], attrs, { names: [flow.base.name] });
  return { ...flow, base, range };
}

function negated(range: IntegerRange, down: readonly boolean[], axis: number): IntegerRange {
  const own =
    range.channels && (down.length === 1 || range.channels.axis === axis) ? range.channels : undefined;
  const is = (c: number): boolean => down[down.length === 1 ? 0 : c]!;
  const ends = Array.from({ length: own?.lo.length ?? down.length }, (_, c): [number, number] => {
    const [lo, hi] = [own?.lo[c] ?? range.lo, own?.hi[c] ?? range.hi];
    return is(c) ? [-hi + 0, -lo + 0] : [lo, hi];
  });
  const lo = Float64Array.from(ends, ([least]) => least);
  const hi = Float64Array.from(ends, ([, most]) => most);
  const whole = { lo: lo.reduce((a, b) => Math.min(a, b)), hi: hi.reduce((a, b) => Math.max(a, b)) };
  if (!own && down.length === 1) return whole;
  return { ...whole, channels: { axis: own?.axis ?? axis, lo, hi } };
}

/**
 * `±1 · matmul(x, W)` → `matmul(x, ±W)`: a sign per neuron, or per filter of a convolution, stands in its weights.
 *
 * Exact. Only where nothing else reads the product, else there would be two of them.
 */
export function absorbSigns(graph: Graph): void {
  for (const op of graph.ops()) {
    if (!q.Affine.is(op)) continue;
    const product = q.MatMul.match(op.operand(0)) ?? q.Conv.match(op.operand(0));
    const weights = constantOf(product?.operand(1));
    const signs = rowSigns(op, weights?.shape[0] ?? 0);
    if (!product || !weights || !signs || op.operand(0).onlyReader !== op) continue;
    const at = { before: op, loc: product.loc };
    const w = Constant.build(graph, [], { value: q.negateRows(weights, signs) }, at);
    const { elem } = op.attrs;
    const attrs = { ...product.attrs, elem };
    graph.replaceOp(op, [graph.create(product.def, [product.operand(0), w], attrs, at).result()]);
  }
}

/** Which of `rows` an affine op negates, when that is all it does along the last axis. */
function rowSigns(op: Op, rows: number): boolean[] | undefined {
  const [scale, offset] = [constantOf(op.operand(1)), constantOf(op.operand(2))];
  const axis = op.attrs["axis"] as number;
  const last = axis === -1 || axis === op.result().type.shape.length - 1;
  if (!scale || !offset) return undefined;
  const signs = Array.from(numbers(scale));
  if (!signs.every((s) => Math.abs(s) === 1) || !Array.from(numbers(offset)).every((b) => b === 0))
    return undefined;
  if (!last && signs.length > 1) return undefined;
  return Array.from({ length: rows }, (_, n) => signs[signs.length === 1 ? 0 : n] === -1);
}

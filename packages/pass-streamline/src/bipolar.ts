import { Constant, constantOf, numbers, sameShape, tensorFrom } from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import type { AffineForm, FlowFact } from "./fact.js";
import { reshapeBase } from "./movement.js";
import type { Site } from "./rule.js";

/**
 * One unsigned bit that stands for `−a` and `+a` is bipolar: `2a·n − a = a·(2n − 1)`. Networks that write their
 * binarization as a threshold with a scale of 2 and a bias of −1 (FINN's do) get a 1-bit datapath and no bias.
 *
 * `undefined` when the two values are not opposite.
 */
export function asBipolar(flow: FlowFact, affine: AffineForm, site: Site): FlowFact | undefined {
  if (flow.base.type.elem !== "u1" && flow.base.type.elem !== "bool") return undefined;
  const scale = affine.scale[0]! / 2;
  const opposite = affine.scale.every((s) => s / 2 === scale) && affine.bias.every((b) => b === -scale);
  if (!opposite) return undefined;
  const bipolar = { scale: Float64Array.of(scale), bias: Float64Array.of(0) };
  return {
    ...flow,
    base: reshapeBase(bipolarBit(flow, site), flow.shape, site),
    baseForm: flow.form,
    range: { lo: -1, hi: 1 },
    affine: bipolar,
    expr: { kind: "decode", ...bipolar, form: flow.form, elem: "f64" },
    uniform: true,
  };
}

/** The same bit as a bipolar code: from the threshold that makes it, or by a threshold of its own. */
function bipolarBit(flow: FlowFact, site: Site): FlowFact["base"] {
  const { graph } = site;
  const source = q.Reshape.match(flow.base)?.operand(0) ?? flow.base;
  const made = q.Threshold.match(source);
  if (made && made.attrs.bias === 0 && made.operand(1).type.shape[1] === 1) {
    const { axis } = made.attrs;
    return q.Threshold.build(
      graph,
      made.operands,
      { elem: "bipolar", axis },
      { loc: made.loc, names: [source.name] },
    );
  }
  const one = Constant.build(graph, [], { value: tensorFrom("u1", [1, 1], [1]) });
  return q.Threshold.build(graph, [source, one], { elem: "bipolar" }, { names: [source.name] });
}

/**
 * −1 and +1 as signed codes of two bits, which hold a 0 too: from the threshold that makes them, reached twice, or by
 * thresholds of their own. One for all readers.
 */
export function ternaryCodes(base: FlowFact["base"], site: Site): FlowFact["base"] {
  const { graph } = site;
  const source = q.Reshape.match(base)?.operand(0) ?? base;
  const made = q.Threshold.match(source);
  const rows = made ? numbers(constantOf(made.operand(1))!) : [1];
  const twice = Array.from(rows).flatMap((t) => [t, t]);
  const elem = made?.operand(1).type.elem ?? "u1";
  const attrs = { elem: "i2" as const, bias: -1, axis: made?.attrs.axis ?? -1 };
  const of = made?.operand(0) ?? source;
  const known = of.uses
    .map(({ op }) => q.Threshold.match(op.results[0]))
    .find((op) => op?.attrs.elem === "i2" && op.attrs.bias === -1 && sameRows(op.operand(1), twice));
  const t = (): FlowFact["base"] =>
    Constant.build(graph, [], { value: tensorFrom(elem, [rows.length, 2], twice) });
  const value =
    known?.result() ??
    q.Threshold.build(graph, [of, t()], attrs, { loc: made?.loc ?? {}, names: [source.name] });
  return reshapeBase(value, base.type.shape, site);
}

function sameRows(v: FlowFact["base"], rows: readonly number[]): boolean {
  const value = constantOf(v);
  return value !== undefined && sameShape(Array.from(numbers(value)), rows);
}

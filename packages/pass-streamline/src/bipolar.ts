import { Constant, tensorFrom } from "@gatefold/core";
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

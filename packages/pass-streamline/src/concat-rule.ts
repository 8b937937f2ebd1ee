import { Constant, elemForRange, isInt, type Op, Ranged, tensorFrom, type Value } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import * as q from "@gatefold/dialect-q";
import { ternaryCodes } from "./bipolar.js";
import { codes } from "./expr.js";
import { type AffineForm, type Fact, type FlowFact, host } from "./fact.js";
import { formOf } from "./form.js";
import { integerInput } from "./matmul-rule.js";
import { onLastAxis, reshapeBase } from "./movement.js";
import type { Site, StreamlineModel } from "./rule.js";
import { at } from "./spread.js";

/**
 * Channels of several streams one behind the other. Each part keeps its scale and bias, one a channel; codes of
 * different types are first widened to one that holds them all.
 */
export const concatRule: StreamlineModel = {
  mustLower: false,
  takesPadding: false,
  streamline: (op, operands, site) => [concat(op, operands, site)],
};

function concat(op: Op, operands: readonly Fact[], site: Site): Fact {
  const last = op.result().type.shape.length - 1;
  const axis = op.attrs["axis"] as number;
  if (axis !== last && axis !== -1)
    return host(op, `it joins along axis ${axis}, which is not that of the channels`, "join channels only");
  const parts: FlowFact[] = [];
  for (const fact of operands) {
    if (fact.kind !== "flow")
      return host(op, "it joins a stream with a constant", "leave the constant channels out");
    const integers = integerInput(op, fact, site);
    if (integers.kind === "host") return integers;
    const part = onLastAxis(integers, site);
    if (!part) return host(op, "a part has a scale or bias that is not one a channel", "quantize each part");
    parts.push(part);
  }
  const inputs = alike(
    parts.map((part) => reshapeBase(part.base, part.shape, site)),
    parts,
    site,
  );
  const base = q.Concat.build(site.graph, inputs, {}, { loc: op.loc, names: [op.results[0]?.name] });
  const ranges = parts.map(({ range, base: own }, i) =>
    inputs[i] === own ? range : { lo: range.lo, hi: range.hi },
  );
  const [range] = site.interfaces.get(q.Concat, Ranged)!.range(base.op!, ranges);
  const { shape, elem } = op.result().type;
  const form = formOf(shape, last);
  const affine = joined(parts);
  const uniform = affine.scale.length === 1 && affine.bias.length === 1;
  const expr = isInt(elem) ? codes(elem) : ({ kind: "decode", ...affine, form, elem } as const);
  return {
    kind: "flow",
    base,
    baseForm: form,
    range: range!,
    expr,
    shape,
    form,
    affine,
    monotone: true,
    uniform: uniform || isInt(elem),
  };
}

/** Streams of one type that holds them all. */
function alike(values: readonly Value[], parts: readonly FlowFact[], site: Site): readonly Value[] {
  const [first] = values as [Value];
  if (values.every((v) => v.type.elem === first.type.elem)) return values;
  const lo = Math.min(0, ...parts.map((p) => p.range.lo));
  const elem = elemForRange(lo, Math.max(...parts.map((p) => p.range.hi)));
  return values.map((coded) => {
    const value = coded.type.elem === "bipolar" ? ternaryCodes(coded, site) : coded;
    if (value.type.elem === elem) return value;
    const parameters = [1, 0].map((v) =>
      Constant.build(site.graph, [], { value: tensorFrom("i2", [1], [v]) }),
    );
    return q.Affine.build(site.graph, [value, ...parameters], { elem }, { names: [value.name] });
  });
}

/** The scales and biases of the parts, one a channel, or one where all are equal. */
function joined(parts: readonly FlowFact[]): AffineForm {
  const list = (key: "scale" | "bias"): Float64Array => {
    const all = parts.flatMap(({ affine, form }) =>
      Array.from({ length: form.channels }, (_, c) => at(affine![key], c)),
    );
    return Float64Array.from(all.every((v) => v === all[0]) ? all.slice(0, 1) : all);
  };
  return { scale: list("scale"), bias: list("bias") };
}

/** Some channels of a stream, each with its function. */
function part(op: Op, x: FlowFact, first: number, count: number, index: number, site: Site): Fact {
  const flow = onLastAxis(x, site);
  if (!flow) return host(op, "it parts channels along another axis than their functions", "quantize before");
  const integers = flow.uniform ? flow : integerInput(op, flow, site);
  if (integers.kind === "host") return integers;
  const { shape } = op.results[index]!.type;
  const image = reshapeBase(integers.base, integers.shape, site);
  const init = { loc: op.loc, names: [op.results[index]?.name] };
  const base = q.Slice.build(site.graph, [image], { first, count }, init);
  const own = image === integers.base ? integers.range : { lo: integers.range.lo, hi: integers.range.hi };
  const [range] = site.interfaces.get(q.Slice, Ranged)!.range(base.op!, [own]);
  const form = formOf(shape, shape.length - 1);
  const cut = (v: Float64Array): Float64Array => (v.length === 1 ? v : v.slice(first, first + count));
  const affine = integers.affine && { scale: cut(integers.affine.scale), bias: cut(integers.affine.bias) };
  const { elem } = op.results[index]!.type;
  const expr =
    integers.uniform || !affine ? integers.expr : ({ kind: "decode", ...affine, form, elem } as const);
  return { ...integers, base, baseForm: form, range: range!, shape, form, affine, expr };
}

/** Parts of the channels of a stream. */
export const splitRule: StreamlineModel = {
  mustLower: false,
  takesPadding: false,
  streamline(op, [x], site) {
    const { axis, split } = op.attrs as { axis: number; split: readonly number[] };
    const last = op.operand(0).type.shape.length - 1;
    const cause =
      x?.kind !== "flow"
        ? "its operand is not on the device"
        : axis !== last && axis !== -1
          ? `it parts axis ${axis}, which is not that of the channels`
          : undefined;
    if (cause !== undefined || x?.kind !== "flow")
      return op.results.map(() => host(op, cause ?? "", "part channels only"));
    let from = 0;
    return split.map((count, i) => {
      from += count;
      return part(op, x, from - count, count, i, site);
    });
  },
};

/** A run of channels of a stream. */
export const sliceRule: StreamlineModel = {
  mustLower: false,
  takesPadding: false,
  streamline(op, [x], site) {
    if (!nn.Slice.is(op) || x?.kind !== "flow") return [host(op, "its operand is not on the device")];
    const { shape } = op.operand(0).type;
    const wanted = op.result().type.shape;
    const last = shape.length - 1;
    const { axes, starts, steps } = op.attrs;
    const at = (axes ?? starts.map((_, i) => i)).findIndex((a) => a === last || a === -1);
    const start = starts[at] ?? 0;
    const first = Math.min(start < 0 ? start + shape[last]! : start, shape[last]!);
    const channelsOnly = wanted.every((d, i) => i === last || d === shape[i]) && wanted[last]! > 0;
    if (!channelsOnly || steps?.some((s) => s !== 1))
      return [
        host(op, "it takes more than a run of channels apart", "slice channels only, with a step of 1"),
      ];
    if (wanted[last] === shape[last]) return [x];
    return [part(op, x, Math.max(first, 0), wanted[last]!, 0, site)];
  },
};

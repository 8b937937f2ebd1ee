import { evaluateOp, makeTensor, numbers, type Op, product, sameShape, type Tensor } from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import { type Fact, type FlowFact, type HostFact, host } from "./fact.js";
import { channelAt, channelAxes, type Form, formOf } from "./form.js";
import type { Site } from "./rule.js";
import { at } from "./spread.js";

/** Where each result element comes from: the op's own evaluator, run on the indices of operand 0. */
function sources(op: Op, shape: readonly number[], rest: readonly Tensor[]): Tensor {
  const iota = makeTensor(
    "i32",
    shape,
    Int32Array.from({ length: product(shape) }, (_, i) => i),
  );
  return evaluateOp(op, [iota, ...rest])[0]!;
}

/** An op that only moves elements: possible while it keeps their order. */
export function moveFlow(op: Op, flow: FlowFact, rest: readonly Tensor[], site: Site): Fact {
  const moved = sources(op, flow.shape, rest);
  const inOrder = numbers(moved).every((v, i) => v === i) && moved.data.length === product(flow.shape);
  if (!inOrder) {
    const port = flow.uniform ? site.movePort(flow.base, op) : undefined;
    if (port) return movedInput(flow, port);
    return host(
      op,
      "it changes the order of the elements of a stream",
      "train and export with the channels in one place, so that only weights are transposed",
    );
  }
  return reshapeFlow(op, flow, moved.shape, site);
}

/** The same function, the same in every channel, of a device input whose elements the host has moved. */
function movedInput(flow: FlowFact, port: FlowFact): FlowFact {
  const { shape, form, base, baseForm, range } = port;
  const inner = { ...flow.form, channels: 1 };
  const expr =
    flow.expr.kind === "codes"
      ? flow.expr
      : ({ kind: "move", inner: flow.expr, from: inner, baseShape: base.type.shape, shape } as const);
  return { ...flow, base, baseForm, range, shape, form, expr };
}

/** The axis of `shape` along which alone the flow's channels vary, with the channel at each of its positions. */
function channelAxis(
  shape: readonly number[],
  flow: FlowFact,
): { readonly form: Form; readonly map: Int32Array } | undefined {
  const count = product(shape);
  for (const axis of channelAxes(shape)) {
    const map = new Int32Array(shape[axis]!).fill(-1);
    let fits = true;
    for (let i = 0; i < count && fits; i++) {
      const c = channelAt(shape, axis, i);
      const source = channelAt(flow.shape, flow.form.axis, i);
      if (map[c] === -1) map[c] = source;
      fits = map[c] === source;
    }
    if (fits) return { form: formOf(shape, axis), map };
  }
  return undefined;
}

/**
 * The flow under another shape. The integer tensor keeps its own as long as the channels merely stand on another
 * axis; else it is reshaped, which is possible when all channels have one function or are known as scale and bias.
 */
export function reshapeFlow(
  op: Op,
  flow: FlowFact,
  shape: readonly number[],
  site: Site,
): FlowFact | HostFact {
  if (sameShape(shape, flow.shape)) return flow;
  const { expr } = flow;
  const move = {
    kind: "move",
    inner: expr,
    from: flow.form,
    baseShape: flow.base.type.shape,
    shape,
  } as const;
  const target = channelAxis(shape, flow);
  if (target && target.form.channels === flow.form.channels && target.map.every((v, i) => v === i)) {
    return { ...flow, shape, form: target.form, expr: move };
  }
  const base = reshapeBase(flow.base, shape, site);
  const range = { lo: flow.range.lo, hi: flow.range.hi };
  if (flow.uniform) {
    const form = formOf(shape);
    return { ...flow, base, baseForm: form, range, shape, form, expr: expr.kind === "codes" ? expr : move };
  }
  if (flow.affine && target) {
    const { form } = target;
    const affine = {
      scale: Float64Array.from(target.map, (c) => at(flow.affine!.scale, c)),
      bias: Float64Array.from(target.map, (c) => at(flow.affine!.bias, c)),
    };
    const decoded = { kind: "decode", ...affine, form, elem: op.result().type.elem } as const;
    return { ...flow, base, baseForm: form, range, shape, form, affine, expr: decoded };
  }
  return host(op, "it merges channels whose functions differ", "quantize before the reshape");
}

/** A uniform flow with its channels on another axis of the same shape. */
export function onAxis(flow: FlowFact, axis: number, site: Site): FlowFact {
  if (flow.form.axis === axis) return flow;
  const base = reshapeBase(flow.base, flow.shape, site);
  const form = formOf(flow.shape, axis);
  const range = base === flow.base ? flow.range : { lo: flow.range.lo, hi: flow.range.hi };
  const whole = flow.affine && { scale: flow.affine.scale.slice(0, 1), bias: flow.affine.bias.slice(0, 1) };
  return { ...flow, base, baseForm: form, range, form, affine: whole };
}

/** The flow with its channels on the last axis; `undefined` when its function varies along another. */
export function onLastAxis(flow: FlowFact, site: Site): FlowFact | undefined {
  const { padding } = flow;
  if (padding) {
    const image = onLastAxis(padding.image, site);
    return image && { ...image, shape: flow.shape, padding: { ...padding, image } };
  }
  const last = flow.shape.length - 1;
  if (flow.form.axis === last) return flow;
  if (flow.uniform) return onAxis(flow, last, site);
  const { affine } = flow;
  const flat = affine && [affine.scale, affine.bias].every((v) => v.every((e) => e === v[0]));
  if (!flat) return undefined;
  const whole = { scale: affine.scale.slice(0, 1), bias: affine.bias.slice(0, 1) };
  const form = formOf(flow.shape, last);
  const { elem } = flow.expr.kind === "decode" ? flow.expr : { elem: "f64" as const };
  const expr = { kind: "decode", ...whole, form, elem } as const;
  return onAxis({ ...flow, uniform: true, affine: whole, expr }, last, site);
}

/** A reshape of an integer tensor: one for all that want it, none on another, none that changes nothing. */
export function reshapeBase(base: FlowFact["base"], shape: readonly number[], site: Site): FlowFact["base"] {
  if (sameShape(base.type.shape, shape)) return base;
  const source = q.Reshape.match(base)?.operand(0) ?? base;
  if (sameShape(source.type.shape, shape)) return source;
  const made = source.uses.find(({ op }) => q.Reshape.is(op) && sameShape(op.result().type.shape, shape));
  return made?.op.result() ?? q.Reshape.build(site.graph, [source], { shape });
}

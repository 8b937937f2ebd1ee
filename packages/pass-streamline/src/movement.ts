import { evaluateOp, makeTensor, numbers, type Op, product, type Tensor } from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import { at, spread } from "./elementwise.js";
import { type ConstantFact, type Fact, type FlowFact, host } from "./fact.js";
import { channelAt, type Form, formOf } from "./form.js";
import type { Site } from "./rule.js";

/** Where each result element comes from: the op's own evaluator, run on the indices of operand 0. */
function sources(op: Op, shape: readonly number[], rest: readonly Tensor[]): Tensor {
  const iota = makeTensor(
    "i32",
    shape,
    Int32Array.from({ length: product(shape) }, (_, i) => i),
  );
  return evaluateOp(op, [iota, ...rest])[0]!;
}

/** The axis along which alone the channels of the moved elements vary, with the channel at each of its positions. */
function channelAxis(
  moved: Tensor,
  flow: FlowFact,
): { readonly form: Form; readonly map: Int32Array } | undefined {
  const from = numbers(moved);
  const axes = moved.shape.map((_, i) => i).filter((i) => i > 0 || moved.shape.length < 2);
  for (const axis of axes) {
    const map = new Int32Array(moved.shape[axis]!).fill(-1);
    const fits = Array.from({ length: from.length }, (_, i) => i).every((i) => {
      const c = channelAt(moved.shape, axis, i);
      const source = channelAt(flow.shape, flow.form.axis, from[i]!);
      if (map[c] === -1) map[c] = source;
      return map[c] === source;
    });
    if (fits) return { form: formOf(moved.shape, axis), map };
  }
  return undefined;
}

/**
 * An op that only moves elements. The integer tensor keeps its place as long as the channels merely stand on another
 * axis; else it is reshaped, which is possible while the order of the elements stays.
 */
export function moveFlow(op: Op, flow: FlowFact, rest: readonly Tensor[], site: Site): Fact {
  const moved = sources(op, flow.shape, rest);
  const inOrder = numbers(moved).every((v, i) => v === i) && moved.data.length === product(flow.shape);
  if (!inOrder) {
    return host(
      op,
      "it changes the order of the elements of a stream",
      "dense networks keep it; check the layout",
    );
  }
  const target = channelAxis(moved, flow);
  const { shape } = moved;
  if (target && target.form.channels === flow.form.channels && target.map.every((v, i) => v === i)) {
    const expr = { kind: "move", inner: flow.expr, from: flow.form, op } as const;
    return { ...flow, shape, form: target.form, expr };
  }
  const base = reshapeBase(flow.base, shape, site);
  const range = { lo: flow.range.lo, hi: flow.range.hi };
  if (flow.uniform) {
    const form = formOf(shape);
    const from = { ...flow.form, channels: 1 };
    const expr =
      flow.expr.kind === "codes"
        ? flow.expr
        : ({ kind: "move", inner: flow.expr, from, op: undefined } as const);
    return { ...flow, base, baseForm: form, range, shape, form, expr };
  }
  if (flow.affine && target) {
    const affine = {
      scale: Float64Array.from(target.map, (c) => at(flow.affine!.scale, c)),
      bias: Float64Array.from(target.map, (c) => at(flow.affine!.bias, c)),
    };
    const expr = { kind: "decode", ...affine, form: target.form } as const;
    return { ...flow, base, baseForm: target.form, range, shape, form: target.form, affine, expr };
  }
  return host(op, "it merges channels whose functions differ", "quantize before the reshape");
}

/** A reshape of an integer tensor; reshapes collapse, and none is left that changes nothing. */
export function reshapeBase(base: FlowFact["base"], shape: readonly number[], site: Site): FlowFact["base"] {
  const source = q.Reshape.match(base)?.operand(0) ?? base;
  const same = source.type.shape.length === shape.length && source.type.shape.every((d, i) => d === shape[i]);
  return same ? source : q.Reshape.build(site.graph, [source], { shape });
}

/** Movement of a constant moves its codes and its scale alike. */
export function moveConstant(op: Op, fact: ConstantFact, rest: readonly Tensor[]): ConstantFact {
  const tensor = evaluateOp(op, [fact.tensor, ...rest])[0]!;
  if (!fact.scaled) return { kind: "constant", tensor };
  const { codes, scale } = fact.scaled;
  const full = scale.data.length === 1 ? undefined : spread(scale, codes.shape);
  const movedScale = full ? evaluateOp(op, [makeTensor("f64", codes.shape, full), ...rest])[0]! : scale;
  return {
    kind: "constant",
    tensor,
    scaled: { codes: evaluateOp(op, [codes, ...rest])[0]!, scale: movedScale },
  };
}

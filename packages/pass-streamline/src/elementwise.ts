import { evaluateOp, isFloat, isInt, makeTensor, type Op, product, type Tensor } from "@gatefold/core";
import { type ElementwiseModel, MultiThreshold } from "@gatefold/dialect-nn";
import { type Expr, evaluateExpr, PerElementError } from "./expr.js";
import { type AffineForm, type ConstantFact, type Fact, type FlowFact, host } from "./fact.js";
import { channelAxes, type Form, levelShape, sameForm } from "./form.js";
import { onAxis, reshapeFlow } from "./movement.js";
import type { Site } from "./rule.js";
import { at, spread } from "./spread.js";
import { toCodes } from "./to-codes.js";

/** Whether an elementwise op makes codes: integers from reals, or counts of thresholds. A comparison is no quantizer. */
export function quantizes(op: Op): boolean {
  const elem = op.results[0]?.type.elem;
  if (elem === undefined || !isInt(elem) || elem === "bool") return false;
  return MultiThreshold.is(op) || op.operands.some((v) => isFloat(v.type.elem));
}

/**
 * One more elementwise op on a flow. It only grows the expression, unless it is a quantizer: that becomes thresholds
 * or a table at once.
 */
export function elementwise(
  op: Op,
  model: ElementwiseModel,
  operands: readonly (FlowFact | ConstantFact)[],
  site: Site,
): Fact {
  const { shape } = op.result().type;
  const aligned: (FlowFact | ConstantFact)[] = [];
  for (const fact of operands) {
    if (fact.kind === "flow" && product(fact.shape) !== product(shape))
      return host(
        op,
        `it broadcasts a shape [${fact.shape}] to [${shape}]`,
        "repeat the elements in the constant operand instead",
      );
    const like = fact.kind === "flow" ? reshapeFlow(op, fact, shape, site) : fact;
    if (like.kind === "host") return like;
    aligned.push(like);
  }
  const flows = aligned.filter((f): f is FlowFact => f.kind === "flow");
  const [first] = flows as [FlowFact];
  if (flows.some((f) => f.base !== first.base))
    return host(op, "it joins two streams of the network", "export one chain of layers, without joins");
  if (Math.max(-first.range.lo, first.range.hi) > Number.MAX_SAFE_INTEGER)
    return host(op, "it reads integers beyond 53 bits", "give the input a narrower integer type");
  const uniform = flows.every((f) => f.uniform);
  if (!uniform && flows.some((f) => !sameForm(f.form, first.form)))
    return host(op, "it joins channels along different axes", "quantize before the reshape");
  const axes = uniform
    ? [first.form.axis, ...channelAxes(shape).filter((a) => a !== first.form.axis)]
    : [first.form.axis];
  const grown = firstFitting(axes, (axis) =>
    grow(op, model, uniform ? alongAxis(aligned, axis, site) : aligned),
  );
  return quantizes(op) ? toCodes(grown, op.result().type.elem, op, site) : grown;
}

const alongAxis = (
  operands: readonly (FlowFact | ConstantFact)[],
  axis: number,
  site: Site,
): readonly (FlowFact | ConstantFact)[] =>
  operands.map((f) => (f.kind === "flow" ? onAxis(f, axis, site) : f));

/** The first axis along which an op takes one parameter a channel; the error of the first when there is none. */
function firstFitting(axes: readonly number[], make: (axis: number) => FlowFact): FlowFact {
  let failure: unknown;
  for (const axis of axes) {
    try {
      return make(axis);
    } catch (error) {
      if (!(error instanceof PerElementError)) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

/** The flow after the op. Throws `PerElementError` when that is not one function a channel. */
function grow(op: Op, model: ElementwiseModel, operands: readonly (FlowFact | ConstantFact)[]): FlowFact {
  const index = operands.findIndex((f) => f.kind === "flow");
  const first = operands[index] as FlowFact;
  const constants = operands.map((f) => (f.kind === "constant" ? f.tensor : undefined));
  const expr: Expr = { kind: "op", op, args: operands.map((f) => (f.kind === "flow" ? f.expr : f.tensor)) };
  // Constants that differ within a channel show on a single level, where nothing else has their size.
  evaluateExpr(expr, new Float64Array(first.form.channels).fill(first.range.lo), first.form);
  const flows = operands.filter((f): f is FlowFact => f.kind === "flow");
  return {
    ...first,
    expr,
    affine: affine(op, model, operands, constants, first.form),
    monotone: flows.length === 1 && first.monotone && model.monotone(op, index),
    uniform: flows.every((f) => f.uniform) && constants.every((t) => t === undefined || t.data.length === 1),
  };
}

/** Scale and bias after an op that is affine in all of its flows: `scale = Σ gain·scale`, `bias = f(biases)`. */
function affine(
  op: Op,
  model: ElementwiseModel,
  operands: readonly (FlowFact | ConstantFact)[],
  constants: readonly (Tensor | undefined)[],
  form: Form,
): AffineForm | undefined {
  const shape = levelShape(form, 1);
  const scale = new Float64Array(form.channels);
  const biases: Tensor[] = [];
  for (const [i, fact] of operands.entries()) {
    if (fact.kind !== "flow") {
      biases.push(fact.tensor);
      continue;
    }
    const gain = fact.affine && model.gain?.(op, i, constants);
    if (!fact.affine || !gain) return undefined;
    const gains = spread(gain, shape);
    if (!gains) throw new PerElementError(op);
    for (let c = 0; c < scale.length; c++) scale[c]! += gains[c]! * at(fact.affine.scale, c);
    const bias = Float64Array.from(scale, (_, c) => at(fact.affine!.bias, c));
    biases.push(makeTensor("f64", shape, bias));
  }
  const bias = spread(evaluateOp(op, biases)[0]!, shape);
  if (!bias) throw new PerElementError(op);
  return { scale, bias };
}

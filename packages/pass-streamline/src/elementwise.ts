import {
  broadcastIndex,
  evaluateOp,
  isInt,
  makeTensor,
  numbers,
  type Op,
  sameShape,
  type Tensor,
} from "@gatefold/core";
import type { ElementwiseModel } from "@gatefold/dialect-nn";
import { type Expr, PerElementError } from "./expr.js";
import { type AffineForm, type Fact, type FlowFact, host } from "./fact.js";
import { type Form, levelShape } from "./form.js";
import type { Site } from "./rule.js";
import { toCodes } from "./to-codes.js";

/**
 * One more elementwise op on a flow. A real result only grows the expression; an integer result is a quantizer and
 * becomes thresholds or a table at once.
 */
export function elementwise(op: Op, model: ElementwiseModel, operands: readonly Fact[], site: Site): Fact {
  const flows = operands.filter((f): f is FlowFact => f.kind === "flow");
  const first = flows[0]!;
  if (flows.some((f) => f.base !== first.base)) {
    return host(
      op,
      "it joins two streams of the network",
      "only chains of layers are supported here, no joins",
    );
  }
  const result = op.result();
  if (!sameShape(result.type.shape, first.shape) || flows.some((f) => !sameShape(f.shape, first.shape))) {
    return host(op, `it broadcasts a shape [${first.shape}] to [${result.type.shape}]`);
  }
  const index = operands.indexOf(first);
  const constants = operands.map((f) => (f.kind === "constant" ? f.tensor : undefined));
  const expr: Expr = {
    kind: "op",
    op,
    args: operands.map((f) => (f.kind === "flow" ? f.expr : (f as { tensor: Tensor }).tensor)),
    result: 0,
  };
  const flow: FlowFact = {
    ...first,
    expr,
    affine: isInt(result.type.elem) ? undefined : affine(op, model, operands, constants, first.form),
    monotone: flows.length === 1 && first.monotone && model.monotone(op, index),
    uniform: flows.every((f) => f.uniform) && constants.every((t) => t === undefined || t.data.length === 1),
  };
  return isInt(result.type.elem) && !isInt(op.operand(index).type.elem)
    ? toCodes(flow, result.type.elem, op, site)
    : flow;
}

/** Scale and bias after an op that is affine in all of its flows: `scale = Σ gain·scale`, `bias = f(biases)`. */
function affine(
  op: Op,
  model: ElementwiseModel,
  operands: readonly Fact[],
  constants: readonly (Tensor | undefined)[],
  form: Form,
): AffineForm | undefined {
  const shape = levelShape(form, 1);
  const scale = new Float64Array(form.channels);
  const biases: Tensor[] = [];
  for (let i = 0; i < operands.length; i++) {
    const fact = operands[i]!;
    if (fact.kind !== "flow") {
      biases.push(constants[i]!);
      continue;
    }
    const gain = fact.affine && model.gain?.(op, i, constants);
    if (!fact.affine || !gain) return undefined;
    const gains = spread(gain, shape);
    if (!gains) throw new PerElementError(op);
    for (let c = 0; c < scale.length; c++) scale[c]! += gains[c]! * at(fact.affine.scale, c);
    biases.push(
      makeTensor(
        "f64",
        shape,
        Float64Array.from(scale, (_, c) => at(fact.affine!.bias, c)),
      ),
    );
  }
  const bias = spread(evaluateOp(op, biases)[0]!, shape);
  if (!bias) throw new PerElementError(op);
  return { scale, bias };
}

/** The entry of channel `c` in a list of one, or of one a channel. */
export function at(values: ArrayLike<number>, c: number): number {
  return values[values.length === 1 ? 0 : c]!;
}

/** A tensor's elements broadcast to a shape, as numbers; `undefined` when it does not broadcast to just that. */
export function spread(value: Tensor, shape: readonly number[]): Float64Array | undefined {
  const trimmed = value.shape.slice(Math.max(0, value.shape.length - shape.length));
  const extra = value.shape.slice(0, value.shape.length - trimmed.length);
  if (extra.some((d) => d !== 1)) return undefined;
  const offset = shape.length - trimmed.length;
  if (trimmed.some((d, i) => d !== 1 && d !== shape[offset + i])) return undefined;
  const data = numbers(value);
  const index = broadcastIndex(trimmed, shape);
  return index ? Float64Array.from(index, (i) => data[i]!) : Float64Array.from(data);
}

import {
  Constant as ConstantOp,
  cloneOp,
  type ElemType,
  evaluateOp,
  type Graph,
  makeTensor,
  numbers,
  type Op,
  product,
  reshaped,
  sameShape,
  type Tensor,
  type Value,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { type Form, levelShape } from "./form.js";

/**
 * What the network computes, element by element, from one integer tensor. The nodes are the network's own ops, so
 * evaluating the expression on a range of integers is the network's own arithmetic, in its own order.
 */
export type Expr =
  /** The integer itself. */
  | { readonly kind: "codes" }
  /** `scale[c] · n + bias[c]`: what an integer matrix product stands for. */
  | {
      readonly kind: "decode";
      readonly scale: Float64Array;
      readonly bias: Float64Array;
      readonly form: Form;
    }
  | {
      readonly kind: "op";
      readonly op: Op;
      readonly args: readonly (Expr | Tensor)[];
      readonly result: number;
    }
  /** The same elements under another shape. `op` is left out when the integer tensor itself was moved. */
  | { readonly kind: "move"; readonly inner: Expr; readonly from: Form; readonly op: Op | undefined };

export const codes: Expr = { kind: "codes" };

/** An op gave more elements than there are channels: a constant differs within a channel. */
export class PerElementError extends Error {
  override readonly name = "PerElementError";
  readonly op: Op;

  constructor(op: Op) {
    super(`\`${op.def.name}\` treats the elements of one channel differently`);
    this.op = op;
  }
}

/** Narrows an argument to a constant. */
export function isConstant(arg: Expr | Tensor): arg is Tensor {
  return "elem" in arg;
}

/**
 * Evaluates on integer `levels` `levelShape(form, k)`; the result has the same shape.
 * Throws `PerElementError` when the result is not one value a channel.
 */
export function evaluateExpr(expr: Expr, levels: Tensor, form: Form): Tensor {
  const memo = new Map<Expr, Tensor>();
  const walk = (node: Expr, at: Tensor): Tensor => {
    const known = memo.get(node);
    if (known) return known;
    const value = reach(node, at);
    memo.set(node, value);
    return value;
  };
  const reach = (node: Expr, at: Tensor): Tensor => {
    if (node.kind === "codes") return at;
    if (node.kind === "decode") return decode(node.scale, node.bias, at, node.form);
    if (node.kind === "move") {
      const inner = reshaped(at, levelShape(node.from, at.data.length / node.from.channels));
      return reshaped(walk(node.inner, inner), at.shape);
    }
    const args = node.args.map((arg) => (isConstant(arg) ? arg : walk(arg, at)));
    const value = evaluateOp(node.op, args)[node.result]!;
    if (product(value.shape) !== at.data.length) throw new PerElementError(node.op);
    return sameShape(value.shape, at.shape) ? value : reshaped(value, at.shape);
  };
  return walk(
    expr,
    makeTensor(levels.elem, levelShape(form, levels.data.length / form.channels), levels.data),
  );
}

function decode(scale: Float64Array, bias: Float64Array, levels: Tensor, form: Form): Tensor {
  const n = numbers(levels);
  const out = new Float64Array(n.length);
  const channels = levels.data.length / (levels.shape[0] ?? 1) === form.channels ? form.channels : 1;
  for (let i = 0; i < n.length; i++) {
    const c = i % channels;
    out[i] = n[i]! * scale[scale.length === 1 ? 0 : c]! + bias[bias.length === 1 ? 0 : c]!;
  }
  return makeTensor("f64", levels.shape, out);
}

/** One value a channel as a constant that broadcasts along the channel axis of a shape. */
export function channelConstant(
  graph: Graph,
  values: Float64Array,
  form: Form,
  elem: ElemType = "f64",
): Value {
  const shape = values.length === 1 ? [] : levelShape(form, 1).slice(form.rank < 2 ? 1 : 0);
  return ConstantOp.build(graph, [], { value: makeTensor(elem, shape, values) });
}

/** Rebuilds the expression as `nn` ops on `base`, for the part of a network that stays on the host. */
export function emitExpr(expr: Expr, graph: Graph, base: Value, memo: Map<Expr, Value> = new Map()): Value {
  const known = memo.get(expr);
  if (known) return known;
  const value = build(expr, graph, base, memo);
  memo.set(expr, value);
  return value;
}

function build(expr: Expr, graph: Graph, base: Value, memo: Map<Expr, Value>): Value {
  if (expr.kind === "codes") return base;
  if (expr.kind === "decode") {
    const scale = channelConstant(graph, expr.scale, expr.form);
    const zero = channelConstant(graph, Float64Array.of(0), expr.form);
    const scaled = nn.Dequantize.build(graph, [base, scale, zero]);
    if (expr.bias.every((b) => b === 0)) return scaled;
    return nn.Add.build(graph, [scaled, channelConstant(graph, expr.bias, expr.form)]);
  }
  if (expr.kind === "move") {
    const inner = emitExpr(expr.inner, graph, base, memo);
    if (!expr.op) return inner;
    return copyOp(expr.op, graph, [inner, ...expr.op.operands.slice(1)], 0);
  }
  const args = expr.args.map((arg) =>
    isConstant(arg) ? ConstantOp.build(graph, [], { value: arg }) : emitExpr(arg, graph, base, memo),
  );
  return copyOp(expr.op, graph, args, expr.result);
}

function copyOp(op: Op, graph: Graph, operands: readonly Value[], result: number): Value {
  const values = new Map<Value, Value>();
  op.operands.forEach((v, i) => {
    const given = operands[i]!;
    values.set(v, given.graph === graph ? given : cloneOp(given.op!, graph, new Map()).result());
  });
  return cloneOp(op, graph, values).result(result);
}

import {
  Constant as ConstantOp,
  cloneOp,
  type ElemType,
  type Graph,
  makeTensor,
  type Op,
  sameShape,
  type Value,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { type Expr, isConstant } from "./expr.js";
import { type Form, levelShape } from "./form.js";

/** What was rebuilt already, by the integer tensor that it reads. */
export type EmitMemo = Map<Value, Map<Expr, Value>>;

/** Rebuilds the expression as `nn` ops on `base`, for the part of a network that stays on the host. */
export function emitExpr(expr: Expr, graph: Graph, base: Value, memo: EmitMemo): Value {
  const ofBase = memo.get(base) ?? new Map<Expr, Value>();
  memo.set(base, ofBase);
  const known = ofBase.get(expr);
  if (known) return known;
  const value = build(expr, graph, base, memo);
  ofBase.set(expr, value);
  return value;
}

function build(expr: Expr, graph: Graph, base: Value, memo: EmitMemo): Value {
  switch (expr.kind) {
    case "codes":
      return cast(base, expr.elem, graph);
    case "decode":
      return decode(expr, graph, base);
    case "move":
      return shaped(
        emitExpr(expr.inner, graph, shaped(base, expr.baseShape, graph), memo),
        expr.shape,
        graph,
      );
    case "op": {
      const args = expr.args.map((arg) =>
        isConstant(arg) ? ConstantOp.build(graph, [], { value: arg }) : emitExpr(arg, graph, base, memo),
      );
      return copyOp(expr.op, graph, args);
    }
  }
}

function decode(expr: Expr & { kind: "decode" }, graph: Graph, base: Value): Value {
  const scale = channelConstant(graph, expr.scale, expr.form, "f32");
  const zero = channelConstant(graph, Float64Array.of(0), expr.form, "f32");
  const sum = cast(nn.Dequantize.build(graph, [base, scale, zero]), expr.elem, graph);
  const scaled =
    expr.divisor === undefined
      ? sum
      : nn.Div.build(graph, [
          sum,
          channelConstant(graph, Float64Array.of(expr.divisor), expr.form, expr.elem),
        ]);
  if (expr.bias.every((b) => b === 0)) return scaled;
  return nn.Add.build(graph, [scaled, channelConstant(graph, expr.bias, expr.form, expr.elem)]);
}

/** One value a channel as a constant that broadcasts along the channel axis of a shape; one if all are equal. */
function channelConstant(graph: Graph, values: Float64Array, form: Form, elem: ElemType): Value {
  const same = values.every((v) => v === values[0]);
  const shape = same ? [] : levelShape(form, 1).slice(form.rank < 2 ? 1 : 0);
  return ConstantOp.build(graph, [], { value: makeTensor(elem, shape, same ? values.slice(0, 1) : values) });
}

/** The same elements under another shape. */
export function shaped(value: Value, shape: readonly number[], graph: Graph): Value {
  return sameShape(value.type.shape, shape) ? value : nn.Reshape.build(graph, [value], { shape });
}

/** The same elements in another type that holds them. */
export function cast(value: Value, elem: ElemType, graph: Graph): Value {
  return value.type.elem === elem ? value : nn.Cast.build(graph, [value], { to: elem });
}

/** A copy of a network's op on other operands. */
function copyOp(op: Op, graph: Graph, operands: readonly Value[]): Value {
  return cloneOp(op, graph, new Map(op.operands.map((v, i) => [v, operands[i]!]))).result();
}

import {
  allocate,
  type ElemType,
  evaluateOp,
  isInt,
  makeTensor,
  numbers,
  type Op,
  product,
  reshaped,
  sameShape,
  type Tensor,
} from "@gatefold/core";
import { type Form, levelShape } from "./form.js";

/**
 * What the network computes, element by element, from one integer tensor. The nodes are the network's own ops, so
 * evaluating the expression on a range of integers is the network's own arithmetic, in its own order.
 */
export type Expr =
  /** The integer itself, as a value of the network's element type. */
  | { readonly kind: "codes"; readonly elem: ElemType }
  /** `scale[c] · n / divisor + bias[c]`: what an integer matrix product, or the sum behind a mean, stands for. */
  | {
      readonly kind: "decode";
      readonly scale: Float64Array;
      readonly bias: Float64Array;
      /** Divides what the scale multiplied, as a mean over so many pixels does; 1 when left out. */
      readonly divisor?: number;
      readonly form: Form;
      /** The network's real type. */
      readonly elem: ElemType;
    }
  | {
      readonly kind: "op";
      readonly op: Op;
      readonly args: readonly (Expr | Tensor)[];
    }
  /** The same elements in the same order under the shape `shape`; `inner` reads an integer tensor of `baseShape`. */
  | {
      readonly kind: "move";
      readonly inner: Expr;
      readonly from: Form;
      readonly baseShape: readonly number[];
      readonly shape: readonly number[];
    };

export function codes(elem: ElemType): Expr {
  return { kind: "codes", elem };
}

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
  return "data" in arg;
}

/**
 * Evaluates on integers `rows × form.channels`; the result has `levelShape(form, rows)`. A form of one channel serves
 * an expression that is the same function on every channel.
 *
 * Throws `PerElementError` when the result is not one value a channel.
 */
export function evaluateExpr(expr: Expr, levels: ArrayLike<number>, form: Form): Tensor {
  const memo = new Map<Expr, Tensor>();
  const integers = Float64Array.from(levels);
  const walk = (node: Expr, shape: readonly number[]): Tensor => {
    const known = memo.get(node);
    if (known && sameShape(known.shape, shape)) return known;
    const value = reach(node, shape);
    memo.set(node, value);
    return value;
  };
  const reach = (node: Expr, shape: readonly number[]): Tensor => {
    if (node.kind === "codes") return typedCodes(node.elem, shape, integers);
    const columns = product(shape.slice(1));
    if (node.kind === "decode") return decode(node, shape, integers, columns);
    if (node.kind === "move") {
      const inner = columns === node.from.channels ? node.from : { ...node.from, channels: 1 };
      const value = walk(node.inner, levelShape(inner, integers.length / inner.channels));
      return reshaped(value, shape);
    }
    const args = node.args.map((arg) => (isConstant(arg) ? arg : walk(arg, shape)));
    const value = evaluateOp(node.op, args)[0]!;
    if (value.data.length !== integers.length) throw new PerElementError(node.op);
    return sameShape(value.shape, shape) ? value : reshaped(value, shape);
  };
  return walk(expr, levelShape(form, integers.length / form.channels));
}

function typedCodes(elem: ElemType, shape: readonly number[], integers: Float64Array): Tensor {
  if (!isInt(elem)) return makeTensor(elem, shape, integers);
  const data = allocate(elem, integers.length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < integers.length; i++) data[i] = BigInt(integers[i]!);
  } else data.set(integers);
  return makeTensor(elem, shape, data);
}

function decode(
  { scale, bias, divisor = 1, form, elem }: Expr & { kind: "decode" },
  shape: readonly number[],
  integers: Float64Array,
  columns: number,
): Tensor {
  const channels = columns === form.channels ? form.channels : 1;
  const out = new Float64Array(integers.length);
  for (let i = 0; i < out.length; i++) {
    const c = i % channels;
    out[i] = (integers[i]! * scale[scale.length === 1 ? 0 : c]!) / divisor + bias[bias.length === 1 ? 0 : c]!;
  }
  return makeTensor(elem, shape, out);
}

/** The integers' decoders in an expression. */
export function decoders(expr: Expr): readonly (Expr & { kind: "decode" })[] {
  if (expr.kind === "decode") return [expr];
  if (expr.kind === "move") return decoders(expr.inner);
  if (expr.kind === "codes") return [];
  return expr.args.flatMap((arg) => (isConstant(arg) ? [] : decoders(arg)));
}

/** The expression with another decoder in the place of each. */
export function mapDecoders(expr: Expr, replace: (decoder: Expr & { kind: "decode" }) => Expr): Expr {
  if (expr.kind === "decode") return replace(expr);
  if (expr.kind === "move") return { ...expr, inner: mapDecoders(expr.inner, replace) };
  if (expr.kind === "codes") return expr;
  return { ...expr, args: expr.args.map((arg) => (isConstant(arg) ? arg : mapDecoders(arg, replace))) };
}

/** The elements of an evaluated expression as numbers. */
export function exprNumbers(expr: Expr, levels: ArrayLike<number>, form: Form): ArrayLike<number> {
  return numbers(evaluateExpr(expr, levels, form));
}

import {
  type AnyOpDef,
  type AttrValue,
  Constant,
  evaluateOp,
  Graph,
  type Op,
  type Tensor,
  tensorFrom,
  typeOf,
  verifyGraph,
} from "@gatefold/core";
import { expect } from "vitest";

/** An op on graph inputs of the operands' types; operands whose index stands in `constants` are constants. */
export function place(
  def: AnyOpDef,
  operands: readonly Tensor[],
  attrs: Readonly<Record<string, AttrValue>> = {},
  constants: readonly number[] = [],
): Op {
  const graph = new Graph("test");
  const values = operands.map((t, i) =>
    constants.includes(i) ? Constant.build(graph, [], { value: t }) : graph.addInput(typeOf(t)),
  );
  const op = graph.create(def, values, attrs);
  graph.setOutputs(op.results);
  return op;
}

/** Evaluates an op, and checks that the inferred types are those of the results. */
export function run(
  def: AnyOpDef,
  operands: readonly Tensor[],
  attrs: Readonly<Record<string, AttrValue>> = {},
): readonly Tensor[] {
  const op = place(def, operands, attrs);
  const results = evaluateOp(op, operands);
  expect(results.map(typeOf)).toEqual(op.results.map((r) => r.type));
  return results;
}

/** The elements as plain numbers. */
export function flat(source: Tensor): number[] {
  return Array.from(source.data as ArrayLike<number | bigint>, Number);
}

/** The elements of the first result. */
export function values(
  def: AnyOpDef,
  operands: readonly Tensor[],
  attrs: Readonly<Record<string, AttrValue>> = {},
): number[] {
  return flat(run(def, operands, attrs)[0]!);
}

/** Labels of the constraints that an op breaks when all of its operands are constants. */
export function broken(
  def: AnyOpDef,
  operands: readonly Tensor[],
  attrs: Readonly<Record<string, AttrValue>> = {},
): string[] {
  const op = place(
    def,
    operands,
    attrs,
    operands.map((_, i) => i),
  );
  return verifyGraph(op.graph).map((d) => /\((\w+)\)/.exec(d.message)?.[1] ?? d.message);
}

export const f32 = (shape: readonly number[], list: readonly number[]): Tensor =>
  tensorFrom("f32", shape, list);
export const vector = (...list: readonly number[]): Tensor => f32([list.length], list);
export const number = (value: number): Tensor => f32([], [value]);

/** Numbers that are the same each time: multiples of 1/8 in −8 … 8. */
export function ramp(shape: readonly number[], seed = 1): Tensor {
  let state = seed;
  const count = shape.reduce((n, d) => n * d, 1);
  const list = Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return ((state % 129) - 64) / 8;
  });
  return f32(shape, list);
}

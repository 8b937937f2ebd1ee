import {
  Constant,
  type ElemType,
  evaluate,
  Graph,
  type Op,
  opTable,
  parseGraph,
  printGraph,
  product,
  type StreamType,
  stream,
  type Tensor,
  tensorFrom,
  type Value,
  verifyGraph,
} from "@gatefold/core";
import { expect } from "vitest";
import * as hw from "../src/index.js";

/** An op alone in a graph, and what it makes of consecutive codes. */
export interface OneOp {
  readonly op: Op;
  run(): Tensor;
}

/** One op of streams of consecutive codes: its text parses back equal, and it verifies. */
export function one(
  streams: readonly StreamType[],
  build: (graph: Graph, values: readonly Value[]) => Value,
): OneOp {
  const graph = new Graph("main");
  const inputs = streams.map((type) => graph.addInput(type));
  const value = build(graph, inputs);
  graph.setOutputs([value]);
  expect(verifyGraph(graph)).toEqual([]);
  const text = printGraph(graph);
  expect(printGraph(parseGraph(text, { ops: opTable(hw.hwOps) }))).toBe(text);
  const run = (): Tensor => {
    const frame = ({ elem, shape }: StreamType, i: number): Tensor =>
      tensorFrom(
        elem,
        shape,
        Array.from({ length: product(shape) }, (_, k) => k + 100 * i),
      );
    const [result] = evaluate(graph, streams.map(frame)) as [Tensor];
    expect([result.elem, result.shape]).toEqual([value.type.elem, value.type.shape]);
    return result;
  };
  return { op: value.op!, run };
}

export function constant(
  graph: Graph,
  elem: ElemType,
  shape: readonly number[],
  values: readonly number[],
): Value {
  return Constant.build(graph, [], { value: tensorFrom(elem, shape, values) });
}

export function window(
  shape: readonly number[],
  attrs: { readonly kernel: readonly number[]; readonly simd: number; readonly parallel: number },
): OneOp {
  return one([stream("u10", shape, attrs.simd)], (g, [x]) => hw.Window.build(g, [x!], attrs));
}

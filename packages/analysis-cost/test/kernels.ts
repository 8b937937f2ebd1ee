import { Constant, type ElemType, Graph, type Op, stream, tensorFrom } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";

/** A matrix–vector unit with constants that take all codes of `weights`. */
export function mvuOp(init: {
  readonly input: ElemType;
  readonly weights: ElemType;
  readonly output: ElemType;
  readonly width: number;
  readonly height: number;
  readonly pe: number;
  readonly simd: number;
}): Op {
  const { input, weights, output, width, height, pe, simd } = init;
  const graph = new Graph("main");
  const x = graph.addInput(stream(input, [1, width], simd), "x");
  const bits = Number(weights.slice(1));
  const values = Float64Array.from({ length: width * height }, (_, i) =>
    weights === "bipolar" ? ((i * 7) % 3 === 0 ? 1 : -1) : ((i * 5) % 2 ** bits) - 2 ** (bits - 1),
  );
  const w = Constant.build(graph, [], { value: tensorFrom(weights, [height, width], values) });
  return hw.Mvu.build(graph, [x, w], { elem: output, pe, simd }).op!;
}

import {
  type Compilation,
  Constant,
  createCompiler,
  createModule,
  Graph,
  stream,
  tensorFrom,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { type HlsOptions, hls } from "../src/index.js";

/** Six 3-bit codes through two neurons and a FIFO to two 7-bit sums: their beats are padded. */
export function smallGraph(): Graph {
  const graph = new Graph("main");
  const x = graph.addInput(stream("u3", [1, 6], 3));
  const weights = tensorFrom("i2", [2, 6], [1, 0, -1, 1, 1, 0, -1, -1, 1, 0, 0, 1]);
  const w = Constant.build(graph, [], { value: weights });
  const sums = hw.Mvu.build(graph, [x, w], { elem: "i7", pe: 1, simd: 3 }, { loc: { node: "dense1" } });
  graph.setOutputs([hw.Fifo.build(graph, [sums], { depth: 4 })]);
  return graph;
}

/** The small network as emitted C++. */
export async function emitSmall(options: HlsOptions = {}, name = "small"): Promise<Compilation> {
  const compiler = createCompiler({ plugins: [hls(options)] });
  const compilation = compiler.start(createModule(name, smallGraph()));
  await compiler.emit(compilation);
  return compilation;
}

import { Constant, type ElemType, elemForRange, Graph, tensor, tensorFrom } from "@gatefold/core";
import { ArgMax, MatMul, Threshold } from "@gatefold/dialect-q";

/** A bipolar dense network of the given widths; weights and thresholds are all +1 and 0. */
export function bipolarNet(
  widths: readonly number[],
  options: { readonly input?: ElemType; readonly argmax?: boolean } = {},
): Graph {
  const graph = new Graph("main");
  const [inputs, ...neurons] = widths as readonly [number, ...number[]];
  let value = graph.addInput(tensor(options.input ?? "bipolar", [1, inputs]), "x");
  if (options.input !== undefined) {
    const t = Constant.build(graph, [], { value: tensorFrom(options.input, [1, 1], [1]) });
    value = Threshold.build(graph, [value, t], { elem: "bipolar" }, { loc: { node: "input" } });
  }
  neurons.forEach((count, i) => {
    const width = value.type.shape[1]!;
    const w = Constant.build(graph, [], {
      value: tensorFrom("bipolar", [count, width], new Array(count * width).fill(1)),
    });
    const loc = { file: "net.onnx", node: `dense_${i}` };
    value = MatMul.build(graph, [value, w], { elem: elemForRange(-width, width) }, { loc });
    if (i === neurons.length - 1) return;
    const t = Constant.build(graph, [], { value: tensorFrom("i2", [1, 1], [0]) });
    value = Threshold.build(graph, [value, t], { elem: "bipolar" }, { loc });
  });
  if (options.argmax) value = ArgMax.build(graph, [value]);
  graph.setOutputs([value]);
  return graph;
}

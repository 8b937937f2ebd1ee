import { Constant, elemForRange, Graph, product, tensor, tensorFrom, type Value } from "@gatefold/core";
import * as q from "@gatefold/dialect-q";

/** A convolution over a square image. */
export interface ConvSpec {
  readonly size: number;
  readonly channels: number;
  readonly kernel: readonly [number, number];
  readonly depthwise?: boolean;
  readonly filters?: number;
  readonly stride?: number;
  readonly pad?: number;
}

function conv(graph: Graph, x: Value, spec: Omit<ConvSpec, "size" | "channels">): Value {
  const channels = x.type.shape[3]!;
  const { kernel, depthwise = false, filters = channels, stride = 1, pad = 0 } = spec;
  const shape = [filters, ...kernel, depthwise ? 1 : channels];
  const values = Array.from({ length: product(shape) }, (_, i) => (i % 3) - 1);
  const w = Constant.build(graph, [], { value: tensorFrom("i2", shape, values) });
  const attrs = {
    elem: elemForRange(-2000, 2000),
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    groups: depthwise ? channels : 1,
  };
  return q.Conv.build(graph, [x, w], attrs);
}

/** One layer of a convolution over an image of 2-bit codes. */
export function convLayer(spec: ConvSpec, then: (graph: Graph, x: Value) => Value = (_, x) => x): Graph {
  const graph = new Graph("main");
  const x = graph.addInput(tensor("u2", [1, spec.size, spec.size, spec.channels]), "x");
  graph.setOutputs([then(graph, conv(graph, x, spec))]);
  return graph;
}

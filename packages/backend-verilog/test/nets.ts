import {
  AnalysisManager,
  Constant,
  type ElemType,
  elemForRange,
  elemInfo,
  Graph,
  type IntegerRange,
  InterfaceTable,
  integerRanges,
  type Random,
  randomInteger,
  tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import {
  Affine,
  ArgMax,
  accumulatorRange,
  bodyOf,
  Lookup,
  MatMul,
  Netlist,
  Reshape,
  Threshold,
} from "@gatefold/dialect-q";
import { stagedNetlist } from "../../netlist/test/staged-netlist.js";

/** One layer of a random network. */
export interface LayerSpec {
  readonly neurons: number;
  readonly weights: ElemType;
  /** What follows the product. */
  readonly activation: "threshold" | "lookup" | "affine" | "netlist" | "none";
  readonly output: ElemType;
  /** One row of parameters for all channels. */
  readonly shared: boolean;
}

export interface NetSpec {
  readonly seed: number;
  readonly input: ElemType;
  readonly inputs: number;
  readonly layers: readonly LayerSpec[];
  readonly argmax: boolean;
}

const codes = (random: Random, elem: ElemType, count: number): number[] => {
  const { min, max } = elemInfo(elem);
  return Array.from({ length: count }, () =>
    elem === "bipolar"
      ? random() < 0.5
        ? -1
        : 1
      : randomInteger(random, Math.max(min, -128), Math.min(max, 127)),
  );
};

/** A dense integer network with random weights and thresholds, its accumulators as narrow as the weights allow. */
export function randomNet(spec: NetSpec, random: Random): Graph {
  const graph = new Graph("main");
  const constant = (elem: ElemType, shape: readonly number[], values: number[]): Value =>
    Constant.build(graph, [], { value: tensorFrom(elem, shape, values) });
  let value = graph.addInput(tensor(spec.input, [1, 1, spec.inputs]), "x");
  value = Reshape.build(graph, [value], { shape: [1, spec.inputs] });
  const rangeOf = (v: Value): IntegerRange => {
    graph.setOutputs([v]);
    return new AnalysisManager(new InterfaceTable()).get(integerRanges, graph).of(v);
  };
  for (const layer of spec.layers) {
    const width = value.type.shape[1]!;
    const w = tensorFrom(
      layer.weights,
      [layer.neurons, width],
      codes(random, layer.weights, layer.neurons * width),
    );
    const { lo, hi } = accumulatorRange(w, rangeOf(value), 1);
    const accumulator = elemForRange(Math.min(lo, 0), Math.max(hi, 1));
    value = MatMul.build(graph, [value, Constant.build(graph, [], { value: w })], { elem: accumulator });
    const rows = layer.shared ? 1 : layer.neurons;
    const { min, max } = elemInfo(layer.output);
    if (layer.activation === "threshold") {
      const count = layer.output === "bipolar" ? 1 : max - min;
      const sorted = Array.from({ length: rows }, () =>
        Array.from({ length: count }, () => randomInteger(random, lo, hi + 1)).sort((a, b) => a - b),
      ).flat();
      const t = constant(elemForRange(elemInfo(accumulator).min, hi + 1), [rows, count], sorted);
      value = Threshold.build(graph, [value, t], {
        elem: layer.output,
        bias: layer.output === "bipolar" ? 0 : min,
      });
    } else if (layer.activation === "lookup" && hi - lo < 512) {
      const table = constant(
        layer.output,
        [rows, hi - lo + 1],
        codes(random, layer.output, rows * (hi - lo + 1)),
      );
      value = Lookup.build(graph, [value, table], { elem: layer.output, lo });
    } else if (layer.activation === "affine") {
      const [a, b] = [codes(random, "i3", rows), codes(random, "i6", rows)];
      const reach = Math.max(Math.abs(lo), Math.abs(hi)) * 4 + 64;
      const parameters = [constant("i3", [rows], a), constant("i6", [rows], b)];
      value = Affine.build(graph, [value, ...parameters], { elem: elemForRange(-reach, reach) });
    } else if (layer.activation === "netlist") {
      const ranges = rangeOf(value).channels!;
      const output = layer.output === "bipolar" ? { lo: 0, hi: 1 } : { lo: min, hi: max };
      const netlist = stagedNetlist((below) => Math.floor(random() * below), {
        inputs: Array.from(ranges.lo, (least, c) => ({ lo: least, hi: ranges.hi[c]! })),
        outputs: new Array(layer.neurons).fill(output),
        stages: randomInteger(random, 0, 3),
      });
      value = Netlist.build(graph, [value], { body: bodyOf(netlist), elem: layer.output });
    }
  }
  if (spec.argmax) value = ArgMax.build(graph, [value]);
  graph.setOutputs([value]);
  return graph;
}

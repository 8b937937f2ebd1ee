import {
  AnalysisManager,
  Constant,
  type ElemType,
  elemForRange,
  elemInfo,
  evaluate,
  Graph,
  InterfaceTable,
  integerRanges,
  numbers,
  randomInteger,
  seededRandom,
  tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import { type Netlist, simulate } from "@gatefold/netlist";
import { expect } from "vitest";
import { type FoundLayers, findLayers } from "../src/find-layers.js";
import type { Layer } from "../src/layer.js";

export interface NetOptions {
  readonly seed: number;
  readonly input: ElemType;
  readonly inputs: number;
  readonly neurons: number;
  /** Weights from -reach to reach, those of a neuron but `fanIn` of them 0. */
  readonly reach: number;
  readonly fanIn?: number;
  readonly weights?: "bipolar";
  /** Codes that thresholds make, or what else comes behind. */
  readonly output: ElemType | "accumulator" | "lookup" | "argmax";
  /** A constant added in front of it, as the first operand or as the second. */
  readonly add?: "first" | "second";
  /** `a · x + b` in front of it, with any sign. */
  readonly affine?: boolean;
  readonly conv?: {
    readonly kernel: number;
    readonly groups: number;
    readonly pad: number;
    readonly size: number;
  };
}

/** One random layer on its input: any mixture that streamlining may make. */
export function randomLayer(options: NetOptions): Graph {
  return randomNet([options]);
}

/** Random layers behind each other; `input` and `inputs` of all but the first follow from what comes before. */
export function randomNet(layers: readonly NetOptions[]): Graph {
  const graph = new Graph("main");
  const { input, inputs, conv } = layers[0]!;
  let x = graph.addInput(tensor(input, conv ? [1, conv.size, conv.size, inputs] : [3, inputs]), "x");
  layers.forEach((options, l) => {
    x = addLayer(graph, x, { ...options, input: x.type.elem, inputs: x.type.shape.at(-1)! }, `layer${l}`);
  });
  graph.setOutputs([x]);
  return graph;
}

function addLayer(graph: Graph, from: Value, options: NetOptions, node: string): Value {
  let x = from;
  const { seed, input, inputs, neurons, output, conv } = options;
  const random = seededRandom(seed);
  const constant = (elem: ElemType, dims: readonly number[], values: ArrayLike<number>): Value =>
    Constant.build(graph, [], { value: tensorFrom(elem, dims, Float64Array.from(values)) });
  const perNeuron = conv ? (conv.kernel ** 2 * inputs) / conv.groups : inputs;
  const weights = weightsOf(options, perNeuron, random);
  const { min, max } = elemInfo(input);
  const reach = Math.max(1, perNeuron * options.reach * Math.max(-min, max));
  const elem = elemForRange(-reach, reach);
  const type: ElemType = options.weights ?? elemForRange(-options.reach - 1, options.reach);
  const loc = { node };
  if (conv) {
    const { kernel, groups, pad } = conv;
    const w = constant(type, [neurons, kernel, kernel, inputs / groups], weights);
    const padValue = input === "bipolar" ? -1 : 0;
    x = q.Conv.build(
      graph,
      [x, w],
      { elem, groups, pads: [pad, pad, pad, pad], pad_value: padValue },
      { loc },
    );
  } else {
    x = q.MatMul.build(graph, [x, constant(type, [neurons, inputs], weights)], { elem }, { loc });
  }
  const [a, b] = [1, 2].map(() => Array.from({ length: neurons }, () => randomInteger(random, -3, 3)));
  if (options.affine) {
    x = q.Affine.build(graph, [x, constant("i4", [neurons], a!), constant("i4", [neurons], b!)], {
      elem: elemForRange(-4 * reach, 4 * reach),
    });
  }
  if (options.add !== undefined) {
    const own = Array.from({ length: neurons }, () => randomInteger(random, -3, 3));
    const c = constant("i4", [1, neurons], own);
    const [m, n] = [2, 3];
    const attrs = { elem: elemForRange(-9 * reach, 9 * reach), m, n };
    x = q.Add.build(graph, options.add === "first" ? [c, x] : [x, c], attrs);
  }
  const far = options.affine ? 4 * reach : reach;
  if (output === "argmax") x = q.ArgMax.build(graph, [x], {});
  else if (output === "lookup") {
    const length = 2 * far + 1;
    const entries = Array.from({ length: neurons * length }, () => randomInteger(random, -4, 3));
    x = q.Lookup.build(graph, [x, constant("i3", [neurons, length], entries)], { elem: "i3", lo: -far });
  } else if (output !== "accumulator") {
    const info = elemInfo(output);
    const count = output === "bipolar" ? 1 : 2 ** info.widthBits - 1;
    const rows = Array.from({ length: neurons }, (_, n) => {
      const own = weights.slice(n * perNeuron, (n + 1) * perNeuron);
      const ends = [
        own.reduce((sum, w) => sum + w * (w > 0 ? min : max), 0),
        own.reduce((sum, w) => sum + w * (w > 0 ? max : min), 0),
      ];
      const [p, r] = ends.map((end) => (options.affine ? a![n]! * end + b![n]! : end)).sort((u, v) => u - v);
      // In the middle of what the neuron reaches, so that codes differ.
      const [least, most] = [p! + (r! - p!) / 4, r! - (r! - p!) / 4].map(Math.round);
      return Array.from({ length: count }, () => randomInteger(random, least!, most!)).sort((u, v) => u - v);
    });
    const thresholds = constant(elemForRange(-far - 1, far), [neurons, count], rows.flat());
    x = q.Threshold.build(graph, [x, thresholds], {
      elem: output,
      bias: output === "bipolar" ? 0 : info.min,
    });
  }
  return x;
}

function weightsOf(
  { neurons, reach, fanIn, weights }: NetOptions,
  width: number,
  random: () => number,
): Float64Array {
  const all = new Float64Array(neurons * width);
  for (let n = 0; n < neurons; n++) {
    for (let i = 0; i < width; i++) {
      all[n * width + i] = weights ? (random() < 0.5 ? -1 : 1) : randomInteger(random, -reach, reach);
    }
    const order = Array.from({ length: width }, (_, i) => ({ i, at: random() })).sort((a, b) => a.at - b.at);
    for (const { i } of order.slice(fanIn ?? width)) all[n * width + i] = 0;
  }
  return all;
}

export function layersOf(graph: Graph): FoundLayers {
  return findLayers(graph, new AnalysisManager(new InterfaceTable()).get(integerRanges, graph));
}

export function onlyLayer(graph: Graph): Layer {
  const { layers, refused } = layersOf(graph);
  expect(refused).toEqual([]);
  return layers.at(-1)!;
}

/** The layer's netlist gives the integers that the ops' evaluators give, on `rows` random inputs. */
export function expectEqual(graph: Graph, layer: Layer, netlist: Netlist, rows: number, seed = 1): void {
  const random = seededRandom(seed);
  const { type } = graph.inputs[0]!;
  const { min, max } = elemInfo(type.elem);
  const size = type.shape.reduce((a, b) => a * b, 1);
  for (let r = 0; r < rows; r++) {
    const values = Float64Array.from({ length: size }, () => {
      if (type.elem === "bipolar") return random() < 0.5 ? -1 : 1;
      return random() < 0.3 ? (random() < 0.5 ? min : max) : randomInteger(random, min, max);
    });
    const [expected] = evaluate(graph, [tensorFrom(type.elem, type.shape, values)]);
    const vectors = vectorsOf(layer, values, type.shape);
    const words = layer.inputs.map(({ isBipolar }, i) =>
      Float64Array.from(vectors, (vector) => (isBipolar ? (vector[i]! + 1) / 2 : vector[i]!)),
    );
    const got = simulate(netlist, words);
    const isBits = layer.elem === "bipolar";
    const flat = vectors.flatMap((_, v) => got.map((column) => (isBits ? 2 * column[v]! - 1 : column[v]!)));
    expect(flat).toEqual(Array.from(numbers(expected!), Number));
  }
}

/** What the product reads: vectors, or windows of the image, taps first. */
function vectorsOf({ window, inputs }: Layer, values: Float64Array, shape: readonly number[]): number[][] {
  const channels = shape.at(-1)!;
  if (!window) {
    return Array.from({ length: values.length / channels }, (_, v) =>
      Array.from(values.slice(v * channels, (v + 1) * channels)),
    );
  }
  const plan = q.planWindow(shape, window.kernel, window);
  return Array.from({ length: plan.outHeight * plan.outWidth }, (_, p) =>
    inputs.map((_, i) => {
      const pixel = plan.pixel(p, Math.floor(i / channels));
      return pixel < 0 ? window.padValue : values[pixel * channels + (i % channels)]!;
    }),
  );
}

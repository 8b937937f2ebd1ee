import {
  Constant,
  type ElemType,
  evaluate,
  Graph,
  numbers,
  tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import { type Netlist, simulate } from "@gatefold/netlist";
import { describe, expect, it } from "vitest";
import { adderGraph } from "../src/adder-graph.js";
import type { FormContext, LayerForm } from "../src/form.js";
import type { Layer } from "../src/layer.js";
import { tables } from "../src/tables.js";
import { expectEqual, layersOf, type NetOptions, onlyLayer, randomLayer } from "./nets.js";

const context: FormContext = { lutInputs: 6, effort: 0 };

function netlistOf(form: LayerForm, layer: Layer, at: FormContext = context) {
  const offer = form.offer(layer, at);
  if (typeof offer === "string") throw new Error(offer);
  return offer.netlist();
}

const sparse: readonly Omit<NetOptions, "seed">[] = [
  { input: "u2", inputs: 20, neurons: 8, reach: 4, fanIn: 5, output: "u2" },
  { input: "i3", inputs: 12, neurons: 6, reach: 7, fanIn: 3, output: "i2", affine: true },
  { input: "bipolar", inputs: 30, neurons: 8, reach: 1, fanIn: 9, output: "bipolar" },
  { input: "u3", inputs: 9, neurons: 5, reach: 2, fanIn: 3, output: "lookup" },
  { input: "u1", inputs: 16, neurons: 5, reach: 3, fanIn: 8, output: "accumulator", affine: true },
  { input: "u2", inputs: 8, neurons: 5, reach: 2, fanIn: 4, output: "argmax" },
  {
    input: "u2",
    inputs: 4,
    neurons: 4,
    reach: 3,
    fanIn: 5,
    output: "u3",
    conv: { kernel: 3, groups: 1, pad: 1, size: 5 },
  },
  {
    input: "bipolar",
    inputs: 4,
    neurons: 4,
    reach: 2,
    output: "bipolar",
    conv: { kernel: 3, groups: 4, pad: 1, size: 4 },
  },
];

const dense: readonly Omit<NetOptions, "seed">[] = [
  { input: "u4", inputs: 12, neurons: 6, reach: 7, output: "u4" },
  { input: "u8", inputs: 16, neurons: 3, reach: 60, output: "u6", affine: true },
  { input: "i8", inputs: 10, neurons: 4, reach: 100, output: "accumulator", affine: true },
  { input: "i4", inputs: 10, neurons: 4, reach: 7, output: "u2", add: "first" },
  { input: "i4", inputs: 10, neurons: 4, reach: 7, output: "accumulator", add: "second" },
  { input: "bipolar", inputs: 60, neurons: 6, reach: 1, weights: "bipolar", output: "bipolar" },
  { input: "bipolar", inputs: 40, neurons: 5, reach: 3, output: "u2" },
  { input: "bipolar", inputs: 40, neurons: 10, reach: 1, weights: "bipolar", output: "argmax" },
  { input: "u1", inputs: 40, neurons: 5, reach: 1, output: "i3" },
  { input: "u2", inputs: 12, neurons: 4, reach: 3, output: "lookup" },
  {
    input: "i4",
    inputs: 6,
    neurons: 4,
    reach: 7,
    output: "u2",
    conv: { kernel: 3, groups: 2, pad: 1, size: 5 },
  },
];

describe("tables equal the ops' evaluators", () => {
  it.each(sparse.map((options, seed) => ({ ...options, seed })))("$input × $inputs to $output", (options) => {
    const graph = randomLayer(options);
    const layer = onlyLayer(graph);
    expectEqual(graph, layer, netlistOf(tables({ maxFanInBits: 16 }), layer), 20);
  });
});

describe("adder graphs equal the ops' evaluators", () => {
  it.each([...sparse, ...dense].map((options, seed) => ({ ...options, seed })))(
    "$input × $inputs to $output",
    (options) => {
      const graph = randomLayer(options);
      const layer = onlyLayer(graph);
      for (const lutInputs of [4, 6] as const) {
        expectEqual(graph, layer, netlistOf(adderGraph(), layer, { lutInputs, effort: 1 }), 20);
      }
    },
  );
});

describe("a window at the edge of an image", () => {
  it("sees the pad value, which no pixel may be", () => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor("i4", [1, 4, 4, 2]), "x");
    const constant = (elem: ElemType, shape: readonly number[], values: readonly number[]): Value =>
      Constant.build(graph, [], { value: tensorFrom(elem, shape, values) });
    const codes = q.Threshold.build(graph, [x, constant("i4", [1, 3], [-4, 0, 3])], { elem: "u3", bias: 2 });
    const w = constant(
      "i3",
      [2, 3, 3, 2],
      Array.from({ length: 36 }, (_, i) => ((i * 5) % 7) - 3),
    );
    const attrs = { elem: "i9" as const, pads: [1, 1, 1, 1] };
    graph.setOutputs([q.Conv.build(graph, [codes, w], attrs)]);
    const [before, layer] = layersOf(graph).layers as [Layer, Layer];
    expect(before.inputs[0]).toEqual({ lo: -8, hi: 7, isBipolar: false });
    expect(layer.inputs[0]).toEqual({ lo: 0, hi: 5, isBipolar: false });
    const [first, second] = [before, layer].map((each) => netlistOf(adderGraph(), each)) as [
      Netlist,
      Netlist,
    ];
    const pixels = Array.from({ length: 32 }, (_, i) => ((i * 11) % 16) - 8);
    const [expected] = evaluate(graph, [tensorFrom("i4", [1, 4, 4, 2], pixels)]);
    const image = Array.from({ length: 16 }, (_, p) => simulateOne(first, pixels.slice(2 * p, 2 * p + 2)));
    const plan = q.planWindow([1, 4, 4, 2], [3, 3], layer.window!);
    const got = Array.from({ length: 16 }, (_, p) =>
      simulateOne(second, Array.from({ length: 9 }, (_, tap) => image[plan.pixel(p, tap)] ?? [0, 0]).flat()),
    );
    expect(got.flat()).toEqual(Array.from(numbers(expected!), Number));
  });
});

const simulateOne = (netlist: Netlist, vector: readonly number[]): number[] =>
  simulate(
    netlist,
    vector.map((v) => [v]),
  ).map((column) => column[0]!);

describe("what a form refuses", () => {
  it("tables of too many bits", () => {
    const layer = onlyLayer(randomLayer({ ...dense[0]!, seed: 1 }));
    expect(tables().offer(layer, context)).toMatch(/reads \d+ bits, and tables of at most 14/);
  });
  it("adder graphs of too many digits", () => {
    const layer = onlyLayer(randomLayer({ ...dense[0]!, seed: 1 }));
    expect(adderGraph({ maxDigits: 10 }).offer(layer, context)).toMatch(
      /signed digits, and layers of at most 10/,
    );
  });
});

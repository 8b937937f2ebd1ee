import { Constant, evaluate, Graph, numbers, seededRandom, stream, tensor, tensorFrom } from "@gatefold/core";
import { Conv } from "@gatefold/dialect-q";
import { describe, expect, it } from "vitest";
import * as hw from "../src/index.js";

describe("hw.gvu", () => {
  it("behind a sliding window is the grouped convolution", () => {
    const random = seededRandom(2);
    const draw = (count: number, low: number, high: number): number[] =>
      Array.from({ length: count }, () => low + Math.floor(random() * (high - low + 1)));
    const [weights, codes] = [draw(6 * 4 * 2, -4, 3), draw(4 * 5 * 6, 0, 15)];
    const whole = new Graph("main");
    const x = whole.addInput(tensor("u4", [1, 4, 5, 6]), "x");
    const w = Constant.build(whole, [], { value: tensorFrom("i3", [6, 2, 2, 2], weights) });
    whole.setOutputs([Conv.build(whole, [x, w], { elem: "i9", groups: 3 })]);
    const parts = new Graph("main");
    const s = parts.addInput(stream("u4", [1, 4, 5, 6], 2), "x");
    const windows = hw.Window.build(parts, [s], { kernel: [2, 2], simd: 2 });
    const v = Constant.build(parts, [], { value: tensorFrom("i3", [6, 4, 2], weights) });
    parts.setOutputs([hw.Gvu.build(parts, [windows, v], { elem: "i9", groups: 3, simd: 2, pe: 1 })]);
    const image = tensorFrom("u4", [1, 4, 5, 6], codes);
    expect([...numbers(evaluate(parts, [image])[0]!)]).toEqual([...numbers(evaluate(whole, [image])[0]!)]);
  });

  it.each([
    ["(C2) SIMD divides the channels of a group", 2, { groups: 2, simd: 2 }],
    ["(C2) PE divides the filters of a group", 1, { groups: 2, pe: 2 }],
    ["(C3) the stream has SIMD lanes", 1, { groups: 2, simd: 3 }],
    ["(C4) `w` fits the groups", 1, { groups: 3 }],
  ] as const)("%s", (label, lanes, attrs) => {
    const graph = new Graph("main");
    const x = graph.addInput(stream("u4", [1, 2, 24], lanes), "x");
    const value = tensorFrom("i3", [6, 4, 3], new Array(72).fill(1));
    const w = Constant.build(graph, [], { value });
    expect(() => hw.Gvu.build(graph, [x, w], { elem: "i9", ...attrs })).toThrow(label.slice(0, 4));
  });
});

describe("hw.transpose", () => {
  const attrs = { rows: 3, columns: 2, chunk: 2, shape: [1, 2, 2, 6] };

  it("lays the columns of each matrix out one behind the other", () => {
    const graph = new Graph("main");
    const x = graph.addInput(stream("u5", [1, 2, 3, 4], 1), "x");
    graph.setOutputs([hw.Transpose.build(graph, [x], attrs)]);
    const codes = Array.from({ length: 24 }, (_, i) => i);
    const [y] = evaluate(graph, [tensorFrom("u5", [1, 2, 3, 4], codes)]);
    expect(y!.shape).toEqual(attrs.shape);
    expect([...numbers(y!)].slice(0, 12)).toEqual([0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11]);
  });

  it.each([
    ["(C2) SIMD divides the chunk", 4, { simd: 4 }],
    ["(C3) the stream has SIMD lanes", 1, { simd: 2 }],
    ["(C4) two rows at least", 1, { rows: 1 }],
    ["(C4) whole matrices", 1, { rows: 5 }],
    ["(C5) as many elements", 1, { shape: [1, 2, 6] }],
  ] as const)("%s", (label, lanes, changed) => {
    const graph = new Graph("main");
    const x = graph.addInput(stream("u5", [1, 2, 3, 4], lanes), "x");
    expect(() => hw.Transpose.build(graph, [x], { ...attrs, ...changed })).toThrow(label.slice(0, 4));
  });
});

it.each([
  ["(C1) a stream of images", [1, 6], 1, { margins: [0, 0, 0, 0] }],
  ["(C3) the stream has SIMD lanes", [1, 2, 3, 4], 1, { margins: [0, 0, 0, 0], simd: 2 }],
  ["(C4) a pixel is left", [1, 2, 3, 4], 1, { margins: [1, 0, 1, 0] }],
] as const)("hw.crop: %s", (label, shape, lanes, attrs) => {
  const graph = new Graph("main");
  const x = graph.addInput(stream("u5", [...shape], lanes), "x");
  expect(() => hw.Crop.build(graph, [x], attrs)).toThrow(label.slice(0, 4));
});

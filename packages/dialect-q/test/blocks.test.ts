import {
  AnalysisManager,
  evaluate,
  Graph,
  InterfaceTable,
  integerRanges,
  numbers,
  tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { describe, expect, it } from "vitest";
import { Crop, DepthToSpace, SpaceToDepth } from "../src/index.js";

/** `build` on an image of its own indices. */
function onIndices(
  shape: readonly number[],
  build: (x: Value) => Value,
): { readonly shape: readonly number[]; readonly at: (...place: number[]) => number } {
  const graph = new Graph("main");
  graph.setOutputs([build(graph.addInput(tensor("u16", shape), "x"))]);
  const size = shape.reduce((a, b) => a * b, 1);
  const [y] = evaluate(graph, [
    tensorFrom(
      "u16",
      shape,
      Array.from({ length: size }, (_, i) => i),
    ),
  ]);
  const data = numbers(y!);
  return { shape: y!.shape, at: (...place) => data[place.reduce((all, p, i) => all * y!.shape[i]! + p, 0)]! };
}

const index = (shape: readonly number[], ...place: number[]): number =>
  place.reduce((all, p, i) => all * shape[i]! + p, 0);

describe("q.depth_to_space", () => {
  const shape = [2, 3, 2, 12];
  it.each([
    ["DCR", (r: number, c: number, d: number) => (r * 3 + c) * 2 + d],
    ["CRD", (r: number, c: number, d: number) => (d * 2 + r) * 3 + c],
  ] as const)("lays out channels in %s order", (mode, channel) => {
    const y = onIndices(shape, (x) => DepthToSpace.build(x.graph, [x], { block: [2, 3], mode }));
    expect(y.shape).toEqual([2, 6, 6, 2]);
    for (let i = 0; i < 2 * 6 * 6 * 2; i++) {
      const [n, row, column, d] = [Math.floor(i / 72), Math.floor(i / 12) % 6, Math.floor(i / 2) % 6, i % 2];
      const from = [n, Math.floor(row / 2), Math.floor(column / 3), channel(row % 2, column % 3, d)];
      expect(y.at(n, row, column, d)).toBe(index(shape, ...from));
    }
  });

  it("in DCR order is undone by q.space_to_depth", () => {
    const y = onIndices(shape, (x) =>
      SpaceToDepth.build(x.graph, [DepthToSpace.build(x.graph, [x], { block: [2, 3] })], { block: [2, 3] }),
    );
    expect(y.shape).toEqual(shape);
    expect(y.at(1, 2, 1, 7)).toBe(index(shape, 1, 2, 1, 7));
  });

  it("has as range of a channel that of all which become it", () => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor("u4", [1, 2, 2, 8]), "x");
    const y = DepthToSpace.build(graph, [x], { block: [2, 2], mode: "CRD" });
    graph.setOutputs([y]);
    const range = new AnalysisManager(new InterfaceTable()).get(integerRanges, graph).of(y);
    expect([range.lo, range.hi]).toEqual([0, 15]);
  });
});

describe("q.space_to_depth", () => {
  it("counts row, column and depth of a block from the outermost", () => {
    const shape = [1, 4, 6, 2];
    const y = onIndices(shape, (x) => SpaceToDepth.build(x.graph, [x], { block: [2, 3] }));
    expect(y.shape).toEqual([1, 2, 2, 12]);
    for (let i = 0; i < 48; i++) {
      const [row, column, channel] = [Math.floor(i / 24), Math.floor(i / 12) % 2, i % 12];
      const [r, c, d] = [Math.floor(channel / 6), Math.floor(channel / 2) % 3, channel % 2];
      expect(y.at(0, row, column, channel)).toBe(index(shape, 0, row * 2 + r, column * 3 + c, d));
    }
  });
});

it("q.crop keeps the inner pixels", () => {
  const shape = [2, 4, 5, 3];
  const y = onIndices(shape, (x) => Crop.build(x.graph, [x], { margins: [1, 0, 2, 3] }));
  expect(y.shape).toEqual([2, 1, 2, 3]);
  expect(y.at(1, 0, 1, 2)).toBe(index(shape, 1, 1, 1, 2));
});

describe("what is broken is said", () => {
  it.each<[string, readonly number[], (x: Value) => unknown]>([
    ["(C1) q.depth_to_space", [4, 4], (x) => DepthToSpace.build(x.graph, [x], { block: [2, 2] })],
    ["(C2) q.depth_to_space", [1, 4, 4, 4], (x) => DepthToSpace.build(x.graph, [x], { block: [2, 3] })],
    ["(C1) q.space_to_depth", [4, 4], (x) => SpaceToDepth.build(x.graph, [x], { block: [2, 2] })],
    ["(C2) q.space_to_depth", [1, 4, 4, 4], (x) => SpaceToDepth.build(x.graph, [x], { block: [3, 2] })],
    ["(C2) q.crop leaves nothing", [1, 4, 4, 4], (x) => Crop.build(x.graph, [x], { margins: [2, 0, 2, 0] })],
    ["(C2) q.crop is negative", [1, 4, 4, 4], (x) => Crop.build(x.graph, [x], { margins: [-1, 0, 0, 0] })],
  ])("%s", (label, shape, make) => {
    const x = new Graph("main").addInput(tensor("u4", shape), "x");
    expect(() => make(x)).toThrow(label.slice(0, 4));
  });
});

import { createModule, evaluate, Graph, type Module, numbers, tensor } from "@gatefold/core";
import { datasetArray } from "@gatefold/datasets";
import { importOnnx, parseInputEncoding } from "@gatefold/frontend-onnx";
import { describe, expect, it } from "vitest";
import { drawRows, rowsOf, spread } from "../src/data/rows.js";
import { model } from "./helpers/run.js";

/** A network of one input and no ops: only its input matters here. */
function network(elem: "u4" | "f32" | "bipolar", shape: readonly number[]): Module {
  const graph = new Graph("net");
  graph.setOutputs([graph.addInput(tensor(elem, shape), "x")]);
  return createModule("net", graph);
}
const bytes = (shape: readonly number[], values: readonly number[]) => ({
  name: "data.npy",
  array: datasetArray("uint8", shape, Uint8Array.from(values)),
});

describe("rows of data", () => {
  it("take integer arrays as codes, sample after sample", () => {
    const rows = rowsOf(network("u4", [1, 2]), [bytes([3, 2], [1, 2, 3, 4, 5, 15])]);
    expect(rows).toMatchObject({ entry: "codes", count: 3, samplesPerFrame: 1 });
    expect([0, 1, 2].map((i) => [...numbers(rows.row(i)[0]!)])).toEqual([
      [1, 2],
      [3, 4],
      [5, 15],
    ]);
  });

  it("take any layout of a sample's elements, and a single sample without its dimension", () => {
    expect(rowsOf(network("u4", [1, 4]), [bytes([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])]).count).toBe(2);
    expect(rowsOf(network("u4", [1, 4]), [bytes([4], [1, 2, 3, 4])]).count).toBe(1);
  });

  it("group samples into the frames of a batch", () => {
    const rows = rowsOf(network("u4", [2, 2]), [bytes([4, 2], [1, 2, 3, 4, 5, 6, 7, 8])]);
    expect(rows).toMatchObject({ count: 2, samplesPerFrame: 2 });
    expect([...numbers(rows.row(1)[0]!)]).toEqual([5, 6, 7, 8]);
  });

  it("refuse what is no whole number of frames", () => {
    expect(() => rowsOf(network("u4", [2, 2]), [bytes([3, 2], [1, 2, 3, 4, 5, 6])])).toThrow(
      "cli/data-shape",
    );
    expect(() => rowsOf(network("u4", [1, 4]), [bytes([2, 3], [1, 2, 3, 4, 5, 6])])).toThrow(
      "cli/data-shape",
    );
  });

  it("refuse 0 as a bipolar code", () => {
    expect(() => rowsOf(network("bipolar", [1, 2]), [bytes([1, 2], [1, 0])]).row(0)).toThrow(
      "cli/data-range",
    );
  });

  it("put real values through the encoding of the input", () => {
    const { module } = importOnnx(model, { inputs: [parseInputEncoding("uint8:scale=1/255")] });
    const pixels = Float32Array.from({ length: 256 }, (_, i) => i / 255);
    const data = { name: "real.npy", array: datasetArray("float32", [1, 256], pixels) };
    const [codes] = rowsOf(module, [data]).row(0);
    expect([...numbers(codes!)]).toEqual(Array.from({ length: 256 }, (_, i) => i));
    const [logits] = evaluate(module.main, [codes!]);
    expect(logits?.shape).toEqual([1, 10]);
  });

  it("keep real values where the network reads them", () => {
    const rows = rowsOf(network("f32", [1, 2]), [bytes([1, 2], [7, 9])]);
    expect(rows.entry).toBe("values");
    expect([...numbers(rows.row(0)[0]!)]).toEqual([7, 9]);
  });
});

describe("drawn rows", () => {
  it("hold the ends of the range and are the same for a seed", () => {
    const draw = (seed: number) => drawRows(network("u4", [1, 8]), { count: 40, seed });
    const values = (seed: number) =>
      Array.from({ length: 40 }, (_, i) => [...numbers(draw(seed).row(i)[0]!)]);
    expect(values(1)).toEqual(values(1));
    expect(values(1)).not.toEqual(values(2));
    expect(values(1)).toContainEqual(new Array(8).fill(0));
    expect(values(1)).toContainEqual(new Array(8).fill(15));
    expect(Math.max(...values(1).flat())).toBe(15);
  });

  it("are spread when only some are taken", () => {
    expect(spread(1000, 4)).toEqual([0, 250, 500, 750]);
    expect(spread(3, 50)).toEqual([0, 1, 2]);
    expect(spread(3, 0)).toEqual([]);
  });
});

import { type ElemType, elemInfo, Graph, seededRandom, tensor, tensorFrom } from "@gatefold/core";
import { Add, Affine, Lookup, MatMul, Threshold } from "@gatefold/dialect-q";
import { describe, expect, it } from "vitest";
import { createExecutor } from "../src/index.js";
import {
  constant,
  growMatMul,
  growThreshold,
  inputElems,
  kernelsOf,
  randomBatch,
  randomTensor,
  reference,
  weightElems,
} from "./nets.js";

function matmulNet(x: ElemType, w: ElemType, width: number, thresholds: number | undefined): Graph {
  const random = seededRandom(width);
  const graph = new Graph("one");
  const value = graph.addInput(tensor(x, [1, width]));
  const { min: lo, max: hi } = elemInfo(x);
  const sum = growMatMul(random, graph, { value, lo, hi }, 13, w);
  const out = thresholds === undefined ? sum : growThreshold(random, graph, sum, thresholds, false, -1);
  graph.setOutputs([out.value]);
  return graph;
}

function agrees(graph: Graph, count = 5): string[] {
  const data = randomBatch(seededRandom(3), graph, count);
  const executor = createExecutor(graph);
  expect(executor.run({ data, count }).outputs).toEqual(reference(graph, data, count));
  return kernelsOf(executor);
}

describe("the kernel of a matmul", () => {
  it.each<[ElemType, ElemType, number, string]>([
    ["bipolar", "bipolar", 70, "xnor-popcount"],
    ["u1", "bipolar", 70, "1 bit planes x bipolar"],
    ["u2", "bipolar", 70, "i16 dot"],
    ["u2", "bipolar", 130, "2 bit planes x bipolar"],
    ["i2", "bipolar", 130, "2 bit planes x bipolar"],
    ["u3", "bipolar", 600, "3 bit planes x bipolar"],
    ["u8", "bipolar", 600, "i16 dot"],
    ["bipolar", "i2", 70, "i16 dot"],
    ["u8", "i8", 70, "i16 dot"],
    ["u16", "i8", 70, "i32 product"],
    ["u20", "bipolar", 70, "i32 product"],
    ["u20", "i12", 70, "f64 product, exact below 2^53"],
    ["i33", "i8", 70, "f64 product, exact below 2^53"],
  ])("of %s by %s weights, %i wide, is %s", (x, w, width, kernel) => {
    expect(agrees(matmulNet(x, w, width, undefined))).toContain(kernel);
  });

  it.each(inputElems)(
    "agrees with the reference for %s by every weight at every width up to two vectors",
    (x) => {
      for (const w of weightElems) {
        for (const width of [1, 2, 7, 8, 9, 15, 16, 17, 33, 63, 64, 65, 127, 129]) {
          if (elemInfo(x).widthBits + elemInfo(w).widthBits < 45) agrees(matmulNet(x, w, width, 3), 3);
        }
      }
    },
  );

  it("reads channel ranges only along the axis that it sums over", () => {
    const graph = new Graph("square");
    const x = graph.addInput(tensor("i8", [3, 3]));
    const rows = constant(graph, tensorFrom("i8", [3, 1], [-128, 127, 127]));
    const bits = Threshold.build(graph, [x, rows], { elem: "u1", axis: 0 });
    const weights = constant(graph, tensorFrom("i20", [1, 3], [500_000, -400_000, -400_000]));
    const sum = MatMul.build(graph, [bits, weights], { elem: "i21" });
    const low = constant(graph, tensorFrom("i21", [1, 1], [-900_000]));
    graph.setOutputs([Threshold.build(graph, [sum, low], { elem: "u1" })]);
    agrees(graph, 40);
  });
});

describe("thresholds", () => {
  it.each([
    [0, "counted"],
    [1, "counted"],
    [32, "counted"],
    [33, "counted in blocks"],
    [64, "counted in blocks"],
    [255, "counted in blocks"],
    [1024, "counted in blocks"],
    [1025, "searched"],
  ])("%i of them are %s", (count, how) => {
    const kernels = agrees(matmulNet("i8", "i8", 40, count), 40);
    expect(kernels).toContain(`i16 dot + ${count} thresholds ${how}`);
  });

  it.each([2, 40, 1100])("along another axis, %i of them, go by the row of the sample", (count) => {
    const random = seededRandom(count);
    const graph = new Graph("rows");
    const x = { value: graph.addInput(tensor("i8", [5, 3, 2])), lo: -128, hi: 127 };
    const table = constant(graph, randomTensor(random, "u8", [5, 256]));
    const factors = [1, 2].map(() => constant(graph, randomTensor(random, "i6", [3])));
    graph.setOutputs([
      growThreshold(random, graph, x, count, false, 0).value,
      growThreshold(random, graph, x, count, false, 1).value,
      Lookup.build(graph, [x.value, table], { elem: "u8", lo: -128, axis: 0 }),
      Affine.build(graph, [x.value, ...factors], { elem: "i15", axis: 1 }),
      Add.build(graph, [x.value, constant(graph, randomTensor(random, "i8", [5, 3, 2]))], { elem: "i9" }),
    ]);
    agrees(graph, 70);
  });

  it("and the sign of bits stay bits from layer to layer", () => {
    const random = seededRandom(5);
    const graph = new Graph("bits");
    let x = { value: graph.addInput(tensor("bipolar", [1, 100])), lo: -1, hi: 1 };
    for (const height of [67, 130, 64]) {
      const sum = growMatMul(random, graph, x, height, "bipolar");
      const rows = Array.from({ length: height }, (_, i) => (i % 9) - 4);
      const thresholds = constant(graph, tensorFrom("i8", [height, 1], rows));
      const value = Threshold.build(graph, [sum.value, thresholds], { elem: "bipolar" });
      x = { value, lo: -1, hi: 1 };
    }
    graph.setOutputs([growMatMul(random, graph, x, 10, "bipolar").value]);
    const sign = "xnor-popcount, sign into bits";
    expect(agrees(graph, 70)).toEqual(["pack", sign, sign, sign, "xnor-popcount"]);
  });
});

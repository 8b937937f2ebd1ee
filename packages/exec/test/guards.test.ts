import { type ElemType, Graph, tensor, tensorFrom } from "@gatefold/core";
import { Add, Affine, Lookup, MatMul } from "@gatefold/dialect-q";
import { describe, expect, it } from "vitest";
import { createExecutor, ExecError, printPlan } from "../src/index.js";
import { constant, reference } from "./nets.js";

function sumNet(x: ElemType, weights: readonly number[], w: ElemType, elem: ElemType): Graph {
  const graph = new Graph("sum");
  const value = graph.addInput(tensor(x, [1, weights.length]));
  const matrix = constant(graph, tensorFrom(w, [1, weights.length], weights));
  graph.setOutputs([MatMul.build(graph, [value, matrix], { elem })]);
  return graph;
}

describe("sums", () => {
  it("beyond 2^31 are exact in doubles", () => {
    const graph = sumNet("i32", [2 ** 19 - 1, -(2 ** 19), 2 ** 19 - 1], "i20", "i53");
    const data = Int32Array.of(2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, 1, -1, 2 ** 31 - 1);
    const { outputs } = createExecutor(graph).run({ data, count: 2 });
    expect(outputs).toEqual(reference(graph, [data], 2));
    expect(outputs[0]![0]).toBe(2n * (2n ** 19n - 1n) * (2n ** 31n - 1n) + 2n ** 50n);
  });

  it("right at the i32 tile's ends take the wider kernel", () => {
    const graph = sumNet("i16", [-32768, -32768], "i16", "i33");
    const executor = createExecutor(graph);
    expect(printPlan(executor.plan)).toContain("f64 product");
    expect(executor.run({ data: Int16Array.of(-32768, -32768), count: 1 }).outputs[0]![0]).toBe(2n ** 31n);
  });

  it("that may pass 2^53 are refused when planning", () => {
    expect(() => createExecutor(sumNet("i40", [2 ** 19 - 1], "i20", "i53"))).toThrow(/exec\/inexact-sum/);
    expect(() => createExecutor(sumNet("i8", [1], "i2", "i60"))).toThrow(/exec\/inexact-sum/);
  });

  it("that the ranges leave open are checked, and the sample is named", () => {
    const graph = sumNet("i8", [1, 1], "i2", "i8");
    const executor = createExecutor(graph);
    expect(printPlan(executor.plan)).toContain("checked");
    const good = Int8Array.from({ length: 400 }, (_, i) => (i % 2 ? 27 : 100));
    expect(executor.run({ data: good, count: 200 }).outputs[0]![199]).toBe(127);
    good[2 * 150] = 101;
    expect(() => executor.run({ data: good, count: 200 })).toThrow(
      "q.matmul: sample 150: 128 is not a value of i8",
    );
    expect(() => reference(graph, [good.slice(300, 302)], 1)).toThrow("128 is not a value of i8");
  });

  it("of an affine and an add are checked likewise", () => {
    const graph = new Graph("affine");
    const x = graph.addInput(tensor("i8", [1, 3]));
    const [a, b] = [
      constant(graph, tensorFrom("i4", [3], [1, -3, 2])),
      constant(graph, tensorFrom("i4", [1], [5])),
    ];
    const y = Affine.build(graph, [x, a, b], { elem: "i8" });
    graph.setOutputs([Add.build(graph, [y, x], { elem: "u8", m: 2 })]);
    const executor = createExecutor(graph);
    expect(executor.run({ data: Int8Array.of(1, 1, 1), count: 1 }).outputs).toEqual(
      reference(graph, [Int8Array.of(1, 1, 1)], 1),
    );
    expect(() => executor.run({ data: Int8Array.of(1, 1, 1, 1, 50, 1), count: 2 })).toThrow(
      "q.affine: sample 1: -145 is not a value of i8",
    );
    expect(() => executor.run({ data: Int8Array.of(-9, 1, 1), count: 1 })).toThrow(
      "q.add: sample 0: -17 is not a value of u8",
    );
  });
});

describe("values", () => {
  it("outside a table are refused", () => {
    const graph = new Graph("table");
    const x = graph.addInput(tensor("i8", [2]));
    const table = constant(graph, tensorFrom("u4", [1, 3], [7, 8, 9]));
    graph.setOutputs([Lookup.build(graph, [x, table], { elem: "u4", lo: -1 })]);
    const executor = createExecutor(graph);
    expect(executor.run({ data: Int8Array.of(-1, 1), count: 1 }).outputs).toEqual([Uint8Array.of(7, 9)]);
    expect(() => executor.run({ data: Int8Array.of(0, 2), count: 1 })).toThrow(
      "2 is outside the table's -1 … 1",
    );
  });

  it.each<[ElemType, readonly number[], string]>([
    ["u3", [7, 8], "8 is not a value of u3"],
    ["i4", [-8, -9], "-9 is not a value of i4"],
    ["bipolar", [1, 0], "0 is not a value of bipolar"],
    ["bipolar", [-1, 2], "2 is not a value of bipolar"],
    ["u8", [1, 0.5], "0.5 is not a value of u8"],
    ["u8", [1, Number.NaN], "NaN is not a value of u8"],
  ])("that are no %s are refused at the input", (elem, values, message) => {
    const executor = createExecutor(sumNet(elem, [1], "i2", "i20"));
    const run = (): unknown => executor.run({ data: Float64Array.from(values), count: 2 });
    expect(run).toThrow(ExecError);
    expect(run).toThrow(`input 0: sample 1: ${message}`);
    if (values.every((v) => Number.isInteger(v)))
      expect(() => executor.run({ data: Int8Array.from(values), count: 2 })).toThrow(message);
  });

  it("come in any array that holds them", () => {
    const executor = createExecutor(sumNet("i8", [3], "i4", "i20"));
    for (const data of [Int8Array.of(-5), Int16Array.of(-5), Float32Array.of(-5), BigInt64Array.of(-5n)])
      expect(executor.run({ data, count: 1 }).outputs[0]![0]).toBe(-15);
  });
});

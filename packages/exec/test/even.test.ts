import { type ElemType, Graph, randomInteger, seededRandom, tensor, tensorFrom } from "@gatefold/core";
import { Threshold } from "@gatefold/dialect-q";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createExecutor } from "../src/index.js";
import { constant, reference } from "./nets.js";

const codes = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);

/** Thresholds of a graph with one i16 input, run on every value that it can take. */
function onEveryCode(rows: readonly (readonly number[])[], elem: ElemType, bias: number): string {
  const graph = new Graph("even");
  const channels = rows.length;
  const x = graph.addInput(tensor("i16", [8192, channels]));
  const thresholds = constant(graph, tensorFrom("i32", [channels, rows[0]!.length], rows.flat()));
  graph.setOutputs([Threshold.build(graph, [x, thresholds], { elem, bias })]);
  const data = new Int16Array(65536 * channels).map((_, i) => codes[Math.floor(i / channels)]!);
  const executor = createExecutor(graph);
  expect(executor.run({ data, count: 8 }).outputs).toEqual(reference(graph, [data], 8));
  return executor.plan[0]!.kernel;
}

const uniform = (count: number, step: number, first: number): number[] =>
  Array.from({ length: count }, (_, j) => Math.ceil(first + j * step));

describe("thresholds of a uniform quantizer", () => {
  it("are counted by a line, on every code, whatever lies outside the range", () => {
    const rows = [
      uniform(255, 77.71, -9000.3),
      uniform(255, 300.17, -40000.5),
      uniform(255, 0.31, 12),
      uniform(255, 1, 40000),
    ];
    expect(onEveryCode(rows, "u8", 0)).toBe("255 even thresholds");
    expect(onEveryCode(rows, "i17", -9000)).toBe("255 even thresholds");
    expect(onEveryCode([uniform(2000, 19.913, -20000)], "u12", 5)).toBe("2000 even thresholds");
  });

  it("agree with the definition for any step and start", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const random = seededRandom(seed);
        const count = randomInteger(random, 12, 300);
        const rows = Array.from({ length: randomInteger(random, 1, 3) }, () =>
          uniform(count, random() * 10 ** randomInteger(random, 0, 3), randomInteger(random, -40000, 20000)),
        );
        expect(onEveryCode(rows, "i10", -1)).toBe(`${count} even thresholds`);
      }),
      { numRuns: 5 },
    );
  });

  it("whose ties fall on codes round them to even, as it does", () => {
    const ties = Array.from({ length: 255 }, (_, j) => -8000 + 64 * j + ((j + 1) % 2));
    expect(onEveryCode([ties], "u8", 0)).toBe("255 even thresholds");
  });

  it("are counted one by one where one of them is a step off", () => {
    const row = uniform(255, 77.71, -9000.3);
    row[100]! += 2;
    expect(onEveryCode([row], "u8", 0)).toBe("255 thresholds counted in blocks");
  });
});

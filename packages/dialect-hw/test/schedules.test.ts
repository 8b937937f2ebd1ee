import { beatCount, Graph, InterfaceTable, type Op, type StreamType, stream } from "@gatefold/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as hw from "../src/index.js";
import { constant, one, window } from "./one.js";

/** A netlist kernel of this many register stages, all lanes wide, on six vectors. */
function shifted(stages: number): Op {
  const body = ['netlist "shift"', '%0 = input "a" 0 1023', '%1 = input "b" 0 1023'];
  for (let s = 0; s < stages; s++)
    body.push(`%${2 * s + 2} = register %${2 * s}`, `%${2 * s + 3} = register %${2 * s + 1}`);
  body.push(`output "a" %${2 * stages}`, `output "b" %${2 * stages + 1}`);
  return one([stream("u10", [2, 3, 2], 2)], (g, [x]) =>
    hw.Netlist.build(g, [x!], { body, elem: "u10", simd: 2, pe: 2 }),
  ).op;
}

/** The intervals that the docstrings state, in cycles, of kernels of small images. */
const intervals: readonly (readonly [string, number, () => Op])[] = [
  [
    "window: OH·OW·KH·KW·C/SIMD",
    4 * 9 * 2,
    () => window([1, 4, 4, 4], { kernel: [3, 3], simd: 2, parallel: 0 }).op,
  ],
  ["window: H·W·C/SIMD", 16 * 2, () => window([1, 4, 4, 4], { kernel: [1, 4], simd: 2, parallel: 0 }).op],
  [
    "parallel window: H·W·C/SIMD",
    16 * 2,
    () => window([1, 4, 4, 4], { kernel: [3, 3], simd: 2, parallel: 1 }).op,
  ],
  [
    "vvu: pixels·(C/PE)·(K/SIMD)",
    4 * 2 * 3,
    () =>
      one([stream("u4", [1, 2, 2, 2, 18], 6)], (g, [x]) =>
        hw.Vvu.build(g, [x!, constant(g, "i2", [9, 4], new Array(36).fill(1))], {
          elem: "i8",
          pe: 2,
          simd: 3,
        }),
      ).op,
  ],
  [
    "mvu: vectors·(MH/PE)·(MW/SIMD)",
    4 * 3 * 2,
    () =>
      one([stream("u4", [4, 8], 4)], (g, [x]) =>
        hw.Mvu.build(g, [x!, constant(g, "i2", [6, 8], new Array(48).fill(1))], {
          elem: "i8",
          pe: 2,
          simd: 4,
        }),
      ).op,
  ],
  [
    "pad: beats out",
    5 * 6,
    () =>
      one([stream("u4", [1, 3, 4, 2], 2)], (g, [x]) => hw.Pad.build(g, [x!], { pads: [1, 1, 1, 1], simd: 2 }))
        .op,
  ],
  [
    "upsample: beats out",
    6 * 4 * 2,
    () => one([stream("u4", [1, 3, 4, 2], 1)], (g, [x]) => hw.Upsample.build(g, [x!], { scales: [2, 1] })).op,
  ],
  [
    "pool: beats in",
    4 * 9 * 2,
    () =>
      one([stream("u4", [1, 2, 2, 36], 2)], (g, [x]) =>
        hw.Pool.build(g, [x!], { mode: "max", window: 9, elem: "u4", simd: 2 }),
      ).op,
  ],
  ["netlist: vectors", 6, () => shifted(3)],
];

describe("token schedules", () => {
  it.each(intervals)("%s is %i cycles", (_, cycles, make) => {
    expect(hw.kernelOf(make()).schedule(make()).intervalCycles).toBe(cycles);
  });

  it.each(intervals)("%s: every beat once, in order, the last at the latency", (_, __, make) => {
    const op = make();
    const { inputs, outputs, intervalCycles, latencyCycles } = hw.kernelOf(op).schedule(op);
    const streams = op.operands.filter((v) => v.type.kind === "stream");
    expect(inputs.map((b) => b.count)).toEqual(streams.map((v) => beatCount(v.type as StreamType)));
    expect(outputs.map((b) => b.count)).toEqual(op.results.map((v) => beatCount(v.type as StreamType)));
    for (const { count, at } of [...inputs, ...outputs]) {
      const cycles = Array.from({ length: count }, (_, k) => at(k));
      expect(cycles).toEqual([...new Set(cycles)].sort((a, b) => a - b));
      expect(cycles.at(-1)! - cycles[0]!).toBeLessThan(intervalCycles);
    }
    expect(outputs[0]!.at(outputs[0]!.count - 1)).toBe(latencyCycles);
  });
});

it.each([0, 1, 4])("a netlist of %i stages takes one cycle more: its output's register", (stages) => {
  const op = shifted(stages);
  const { latencyCycles, inputs, outputs } = hw.kernelOf(op).schedule(op);
  expect(latencyCycles).toBe(5 + stages + 1);
  expect(outputs[0]!.at(2) - inputs[0]!.at(2)).toBe(stages + 1);
  expect(hw.netlistLatencyCycles(op)).toBe(stages);
});

describe("fold axes", () => {
  it("say the lanes of a stream's end: a product of the axes that it follows", () => {
    const { op } = window([1, 4, 4, 4], { kernel: [3, 3], simd: 2, parallel: 0 });
    const axes = hw.kernelOf(op).axes(op);
    expect(axes.map((a) => [a.name, hw.axisValues(a)])).toEqual([
      ["SIMD", [1, 2, 4]],
      ["parallel_window", [0, 1]],
    ]);
    const lanes = (fold: Record<string, number>): unknown =>
      hw.lanesAt(axes, { side: "results", index: 0 }, fold);
    expect([lanes({}), lanes({ parallel_window: 1 }), lanes({ SIMD: 4, parallel_window: 1 })]).toEqual([
      2, 18, 36,
    ]);
    expect(hw.lanesAt(axes, { side: "operands", index: 0 }, { SIMD: 4, parallel_window: 1 })).toBe(4);
    expect(hw.lanesAt(axes, { side: "operands", index: 1 }, {})).toBeUndefined();
  });

  it("agree with the types about lanes and shape, at every folding of a window and of a vector unit", () => {
    const divisor = fc.constantFrom(1, 2, 3, 6);
    fc.assert(
      fc.property(divisor, fc.constantFrom(0, 1), fc.constantFrom(1, 2, 4), (pe, parallel, simd) => {
        const { op } = window([1, 3, 3, 6], { kernel: [2, 2], simd: 1, parallel: 0 });
        const model = hw.kernelOf(op);
        const end = { side: "results", index: 0 } as const;
        const fold = { SIMD: pe, parallel_window: parallel };
        const made = window([1, 3, 3, 6], { kernel: [2, 2], simd: pe, parallel }).op.result().type;
        expect(hw.lanesAt(model.axes(op), end, fold)).toBe((made as StreamType).lanes);
        expect(model.shapeAt!(op, end, fold) ?? op.result().type.shape).toEqual(made.shape);
        const vvu = one([stream("u4", [1, 2, 2, 24], 1)], (g, [x]) =>
          hw.Vvu.build(g, [x!, constant(g, "i2", [4, 6], new Array(24).fill(1))], { elem: "i8" }),
        ).op;
        const reads = { side: "operands", index: 0 } as const;
        const want = { PE: pe, SIMD: simd };
        const shape = hw.kernelOf(vvu).shapeAt!(vvu, reads, want) ?? vvu.operand(0).type.shape;
        const lanes = hw.lanesAt(hw.kernelOf(vvu).axes(vvu), reads, want)!;
        one([stream("u4", shape, lanes)], (g, [x]) =>
          hw.Vvu.build(g, [x!, constant(g, "i2", [4, 6], new Array(24).fill(1))], { elem: "i8", pe, simd }),
        );
      }),
    );
  });

  it("name the window by itself, not after the matrix unit before it, and the pool behind it too", () => {
    const graph = new Graph("main");
    const x = graph.addInput(stream("u4", [1, 3, 3, 2], 1));
    const y = hw.Mvu.build(graph, [x, constant(graph, "i2", [2, 2], [1, 0, 0, 1])], { elem: "i8" });
    const z = hw.Window.build(graph, [y], { kernel: [2, 2] });
    graph.setOutputs([hw.Pool.build(graph, [z], { mode: "max", window: 4, elem: "i8" })]);
    const named = hw.namedKernels(graph, new InterfaceTable());
    expect(named.map((k) => k.name)).toEqual(["MVAU_0", "ConvolutionInputGenerator_0", "Pool_0"]);
  });
});

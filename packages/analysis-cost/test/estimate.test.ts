import { Graph, InterfaceTable, stream } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { expect, test } from "vitest";
import {
  bram18Count,
  cost,
  estimateCost,
  finnMvauLutCount,
  finnRules,
  fittedRules,
  toFinnReport,
  toHls4mlReport,
} from "../src/index.js";

function fifoThenFork(): Graph {
  const graph = new Graph("main");
  const x = graph.addInput(stream("u4", [1, 64], 4), "x");
  const held = hw.Fifo.build(graph, [x], { depth: 16 });
  graph.setOutputs(hw.Fork.create(graph, [held], { count: 2 }).results);
  return graph;
}

test("FINN's formula at its conformance points: 4 × 4, two bits, PE = SIMD = 1", () => {
  const unit = { width: 4, height: 4, pe: 1, simd: 1, weightBits: 2, inputBits: 2, inputSigned: true };
  expect(finnMvauLutCount({ ...unit, accumulatorBits: 32, embedded: true })).toBe(317);
  expect(finnMvauLutCount({ ...unit, accumulatorBits: 32, embedded: false })).toBe(315);
  expect(bram18Count(36, 512)).toBe(1);
  expect(bram18Count(36, 513)).toBe(2);
});

test("a kernel without a rule is unknown, and the sums say so", () => {
  const report = estimateCost(fifoThenFork(), "xilinx7", finnRules, new InterfaceTable());
  expect(report.kernels[1]).toMatchObject({ kernel: "DuplicateStreams_0", resources: {}, source: undefined });
  expect(report.totals.lutCount.complete).toBe(false);
  expect(report.totals.lutCount.count).toBe(report.kernels[0]!.resources.lutCount);
  expect(toFinnReport(report)["total"]).toEqual({});
  expect(toHls4mlReport(report)).not.toHaveProperty("LUT");
});

test("reports under the names of FINN and hls4ml", () => {
  const report = estimateCost(fifoThenFork(), "xilinx7", fittedRules, new InterfaceTable());
  const { lutCount, ffCount } = report.totals;
  expect(lutCount.complete).toBe(true);
  expect(toFinnReport(report)).toMatchObject({
    StreamingFIFO_0: { DSP: 0, BRAM_18K: 0, URAM: 0 },
    total: { LUT: lutCount.count, FF: ffCount.count, DSP: 0, BRAM_18K: 0, URAM: 0 },
  });
  expect(toHls4mlReport(report)).toMatchObject({
    LUT: lutCount.count,
    FF: ffCount.count,
    IntervalMin: 16,
    IntervalMax: 16,
    BestLatency: 16,
    WorstLatency: 32,
  });
});

test("a block of 36 Kbit is two of 18; blocks of 4 Kbit are none", () => {
  const graph = new Graph("main");
  const x = graph.addInput(stream("u8", [1, 64], 8), "x");
  graph.setOutputs([hw.Fifo.build(graph, [x], { depth: 1024 })]);
  const total = (family: string) =>
    toFinnReport(estimateCost(graph, family, fittedRules, new InterfaceTable()))["total"]!;
  expect(total("xilinx7").BRAM_18K).toBe(4);
  expect(total("ecp5").BRAM_18K).toBe(4);
  expect(total("ice40")).not.toHaveProperty("BRAM_18K");
});

test("the plugin brings the fitted rules, or FINN's on request", () => {
  expect(cost().costRules).toBe(fittedRules);
  expect(cost({ rules: "finn" }).costRules).toBe(finnRules);
});

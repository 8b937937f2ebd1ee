import { Constant, type ElemType, Graph, Return, seededRandom, tensor, tensorFrom } from "@gatefold/core";
import { type BeatTimes, kernelOf, type Schedule } from "@gatefold/dialect-hw";
import { ArgMax, bodyOf, Lookup, Netlist, Threshold } from "@gatefold/dialect-q";
import type { FoldingFile, RequantizeMode } from "@gatefold/pass-fold";
import { runStreams } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import { stagedNetlist } from "../../netlist/test/staged-netlist.js";
import { packBeats } from "../src/index.js";
import { randomNet } from "./nets.js";
import { buildVerilog, compileBuilt, drawFrames } from "./simulate.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const times = ({ count, at }: BeatTimes, frames: number, interval: number): number[] =>
  Array.from({ length: frames * count }, (_, i) => Math.floor(i / count) * interval + at(i % count));

/** The beats of a lone kernel in simulated Verilog, against the schedule that its op declares. */
async function measure(
  graph: Graph,
  folding: FoldingFile,
  multipliers: "auto" | "logic",
  requantize: RequantizeMode,
): Promise<{ readonly schedule: Schedule; readonly seen: readonly number[][] }> {
  const built = await buildVerilog(graph, { folding, multipliers, requantize });
  const main = built.compilation.module.main;
  const kernels = [...main.ops()].filter((op) => !Constant.is(op) && !Return.is(op) && !kernelOf(op).view);
  expect(kernels).toHaveLength(1);
  const [input, output] = [built.verilog.inputs[0]!, built.verilog.outputs[0]!];
  const frames = 4;
  const result = runStreams(await compileBuilt(built, toolchain), {
    input: { prefix: "s_axis", beats: packBeats(drawFrames(input, frames + 1, 3), input.type) },
    output: { prefix: "m_axis", expectedBeats: frames * output.beatsPerFrame },
  });
  const start = result.inputs[0]!.cycles[0]!;
  const inputs = result.inputs[0]!.cycles.slice(0, frames * input.beatsPerFrame);
  return {
    schedule: kernelOf(kernels[0]!).schedule(kernels[0]!),
    seen: [inputs, result.outputs[0]!.cycles].map((c) => Array.from(c, (v) => v - start)),
  };
}

async function agrees(
  graph: Graph,
  folding: FoldingFile,
  multipliers: "auto" | "logic" = "auto",
  requantize: RequantizeMode = "never",
): Promise<void> {
  const { schedule, seen } = await measure(graph, folding, multipliers, requantize);
  expect(seen[0]).toEqual(times(schedule.inputs[0]!, 4, schedule.intervalCycles));
  expect(seen[1]).toEqual(times(schedule.outputs[0]!, 4, schedule.intervalCycles));
}

const foldings: readonly (readonly [PE: number, SIMD: number])[] = [
  [1, 1],
  [1, 12],
  [4, 1],
  [2, 3],
  [4, 6],
  [8, 12],
];

describe("beats of a lone kernel come when its token schedule says", () => {
  describe.each([
    ["xnor", "bipolar", "bipolar"],
    ["sign", "u4", "bipolar"],
    ["bipolar-in", "bipolar", "i4"],
    ["ternary", "i4", "i2"],
    ["mul", "u4", "i4"],
    ["mul in LUTs", "i4", "u4"],
    ["mul by one bit", "u1", "i4"],
  ] as const)("matrix unit, %s", (name, input, weights) => {
    it.each(foldings)("PE %i, SIMD %i", async (PE, SIMD) => {
      const layer = {
        neurons: 8,
        weights: weights as ElemType,
        activation: "none",
        output: "u1",
        shared: false,
      } as const;
      const spec = { seed: 1, input: input as ElemType, inputs: 12, layers: [layer], argmax: false };
      await agrees(
        randomNet(spec, seededRandom(5)),
        { MVAU_0: { PE, SIMD } },
        name === "mul in LUTs" ? "logic" : "auto",
      );
    });
  });

  describe.each([1, 2, 5, 10])("PE %i", (PE) => {
    const one = (build: (graph: Graph) => void): Graph => {
      const graph = new Graph("main");
      build(graph);
      return graph;
    };
    const threshold = (count: number, step = 3): Graph =>
      one((graph) => {
        const x = graph.addInput(tensor("i9", [1, 10]), "x");
        const rows = Array.from(
          { length: 10 * count },
          (_, i) => (i % count) * step + Math.floor(i / count) - 40,
        );
        const t = Constant.build(graph, [], { value: tensorFrom("i9", [10, count], rows) });
        graph.setOutputs([Threshold.build(graph, [x, t], { elem: "u6" })]);
      });
    it("thresholds side by side", () => agrees(threshold(7), { Thresholding_0: { PE } }));
    it("thresholds searched", () => agrees(threshold(40), { Thresholding_0: { PE } }));
    it.each([
      ["multiplied", 3],
      ["shifted", 4],
    ])("codes, %s", (_, step) =>
      agrees(threshold(40, step), { Thresholding_0: { PE } }, "auto", "always-if-exact"),
    );
    it("table", () =>
      agrees(
        one((graph) => {
          const x = graph.addInput(tensor("u4", [1, 10]), "x");
          const values = Array.from({ length: 160 }, (_, i) => (i * 7) % 16);
          const table = Constant.build(graph, [], { value: tensorFrom("u4", [10, 16], values) });
          graph.setOutputs([Lookup.build(graph, [x, table], { elem: "u4" })]);
        }),
        { Lookup_0: { PE } },
      ));
    it("argmax", () =>
      agrees(
        one((graph) => {
          const x = graph.addInput(tensor("i6", [1, 10]), "x");
          graph.setOutputs([ArgMax.build(graph, [x])]);
        }),
        { LabelSelect_0: { PE } },
      ));
  });

  it.each([0, 1, 2, 4])("netlist of %i stages", async (stages) => {
    const random = seededRandom(stages + 1);
    const netlist = stagedNetlist((below) => Math.floor(random() * below), {
      inputs: new Array(6).fill({ lo: -8, hi: 7 }),
      outputs: new Array(3).fill({ lo: -4, hi: 3 }),
      stages,
    });
    const graph = new Graph("main");
    const x = graph.addInput(tensor("i4", [2, 6]), "x");
    graph.setOutputs([Netlist.build(graph, [x], { body: bodyOf(netlist), elem: "i3" })]);
    await agrees(graph, { Netlist_0: { SIMD: 6, PE: 3 } });
  });
});

import { createCompiler, createModule, type Graph, type Module, type Target } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { netlistLatencyCycles, netlistOf } from "@gatefold/dialect-q";
import { type Netlist, statsOf } from "@gatefold/netlist";
import { fold } from "@gatefold/pass-fold";
import { describe, expect, it } from "vitest";
import { implementations, type LayerForm, type SpatialOptions, spatial } from "../src/index.js";
import { type NetOptions, randomNet } from "./nets.js";

const check = { rows: 8 };

async function built(graph: Graph, options: SpatialOptions = {}): Promise<Module> {
  const compiler = createCompiler({
    plugins: [
      fold({ clockMhz: 100, implementation: "spatial", implementations: implementations(options) }),
      spatial(options),
    ],
  });
  const compilation = compiler.start(createModule("net", graph));
  await compiler.run(compilation, { check });
  return compilation.module;
}

const netlists = ({ main }: Module): Netlist[] =>
  [...main.ops()].filter((op) => hw.Netlist.is(op)).map((op) => netlistOf(op));

const sparseNet: readonly NetOptions[] = [
  { seed: 1, input: "u2", inputs: 24, neurons: 24, reach: 3, fanIn: 4, output: "u2" },
  { seed: 2, input: "u2", inputs: 24, neurons: 12, reach: 3, fanIn: 4, output: "u2" },
  { seed: 3, input: "u2", inputs: 12, neurons: 4, reach: 3, fanIn: 4, output: "accumulator" },
];
const mixedNet: readonly NetOptions[] = [
  { seed: 4, input: "u4", inputs: 10, neurons: 12, reach: 7, output: "u2", affine: true },
  { seed: 5, input: "u2", inputs: 12, neurons: 8, reach: 3, fanIn: 5, output: "bipolar" },
  { seed: 6, input: "bipolar", inputs: 8, neurons: 5, reach: 3, output: "argmax" },
];
const convNet: readonly NetOptions[] = [
  {
    seed: 7,
    input: "u2",
    inputs: 2,
    neurons: 4,
    reach: 2,
    output: "u2",
    conv: { kernel: 3, groups: 1, pad: 1, size: 5 },
  },
  {
    seed: 8,
    input: "u2",
    inputs: 4,
    neurons: 4,
    reach: 2,
    output: "u1",
    conv: { kernel: 1, groups: 1, pad: 0, size: 5 },
  },
  {
    seed: 9,
    input: "u1",
    inputs: 4,
    neurons: 4,
    reach: 1,
    output: "u2",
    conv: { kernel: 3, groups: 4, pad: 0, size: 5 },
  },
];

describe("layers in space, merged and mapped", () => {
  it.each([
    ["sparse layers", sparseNet, 1],
    ["tables and adder graphs", mixedNet, 1],
    ["convolutions: those of one pixel go into the one before", convNet, 2],
  ])("compute what the network computes: %s", async (_, net, circuits) => {
    const found = netlists(await built(randomNet(net)));
    expect(found).toHaveLength(circuits);
    for (const netlist of found) expect(statsOf(netlist).byKind["table"]).toBeUndefined();
  });

  it("keeps tables as they are for a tool that maps them itself", async () => {
    const [netlist] = netlists(await built(randomNet(sparseNet), { tables: "case" }));
    expect(statsOf(netlist!).byKind["table"]).toBeGreaterThan(10);
    expect(statsOf(netlist!).byKind["lut"]).toBeUndefined();
  });

  it("leaves out neurons that nothing behind reads", async () => {
    const [whole] = netlists(await built(randomNet(sparseNet), { tables: "case", dontCares: false }));
    const tables = statsOf(whole!).byKind["table"]!;
    // The last layer reads 16 of 12 neurons at most, and these at most 48 of the 24.
    expect(tables).toBeLessThan(40);
  });

  it("sets as many stages as there are layers, or as are asked for, or as a clock needs", async () => {
    const latency = async (options: SpatialOptions): Promise<number> => {
      const { main } = await built(randomNet(mixedNet), options);
      return netlistLatencyCycles([...main.ops()].find((op) => hw.Netlist.is(op))!);
    };
    expect(await latency({})).toBe(2);
    expect(await latency({ stages: 5 })).toBe(4);
    const target: Target = {
      name: "some-device",
      family: "ice40",
      device: "x",
      resources: { lutCount: 1e4, ffCount: 1e4, bramCount: 0, bramBits: 4096, dspCount: 0 },
      defaultClockMhz: 25,
      lutInputs: 4,
      delays: { lutNs: 1.2, carryEntryNs: 1.5, carryBitNs: 0.13, registerNs: 1.4 },
      tools: {},
    };
    expect(await latency({ target, clockMhz: 10 })).toBe(0);
    expect(await latency({ target, clockMhz: 150 })).toBeGreaterThan(3);
  });

  it("maps to LUTs of four inputs for a device that has such", async () => {
    const target = {
      ...({ name: "d", family: "f", device: "d", tools: {} } as const),
      lutInputs: 4,
      defaultClockMhz: 10,
    };
    const resources = { lutCount: 1, ffCount: 1, bramCount: 1, bramBits: 1, dspCount: 1 };
    const [netlist] = netlists(await built(randomNet(sparseNet), { target: { ...target, resources } }));
    for (let node = 0; node < netlist!.size; node++) {
      if (netlist!.kind(node) === "lut") expect(netlist!.operands(node).length).toBeLessThanOrEqual(4);
    }
  });

  it("takes a stranger's form, and the compiler finds out when it is wrong", async () => {
    const { tables } = await import("../src/index.js");
    const right: LayerForm = { ...tables(), name: "mine" };
    await built(randomNet(sparseNet.slice(0, 1)), { forms: [right] });
    const { layerNetlist } = await import("../src/index.js");
    const wrong: LayerForm = {
      name: "mine",
      offer: (layer) => ({
        leastLuts: 0,
        netlist: () =>
          layerNetlist(layer, (netlist, x) => layer.neurons.map((_, n) => x[n] ?? netlist.constant(0))),
      }),
    };
    await expect(built(randomNet(sparseNet.slice(0, 1)), { forms: [wrong] })).rejects.toThrow(
      /lower-kernels/,
    );
  });

  it("checks its options and names them", () => {
    expect(() => spatial({ stages: 0 })).toThrow(/option `stages` is `0`/);
    expect(() => implementations({ table: { maxFanInBits: 17 } })).toThrow(/`table\.maxFanInBits` is `17`/);
  });
});

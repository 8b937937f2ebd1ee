import { Graph, stream } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { Netlist, type NodeId } from "@gatefold/netlist";
import { describe, expect, test } from "vitest";
import { fittedFamilies, fittedRules, logicNetsLuts } from "../src/index.js";

function estimate(netlist: Netlist, family: string): { readonly lutCount: number; readonly ffCount: number } {
  const graph = new Graph("main");
  const lanes = netlist.inputs.length;
  const x = graph.addInput(stream("u1", [1, lanes], lanes));
  const outputs = netlist.outputs.length;
  const attrs = { body: hw.bodyOf(netlist), elem: "u4" as const, simd: lanes, pe: outputs };
  const { op } = hw.Netlist.build(graph, [x], attrs);
  const rule = fittedRules.find((r) => r.op === hw.Netlist && r.family === family)!;
  return rule.estimate(op!) as { lutCount: number; ffCount: number };
}

function bits(netlist: Netlist, count: number): NodeId[] {
  return Array.from({ length: count }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));
}

describe.each(fittedFamilies)("spatial circuits on %s", (family) => {
  test("cost the handshake around them, and each LUT more", () => {
    const count = (luts: number): Netlist => {
      const netlist = new Netlist("luts");
      const x = bits(netlist, 4);
      const made = Array.from({ length: 4 }, (_, i) =>
        i < luts ? netlist.lut(x, { low: 0x1234 + i * 0x111, high: 0 }) : x[i]!,
      );
      made.forEach((node, i) => {
        netlist.output(`y${i}`, node);
      });
      return netlist;
    };
    const [none, four] = [estimate(count(0), family), estimate(count(4), family)];
    expect(none.lutCount).toBeGreaterThan(0);
    expect(four.lutCount - none.lutCount).toBeGreaterThanOrEqual(3);
    expect(four.lutCount - none.lutCount).toBeLessThanOrEqual(5);
    expect(four.ffCount).toBe(none.ffCount);
  });

  test("hold words in registers, and long rows of them in LUTs where those shift", () => {
    const delayed = (clocks: number): Netlist => {
      const netlist = new Netlist("delay");
      let [at] = bits(netlist, 1);
      for (let i = 0; i < clocks; i++) at = netlist.register(at!);
      netlist.output("y", at!);
      return netlist;
    };
    const [none, two, ten] = [0, 2, 10].map((clocks) => estimate(delayed(clocks), family));
    // A bit of the word and one that says that it is there, each clock.
    expect(two!.ffCount - none!.ffCount).toBe(4);
    expect(ten!.ffCount - none!.ffCount).toBe(family === "xilinx7" ? 10 : 20);
    expect(ten!.lutCount - none!.lutCount).toBe(family === "xilinx7" ? 1 : 0);
  });
});

test("tables that are not mapped count as LogicNets counts them", () => {
  const table = (inputs: number): Netlist => {
    const netlist = new Netlist("table");
    const x = bits(netlist, inputs);
    netlist.output(
      "y",
      netlist.table(
        x,
        Array.from({ length: 2 ** inputs }, (_, a) => (a * 7919) % 16),
      ),
    );
    return netlist;
  };
  const [small, large] = [6, 10].map((inputs) => estimate(table(inputs), "xilinx7").lutCount);
  const rule = logicNetsLuts(10, 4) - logicNetsLuts(6, 4);
  expect(Math.abs(large! - small! - rule) / rule).toBeLessThan(0.1);
});

import { readFileSync } from "node:fs";
import { createModule, definePlugin, Graph, type Module, stream } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { Netlist } from "@gatefold/netlist";
import { conformance } from "@gatefold/testkit";
import { implementations, spatial } from "../src/index.js";

/** Each pair of neighbours as a table of their sum. */
function sums(inputs: number): Netlist {
  const netlist = new Netlist("sums");
  const x = Array.from({ length: inputs }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 3 }));
  for (let i = 0; i + 1 < inputs; i++) {
    const address = [...netlist.bits(x[i]!), ...netlist.bits(x[i + 1]!)];
    const entries = Array.from({ length: 16 }, (_, a) => Math.min(3, ((a & 3) + (a >> 2)) >> 1));
    netlist.output(`y${i}`, netlist.table(address, entries));
  }
  return netlist;
}

/** Three circuits, a reshape between two of them, and a fork that a fourth and a fifth read. */
function circuits(): Module {
  const graph = new Graph("main");
  let x = graph.addInput(stream("u2", [1, 2, 2, 6], 1), "x");
  const circuit = (value: typeof x, inputs: number): typeof x =>
    hw.Netlist.build(graph, [value], { body: hw.bodyOf(sums(inputs)), elem: "u2" });
  x = circuit(circuit(x, 6), 5);
  x = circuit(hw.Reshape.build(graph, [x], { shape: [1, 4, 4] }), 4);
  const fork = hw.Fork.create(graph, [x], { count: 2 });
  graph.setOutputs([circuit(fork.result(0), 3), circuit(fork.result(1), 3)]);
  return createModule("net", graph);
}

/** In the place of folding, behind which these passes come: its ops without its passes, which take integers. */
const fold = definePlugin({ name: "fold", ops: hw.hwOps });

await conformance(() => spatial(), {
  with: [fold],
  samples: { circuits },
  badOptions: [
    { make: () => spatial({ tables: "roms" as never }), path: "tables" },
    { make: () => spatial({ rarity: { data: [], times: 0 } }), path: "rarity.times" },
    { make: () => implementations({ table: { maxFanInBits: 17 } }), path: "table.maxFanInBits" },
    { make: () => implementations({ forms: [{ name: "x" } as never] }), path: "forms[0]" },
  ],
  packageJson: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as Record<
    string,
    unknown
  >,
});

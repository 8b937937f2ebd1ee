import { Netlist, type NodeId, simulate, statsOf } from "@gatefold/netlist";
import { describe, expect, it } from "vitest";
import { mapTables, readTables, recodeTables } from "../src/index.js";
import { allInputs, randomLayers } from "./helpers.js";

const bitsOf = (netlist: Netlist, count: number): NodeId[] =>
  Array.from({ length: count }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));

describe("recodeTables", () => {
  it("keeps what outputs compute", () => {
    let [before, after] = [0, 0];
    for (let seed = 0; seed < 30; seed++) {
      const netlist = readTables(randomLayers(seed, [8, 7, 5, 3], 3, 1 + (seed % 3)));
      const recoded = recodeTables(netlist);
      const inputs = allInputs(8);
      expect(simulate(recoded, inputs)).toEqual(simulate(netlist, inputs));
      const mapped = mapTables(recoded, { k: 6, objective: "area", trials: 1 });
      expect(simulate(mapped, inputs)).toEqual(simulate(netlist, inputs));
      before += statsOf(mapTables(netlist, { k: 6, objective: "area", trials: 1 })).byKind["lut"] ?? 0;
      after += statsOf(mapped).byKind["lut"] ?? 0;
    }
    expect(after).toBeLessThan(before);
  });

  it("merges codes that no reader tells apart", () => {
    const netlist = new Netlist("alike");
    const x = bitsOf(netlist, 4);
    const code = netlist.register(netlist.table(x, [0, 1, 2, 3, 1, 2, 3, 0, 3, 3, 1, 0, 2, 2, 1, 0]));
    const bits = [netlist.bit(code, 0), netlist.bit(code, 1)];
    // 1 and 2 are alike, so are 0 and 3.
    netlist.output("a", netlist.table([...bits, netlist.register(x[0]!)], [0, 1, 1, 0, 1, 0, 0, 1]));
    netlist.output("b", netlist.table(bits, [5, 9, 9, 5]));
    const recoded = recodeTables(netlist);
    const registers = Array.from({ length: recoded.size }, (_, node) => node).filter(
      (node) => recoded.kind(node) === "register",
    );
    expect(registers.map((node) => recoded.width(node))).toEqual([1, 1]);
    expect(simulate(recoded, allInputs(4))).toEqual(simulate(netlist, allInputs(4)));
  });

  it("leaves codes that something else reads", () => {
    const netlist = new Netlist("seen");
    const x = bitsOf(netlist, 2);
    const code = netlist.table(x, [0, 3, 3, 5]);
    netlist.output(
      "sum",
      netlist.sum([
        { node: code, shift: 0, negative: false },
        { node: x[0]!, shift: 0, negative: false },
      ]),
    );
    netlist.output("table", netlist.table(netlist.bits(code), [0, 1, 1, 1, 0, 0, 1, 0]));
    expect(simulate(recodeTables(netlist), allInputs(2))).toEqual(simulate(netlist, allInputs(2)));
  });
});

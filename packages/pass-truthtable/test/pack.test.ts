import { Netlist, type NodeId } from "@gatefold/netlist";
import { describe, expect, it } from "vitest";
import { mapTables, packDualOutputs, readTables } from "../src/index.js";
import { randomLayers } from "./helpers.js";

const inputsOf = (netlist: Netlist, count: number): NodeId[] =>
  Array.from({ length: count }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));
const and = (count: number): { low: number; high: number } =>
  count === 6 ? { low: 0, high: 0x80000000 } : { low: (2 ** (2 ** count - 1)) >>> 0, high: 0 };

describe("dual outputs", () => {
  it("pairs functions of five inputs together, and no LUT twice", () => {
    const netlist = mapTables(readTables(randomLayers(2, [16, 12, 8], 6, 2)), {
      k: 6,
      objective: "area",
      trials: 1,
    });
    const { pairs, lut6Count, lutCount } = packDualOutputs(netlist);
    expect(lut6Count).toBe(lutCount - pairs.length);
    expect(pairs.length).toBeGreaterThan(0);
    const packed = pairs.flat();
    expect(new Set(packed).size).toBe(packed.length);
    for (const [a, b] of pairs) {
      expect(new Set([...netlist.operands(a), ...netlist.operands(b)]).size).toBeLessThanOrEqual(5);
    }
  });

  it("counts by hand: a full adder is one LUT6, six inputs stay alone", () => {
    const netlist = new Netlist("adder");
    const x = inputsOf(netlist, 6);
    netlist.output("sum", netlist.lut(x.slice(0, 3), { low: 0x96, high: 0 }));
    netlist.output("carry", netlist.lut(x.slice(0, 3), { low: 0xe8, high: 0 }));
    expect(packDualOutputs(netlist).lut6Count).toBe(1);
    netlist.output("all", netlist.lut(x, and(6)));
    expect(packDualOutputs(netlist)).toMatchObject({ lutCount: 3, lut6Count: 2 });
  });

  it("finds the pairing that takes all where a first choice could block it", () => {
    const netlist = new Netlist("path");
    const x = inputsOf(netlist, 8);
    // A path a-b-c-d: only neighbours fit together.
    for (const [name, from] of [
      ["a", 0],
      ["b", 1],
      ["c", 2],
      ["d", 3],
    ] as const) {
      netlist.output(name, netlist.lut(x.slice(from, from + 4), and(4)));
    }
    expect(packDualOutputs(netlist).lut6Count).toBe(2);
  });

  it("gives multiplexers of LUTs to F7 and F8 when asked", () => {
    const netlist = new Netlist("mux");
    const x = inputsOf(netlist, 8);
    const leaves = [0, 1, 2, 3].map((i) => netlist.lut(x.slice(0, 6), { low: i + 1, high: 0x80000000 }));
    let [low, high] = [0, 0];
    for (let a = 0; a < 64; a++) {
      const bit = (a >> (2 + (a & 3))) & 1;
      if (a < 32) low |= bit << a;
      else high |= bit << (a - 32);
    }
    netlist.output("y", netlist.lut([x[6]!, x[7]!, ...leaves], { low: low >>> 0, high: high >>> 0 }));
    expect(packDualOutputs(netlist).lut6Count).toBe(5);
    expect(packDualOutputs(netlist, { wideMultiplexers: true })).toMatchObject({
      lut6Count: 4,
      f7Count: 2,
      f8Count: 1,
    });
  });
});

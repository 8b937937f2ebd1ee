import { evaluateNodes } from "@gatefold/netlist";
import { describe, expect, it } from "vitest";
import { reachableAddresses, readTables } from "../src/index.js";
import { randomLayers } from "./helpers.js";

/** Addresses of each table over all inputs. */
function observed(netlist: ReturnType<typeof readTables>): Map<number, Uint8Array> {
  const seen = new Map<number, Uint8Array>();
  const count = netlist.inputs.length;
  for (let vector = 0; vector < 2 ** count; vector++) {
    const values = evaluateNodes(
      netlist,
      Array.from({ length: count }, (_, i) => (vector >>> i) & 1),
    );
    for (let node = 0; node < netlist.size; node++) {
      if (netlist.kind(node) !== "table") continue;
      const set = seen.get(node) ?? new Uint8Array(netlist.entries(node).length);
      seen.set(node, set);
      let address = 0;
      netlist.operands(node).forEach((bit, i) => {
        address |= values[bit]! << i;
      });
      set[address] = 1;
    }
  }
  return seen;
}

describe("reachable addresses", () => {
  it("never leaves out one that comes", () => {
    for (let seed = 0; seed < 25; seed++) {
      const netlist = readTables(randomLayers(seed, [7, 6, 5, 3], 3, 2));
      const reachable = reachableAddresses(netlist);
      for (const [node, seen] of observed(netlist)) {
        const claimed = reachable.get(node)!;
        expect(seen.every((comes, address) => comes <= claimed[address]!)).toBe(true);
      }
    }
  });

  it("is exact in the second layer, also where neurons read the same inputs", () => {
    let unreachable = 0;
    for (let seed = 0; seed < 25; seed++) {
      const netlist = readTables(randomLayers(seed, [6, 6, 4], 3, 2));
      const reachable = reachableAddresses(netlist);
      for (const [node, seen] of observed(netlist)) {
        expect(reachable.get(node)).toEqual(seen);
        unreachable += seen.filter((comes) => comes === 0).length;
      }
    }
    expect(unreachable).toBeGreaterThan(100);
  });
});

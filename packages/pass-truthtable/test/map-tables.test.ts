import { randomInteger, seededRandom } from "@gatefold/core";
import { Netlist, rebuild, simulate, statsOf } from "@gatefold/netlist";
import { describe, expect, it } from "vitest";
import { computes } from "../src/circuit.js";
import { firstDifference, mapTables, readTables } from "../src/index.js";
import { optimise } from "../src/optimise.js";
import { allInputs, randomLayers, randomTable, tableNetlist } from "./helpers.js";

const lutsOf = (netlist: Netlist): number => statsOf(netlist).byKind["lut"] ?? 0;
const popcount = (a: number): number => a.toString(2).replaceAll("0", "").length;

describe("mapTables", () => {
  it("computes every table at every address", () => {
    const random = seededRandom(3);
    for (let trial = 0; trial < 20; trial++) {
      const bits = randomInteger(random, 1, 9);
      const entries = randomTable(random, bits, 2 ** randomInteger(random, 1, 4));
      const offset = randomInteger(random, -6, 2);
      const netlist = tableNetlist(bits, (a) => entries[a]! + offset);
      const inputs = allInputs(bits);
      const wanted = simulate(netlist, inputs);
      for (const k of [4, 6] as const) {
        for (const objective of ["area", "depth"] as const) {
          const mapped = mapTables(netlist, { k, objective, trials: 1 });
          expect(simulate(mapped, inputs)).toEqual(wanted);
          expect(statsOf(mapped).byKind["table"]).toBeUndefined();
          for (let node = 0; node < mapped.size; node++) {
            if (mapped.kind(node) === "lut") expect(mapped.operands(node).length).toBeLessThanOrEqual(k);
          }
        }
      }
    }
  });

  it("keeps the outputs of networks, whose unreachable entries it uses", () => {
    let [plain, used] = [0, 0];
    for (let seed = 0; seed < 12; seed++) {
      const netlist = readTables(randomLayers(seed, [9, 8, 4], 4, 2));
      const inputs = allInputs(9);
      const wanted = simulate(netlist, inputs);
      for (const dontCares of [false, true]) {
        const mapped = mapTables(netlist, { k: 6, objective: "area", dontCares, trials: 1 });
        expect(simulate(mapped, inputs)).toEqual(wanted);
        if (dontCares) used += lutsOf(mapped);
        else plain += lutsOf(mapped);
      }
    }
    expect(used).toBeLessThan(plain);
  });

  it("finds small circuits for functions that have them", () => {
    const luts = (bits: number, k: 4 | 6, entry: (address: number) => number): number =>
      lutsOf(mapTables(tableNetlist(bits, entry), { k, objective: "area", trials: 1 }));
    expect(luts(11, 6, (a) => popcount(a) & 1)).toBeLessThanOrEqual(3);
    expect(luts(10, 4, (a) => popcount(a) & 1)).toBeLessThanOrEqual(4);
    expect(luts(12, 6, (a) => (a === 4095 ? 1 : 0))).toBeLessThanOrEqual(3);
    expect(luts(6, 6, (a) => ((a >> 2) >> (a & 3)) & 1)).toBe(1);
    expect(luts(9, 6, (a) => (a >> 3) & 1)).toBe(0);
    expect(luts(5, 6, () => 1)).toBe(0);
  });

  it("makes equal functions of the same bits once", () => {
    const netlist = new Netlist("twice");
    const bits = Array.from({ length: 8 }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));
    const entries = randomTable(seededRandom(1), 8, 2);
    netlist.output("a", netlist.table(bits, entries));
    const once = lutsOf(mapTables(netlist, { k: 6, objective: "area", trials: 1 }));
    netlist.output(
      "b",
      netlist.table(
        bits,
        entries.map((entry) => entry * 2),
      ),
    );
    expect(lutsOf(mapTables(netlist, { k: 6, objective: "area", trials: 1 }))).toBe(once);
  });

  it("maps LUTs that are too wide, and leaves sums and words", () => {
    const netlist = readTables({
      config: { layers: [2, 1], layers_bitwidth: [5, 6] },
      tables: {
        "0_0_0": { acive: 1, values_int: Array.from({ length: 32 }, (_, i) => (i * i) >> 5) },
        "0_1_0": { acive: 1, values_int: Array.from({ length: 32 }, (_, i) => 16 - i) },
      },
    });
    const six = mapTables(netlist, { k: 6, objective: "area", trials: 1 });
    const four = mapTables(six, { k: 4, objective: "area", trials: 1 });
    expect(statsOf(four).byKind["sum"]).toBe(1);
    expect(firstDifference(netlist, six, 500)).toBeUndefined();
    expect(firstDifference(netlist, four, 500)).toBeUndefined();
  });

  it("keeps to the least levels where depth comes first, and to 6 where few LUTs do", () => {
    const random = seededRandom(9);
    const levels = (bits: number, objective: "area" | "depth"): number => {
      const entries = randomTable(random, bits, 2);
      const mapped = mapTables(
        tableNetlist(bits, (a) => entries[a]!),
        { k: 6, objective, trials: 1 },
      );
      return statsOf(mapped).levels;
    };
    for (let trial = 0; trial < 6; trial++) {
      expect(levels(8, "depth")).toBeLessThanOrEqual(2);
      expect(levels(10, "depth")).toBeLessThanOrEqual(3);
      expect(levels(11, "area")).toBeLessThanOrEqual(6);
    }
  });

  it("splits tables that are too wide for the search", () => {
    const netlist = tableNetlist(
      17,
      (a) => (popcount(a & 0x1ff) > 4 ? 1 : 0) ^ (popcount(a >> 9) > 3 ? 1 : 0),
    );
    const mapped = mapTables(netlist, { k: 6, objective: "area", trials: 1 });
    expect(firstDifference(netlist, mapped, 20000)).toBeUndefined();
    expect(lutsOf(mapped)).toBeLessThan(60);
  });

  it("refuses options that cannot be", () => {
    const netlist = tableNetlist(2, (a) => a);
    expect(() => mapTables(netlist, { k: 5 as 6, objective: "area", trials: 1 })).toThrow(
      "`k` is 5, and has to be 4 or 6",
    );
    expect(() => mapTables(netlist, { k: 6, objective: "area", trials: 0 })).toThrow("`trials` is 0");
  });
});

describe("a wrong don't-care", () => {
  it("is caught, by the check at every address and by the comparison of netlists", () => {
    const netlist = readTables(randomLayers(4, [8, 6], 8, 2));
    const table = netlist.outputs[0]!.node;
    const entries = netlist.entries(table);
    const planes = [0, 1].map((b) => Uint8Array.from(entries, (entry) => (entry >> b) & 1));
    const wrong = new Uint8Array(entries.length);
    for (let a = 0; a < wrong.length; a++) wrong[a] = a % 3 === 0 ? 1 : 0;
    const circuit = optimise({ inputs: 8, planes, care: wrong }, { k: 6, objective: "area", trials: 1 });
    expect(computes(circuit, planes, wrong)).toBe(true);
    expect(computes(circuit, planes, undefined)).toBe(false);
    const mapped = rebuild(netlist, (into, node, operands) => {
      if (node !== table) return undefined;
      const signals = [...operands];
      for (const lut of circuit.luts)
        signals.push(
          into.lut(
            lut.inputs.map((s) => signals[s]!),
            lut,
          ),
        );
      return into.word(
        circuit.outputs.map((s) => signals[s]!),
        false,
      );
    });
    expect(firstDifference(netlist, mapped, 1000)).toBeDefined();
    expect(
      firstDifference(netlist, mapTables(netlist, { k: 6, objective: "area", trials: 1 }), 1000),
    ).toBeUndefined();
  });
});

import { seededRandom } from "@gatefold/core";
import { evaluate, latencyCycles } from "@gatefold/netlist";
import { describe, expect, it } from "vitest";
import { readTables } from "../src/index.js";
import { interpret, randomLayers } from "./helpers.js";

const neuron = { inputBits: [1, 0], outputBits: [0, 1], table: [0, 1, 2, 3] };
const layers = (changes: object): unknown => ({
  layers: [{ inputWidth: 2, outputWidth: 2, neurons: [{ ...neuron, ...changes }] }],
});

describe("layers of neurons", () => {
  it("computes what the file says, a clock between layers", () => {
    const random = seededRandom(5);
    for (let seed = 0; seed < 20; seed++) {
      const json = randomLayers(seed, [8, 6, 5, 3], 4, 2);
      const netlist = readTables(json, "random");
      expect(latencyCycles(netlist)).toBeLessThanOrEqual(2);
      for (let trial = 0; trial < 30; trial++) {
        const bits = Array.from({ length: 8 }, () => (random() < 0.5 ? 0 : 1));
        expect(evaluate(netlist, bits)).toEqual(interpret(json, bits));
      }
    }
  });

  it("takes the first place as the most significant address bit", () => {
    const netlist = readTables(layers({}));
    expect(evaluate(netlist, [1, 0])).toEqual([1]);
    expect(evaluate(netlist, [0, 1])).toEqual([2]);
  });

  it.each([
    [{ inputBits: [2, 0] }, "`layers[0].neurons[0]` has no list `inputBits` of places below 2"],
    [{ outputBits: [1, 0] }, "has no `outputBits` [lowest, highest] below 2"],
    [{ table: [0, 1, 2] }, "has no `table` of 2^2 entries"],
    [{ table: [0, 1, 2, 4] }, "has the entry 4 at address 3; codes are 0 to 3"],
    [{ table: [0, 1, 2, 0.5] }, "has the entry 0.5 at address 3"],
  ])("refuses %j", (changes, message) => {
    expect(() => readTables(layers(changes))).toThrow(message);
  });

  it.each([
    [{ inputWidth: 2 ** 30 }, "lacks `inputWidth` or `outputWidth`, integers from 1 to"],
    [{ neurons: [] }, "lacks `neurons`, a list of one or more"],
    [{ neurons: {} }, "lacks `neurons`, a list of one or more"],
  ])("refuses a layer with %j", (changes, message) => {
    const layer = { inputWidth: 2, outputWidth: 2, neurons: [neuron], ...changes };
    expect(() => readTables({ layers: [layer] })).toThrow(message);
  });

  it("tells twenty of many places, and how many more there are", () => {
    const bad = { inputWidth: 2, outputWidth: 2, neurons: Array.from({ length: 100 }, () => ({})) };
    expect(() => readTables({ layers: [bad] })).toThrow(/neurons\[19\][\s\S]*There are 80 more such places/);
  });

  it("says all that is wrong at once", () => {
    const two = { ...neuron, table: [] };
    const json = {
      layers: [
        { inputWidth: 2, outputWidth: 2, neurons: [two, { ...neuron, inputBits: "x" }] },
        { inputWidth: 3, outputWidth: 2, neurons: [neuron] },
      ],
    };
    expect(() => readTables(json)).toThrow(
      /neurons\[0\][\s\S]*neurons\[1\][\s\S]*reads 3 bits where the layer before makes 2/,
    );
  });

  it("refuses bits that two neurons make, and bits that none makes", () => {
    const first = { inputWidth: 2, outputWidth: 4, neurons: [neuron, neuron] };
    expect(() => readTables({ layers: [first] })).toThrow(
      "makes output bit 0, which another neuron makes too",
    );
    const second = { inputWidth: 4, outputWidth: 2, neurons: [{ ...neuron, inputBits: [3, 2] }] };
    expect(() => readTables({ layers: [{ ...first, neurons: [neuron] }, second] })).toThrow(
      "reads bit 3, which no neuron makes",
    );
  });

  it.each([[null], [[]], [{}], ["x"], [{ layers: 3 }]])("refuses %j", (json) => {
    expect(() => readTables(json)).toThrow(/truthtable\/(unknown-format|bad-file)/);
  });
});

describe("sums of small tables", () => {
  const config = { layers: [2, 1, 1], layers_bitwidth: [2, 3, 4] };
  const tables = {
    "0_0_0": { acive: 1, values_int: [-3, 0, 1, 2] },
    "0_1_0": { acive: 1, values_int: [-4, 1, 2, 3] },
    "1_0_0": { acive: 1, values_int: [7, 6, 5, 4, 3, 2, 1, -9] },
  };

  it("adds, saturates to the next layer's width, and looks up by signed code", () => {
    const netlist = readTables({ config, tables });
    expect(latencyCycles(netlist)).toBe(1);
    for (let a = -2; a < 2; a++) {
      for (let b = -2; b < 2; b++) {
        const sum = tables["0_0_0"].values_int[a + 2]! + tables["0_1_0"].values_int[b + 2]!;
        const hidden = Math.max(-4, Math.min(3, sum));
        const out = tables["1_0_0"].values_int[hidden + 4]!;
        expect(evaluate(netlist, [a, b])).toEqual([Math.max(-8, Math.min(7, out))]);
      }
    }
  });

  it("leaves out edges that are not active", () => {
    const netlist = readTables({ config, tables: { ...tables, "0_1_0": { ...tables["0_1_0"], acive: 0 } } });
    expect(evaluate(netlist, [-2, 1])).toEqual(evaluate(netlist, [-2, -2]));
  });

  it.each([
    [{ config: { ...config, layers: [2] }, tables }, "`config.layers` is no list"],
    [{ config: { ...config, layers_bitwidth: [2, 3] }, tables }, "`config.layers_bitwidth` is no list"],
    [{ config, tables: {} }, "`tables` holds no table that is active"],
    [{ config: { ...config, layers: [65536, 65536, 1] }, tables }, "`config.layers` has layers of more than"],
    [{ config, tables: { "0_9_0": tables["0_0_0"] } }, '`tables["0_9_0"]` names no edge'],
    [{ config, tables: { "0_0_0": { acive: 1, values_int: [1] } } }, "has no `values_int` of 4 integers"],
    [{ config, tables: { "0_0_0": { acive: 2, values_int: [1] } } }, "has no `acive` of 0 or 1"],
  ])("refuses what cannot be: %#", (json, message) => {
    expect(() => readTables(json)).toThrow(message);
  });
});

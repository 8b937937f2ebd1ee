import { randomInteger, seededRandom } from "@gatefold/core";
import { printVerilog, verilogPorts } from "@gatefold/netlist";
import { compileDesign } from "@gatefold/sim";
import { expect, it } from "vitest";
import { netlistOf, solveCmvm } from "../src/index.js";

const vectorCount = 10_000;
const variants = [
  { name: "binary", outputs: 5, inputs: 4, reach: 8, lo: -128, hi: 127, how: { extraDepth: 1 } },
  { name: "ternary", outputs: 6, inputs: 5, reach: 8, lo: 0, hi: 15, how: { ternaryAdders: true } },
  {
    name: "pipelined",
    outputs: 4,
    inputs: 6,
    reach: 128,
    lo: -8,
    hi: 7,
    how: {},
    registersAfter: [0, 1, 3, 3, 20],
  },
] as const;

it("gives Verilog that multiplies by the matrix: two-term, three-term and pipelined adders on 10 000 vectors", async () => {
  const random = seededRandom(11);
  const circuits = variants.map((variant) => {
    const { name, outputs, inputs, reach, lo, hi, how } = variant;
    const registersAfter = "registersAfter" in variant ? variant.registersAfter : [];
    const matrix = Array.from({ length: outputs * inputs }, () => randomInteger(random, -reach, reach - 1));
    const intervals = Array.from({ length: inputs }, () => ({ lo, hi }));
    const graph = solveCmvm(matrix, intervals, { ...how, effort: 0.1 });
    const netlist = netlistOf(graph, name, { registersAfter });
    const vectors = Array.from({ length: vectorCount }, () =>
      intervals.map(() => {
        const kind = random();
        return kind < 0.15 ? lo : kind < 0.3 ? hi : randomInteger(random, lo, hi);
      }),
    );
    return { ...variant, graph, matrix, netlist, vectors, latency: registersAfter.length };
  });
  expect(circuits[1]!.graph.adders.some(({ terms }) => terms.length === 3)).toBe(true);

  const declarations = ["input wire clock"];
  const instances = circuits.map(({ name, netlist, latency }) => {
    const ports = verilogPorts(netlist).map((port) => {
      declarations.push(`${port.direction} wire [${port.widthBits - 1}:0] ${name}_${port.name}`);
      return `.${port.name}(${name}_${port.name})`;
    });
    return `${name} u_${name} (${[...(latency > 0 ? [".clock(clock)"] : []), ...ports].join(", ")});`;
  });
  const source = [
    ...circuits.map(({ netlist }) => printVerilog(netlist)),
    `module top (${declarations.join(", ")});`,
    ...instances,
    "endmodule",
  ].join("\n");
  const design = await compileDesign({ files: { "top.v": source }, top: "top" });
  const simulation = design.simulate();
  for (let v = 0; v < vectorCount + 8; v++) {
    for (const { name, inputs, vectors, lo } of circuits) {
      for (let i = 0; i < inputs; i++) simulation.poke(`${name}_x${i}`, vectors[v]?.[i] ?? lo);
    }
    for (const { name, netlist, latency, matrix, inputs, vectors } of circuits) {
      const x = vectors[v - latency];
      if (x === undefined) continue;
      const got = verilogPorts(netlist).flatMap((port) => {
        if (port.direction === "input") return [];
        const bits = simulation.peek(`${name}_${port.name}`);
        return [Number(port.signed ? BigInt.asIntN(port.widthBits, bits) : bits)];
      });
      const expected = got.map((_, o) =>
        x.reduce((sum, value, i) => sum + matrix[o * inputs + i]! * value, 0),
      );
      if (got.some((y, o) => y !== expected[o])) expect(got, `${name}, vector ${v}`).toEqual(expected);
    }
    simulation.step();
  }
}, 60_000);

import { compileDesign } from "@gatefold/sim";
import { createToolchain, yosysNetlist } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import {
  evaluate,
  type LutFamily,
  type LutPair,
  liveNodes,
  Netlist,
  printVerilog,
  statsOf,
} from "../src/index.js";
import { drawVectors } from "./random-netlist.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

/** LUTs of all sizes, each of inputs and LUTs before it. */
function luts(count: number, maxInputs: number): Netlist {
  let state = maxInputs;
  const pick = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 2 ** 31) * below);
  };
  const netlist = new Netlist("luts");
  const bits = Array.from({ length: 8 }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));
  for (let i = 0; i < count; i++) {
    const inputs = Array.from({ length: 1 + (i % maxInputs) }, () => bits[pick(bits.length)]!);
    bits.push(netlist.lut(inputs, { low: pick(2 ** 32), high: pick(2 ** 32) }));
  }
  netlist.output("y", netlist.word(bits.slice(-24), false));
  return netlist;
}

/** Neighbours that can share a LUT6. */
function pairsOf(netlist: Netlist): LutPair[] {
  const live = liveNodes(netlist);
  const pairs: LutPair[] = [];
  let alone: number | undefined;
  for (let node = 0; node < netlist.size; node++) {
    if (live[node] === 0 || netlist.kind(node) !== "lut") continue;
    const read = alone === undefined ? [] : [...netlist.operands(alone), ...netlist.operands(node)];
    if (alone === undefined || new Set(read).size > 5 || read.includes(alone)) alone = node;
    else {
      // either order
      pairs.push(pairs.length % 2 === 0 ? [alone, node] : [node, alone]);
      alone = undefined;
    }
  }
  return pairs;
}

/** What the vendors' cells do. */
const models: Readonly<Record<LutFamily, string>> = {
  ice40:
    "module SB_LUT4 #(parameter [15:0] LUT_INIT = 0) (output O, input I0, I1, I2, I3); assign O = LUT_INIT[{I3, I2, I1, I0}]; endmodule",
  ecp5: "module LUT4 #(parameter [15:0] INIT = 0) (output Z, input A, B, C, D); assign Z = INIT[{D, C, B, A}]; endmodule",
  xilinx7: Array.from({ length: 6 }, (_, i) => {
    const pins = Array.from({ length: i + 1 }, (_, p) => `I${p}`);
    return `module LUT${i + 1} #(parameter [${2 ** (i + 1) - 1}:0] INIT = 0) (output O, input ${pins.join(", ")}); assign O = INIT[{${pins.reverse().join(", ")}}]; endmodule`;
  }).join("\n"),
};

const families = [
  ["ice40", 4],
  ["ecp5", 4],
  ["xilinx7", 6],
] as const;

const agreement = async (netlist: Netlist, files: Readonly<Record<string, string>>): Promise<void> => {
  const simulation = (await compileDesign({ files, top: "top", toolchain })).simulate();
  const vectors = drawVectors(netlist, 64, 5);
  for (let v = 0; v < 64; v++) {
    const inputs = vectors.map((of) => of[v]!);
    netlist.inputs.forEach(({ name }, i) => {
      simulation.poke(name, inputs[i]!);
    });
    expect([Number(simulation.peek("y"))]).toEqual(evaluate(netlist, inputs));
  }
};

describe.each(families)("LUTs as cells of %s", (family, maxInputs) => {
  const netlist = luts(60, maxInputs);
  const text = printVerilog(netlist, { module: "top", luts: family });

  it("simulates without the vendor's library", async () => {
    await agreement(netlist, { "top.v": text });
  });

  it("connects the vendor's cells as they are meant", async () => {
    await agreement(netlist, {
      "top.v": text.replaceAll("`ifdef SYNTHESIS", "`ifndef SYNTHESIS"),
      "cells.v": models[family],
    });
  });

  it("gives synthesis a cell for each LUT", async () => {
    const { json } = await yosysNetlist(toolchain, {
      script: "read_verilog top.v\nhierarchy -top top\nproc\nflatten\nopt_clean",
      files: { "top.v": text },
      writeOptions: "-noscopeinfo",
    });
    const { cells } = JSON.parse(json).modules.top as { cells: Record<string, { type: string }> };
    const types = Object.values(cells).map(({ type }) => type.replace(/\d$/, ""));
    expect(new Set(types).size).toBe(1);
    expect(types).toHaveLength(statsOf(netlist).byKind["lut"]!);
  });
});

describe("LUTs as cells", () => {
  it("puts pairs in a LUT6 with two outputs", async () => {
    const netlist = luts(60, 3);
    const pairs = pairsOf(netlist);
    expect(pairs.length).toBeGreaterThan(5);
    const text = printVerilog(netlist, { module: "top", luts: "xilinx7", lutPairs: pairs });
    expect(text.match(/^ +top_lut6_2 /gm)).toHaveLength(pairs.length);
    expect(text.match(/^ +top_lut\d /gm)).toHaveLength(statsOf(netlist).byKind["lut"]! - 2 * pairs.length);
    await agreement(netlist, { "top.v": text });
    const model =
      "module LUT6_2 #(parameter [63:0] INIT = 0) (output O5, O6, input I0, I1, I2, I3, I4, I5); assign O6 = INIT[{I5, I4, I3, I2, I1, I0}]; assign O5 = INIT[{1'b0, I4, I3, I2, I1, I0}]; endmodule";
    await agreement(netlist, {
      "top.v": text.replaceAll("`ifdef SYNTHESIS", "`ifndef SYNTHESIS"),
      "cells.v": `${models.xilinx7}\n${model}`,
    });
  });

  it("refuses a pair of too many inputs", () => {
    const netlist = new Netlist("pair");
    const bits = Array.from({ length: 6 }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));
    const pair = [bits.slice(0, 3), bits.slice(3)].map((three) => netlist.lut(three, { low: 0x96, high: 0 }));
    pair.forEach((node, i) => {
      netlist.output(`y${i}`, node);
    });
    expect(() => printVerilog(netlist, { luts: "xilinx7", lutPairs: [[pair[0]!, pair[1]!]] })).toThrow(
      "%6 and %7 cannot share a LUT6. [netlist/bad-lut-pair]",
    );
  });

  it("reads well, and leaves LUTs that are too large to synthesis", () => {
    const netlist = new Netlist("two");
    const bits = Array.from({ length: 5 }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));
    const both = netlist.lut(bits.slice(0, 2), { low: 8, high: 0 });
    netlist.output("y", both);
    netlist.output("z", netlist.lut([...bits], { low: 0x80000001, high: 0 }));
    const text = printVerilog(netlist, { luts: "ice40" });
    expect(text).toContain(`  wire n5;
  two_lut2 #(4'h8) u5 (n5, {x1, x0});
  wire n6 = lut5_80000001[{x4, x3, x2, x1, x0}];
`);
    expect(text).toContain(`module two_lut2 #(parameter [3:0] INIT = 0) (output wire y, input wire [1:0] a);
\`ifdef SYNTHESIS
  SB_LUT4 #(.LUT_INIT({4{INIT}})) cell_ (.O(y), .I0(a[0]), .I1(a[1]), .I2(1'b0), .I3(1'b0));
\`else
  assign y = INIT[a];
\`endif
endmodule
`);
  });
});

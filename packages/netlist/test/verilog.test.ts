import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileDesign } from "@gatefold/sim";
import { describe, expect, it } from "vitest";
import { evaluate, Netlist, printVerilog, verilogPorts } from "../src/index.js";
import { drawVectors, randomNetlist } from "./random-netlist.js";

/** Netlists of all kinds of nodes, always the same ones. */
const samples: readonly Netlist[] = Array.from({ length: 24 }, (_, seed) => {
  let state = seed * 7919 + 1;
  return randomNetlist((below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 2 ** 31) * below);
  });
});

/** All samples side by side in one module, so that they are compiled once. */
const together = (registerPorts: boolean): string => {
  const declarations: string[] = registerPorts ? ["input wire clock"] : [];
  const instances = samples.map((netlist, k) => {
    const ports = verilogPorts(netlist).map(({ name, direction, widthBits }) => {
      declarations.push(`${direction} wire [${widthBits - 1}:0] m${k}_${name}`);
      return `.${name}(m${k}_${name})`;
    });
    return `  sample${k} u${k} (${[...(registerPorts ? [".clock(clock)"] : []), ...ports].join(", ")});`;
  });
  const modules = samples.map((netlist, k) => printVerilog(netlist, { module: `sample${k}`, registerPorts }));
  return [...modules, `module top (${declarations.join(", ")});`, ...instances, "endmodule", ""].join("\n");
};

describe("printVerilog", () => {
  for (const registerPorts of [false, true]) {
    it(`prints modules that compute what the netlist does${registerPorts ? ", two clocks later with registered ports" : ""}`, async () => {
      const design = await compileDesign({ files: { "top.v": together(registerPorts) }, top: "top" });
      const simulation = design.simulate();
      const vectors = samples.map((netlist, k) => drawVectors(netlist, 60, k + 1));
      for (let v = 0; v < 60; v++) {
        samples.forEach((netlist, k) => {
          netlist.inputs.forEach(({ name }, i) => {
            simulation.poke(`m${k}_${name}`, vectors[k]![i]![v]!);
          });
        });
        if (registerPorts) simulation.step(2);
        samples.forEach((netlist, k) => {
          const expected = evaluate(
            netlist,
            vectors[k]!.map((of) => of[v]!),
          );
          const outputs = verilogPorts(netlist).filter(({ direction }) => direction === "output");
          const got = outputs.map(({ name, widthBits, signed }) => {
            const bits = simulation.peek(`m${k}_${name}`);
            return Number(signed ? BigInt.asIntN(widthBits, bits) : bits);
          });
          expect(got, `sample ${k}`).toEqual(expected.map((y) => y + 0));
        });
      }
    }, 60_000);
  }

  it("reads well, and names ports that Verilog would not take", () => {
    const netlist = new Netlist("1st net");
    const x = netlist.input("reg", { lo: -8, hi: 7 });
    const u = netlist.input("a.b", { lo: 0, hi: 3 });
    netlist.from("fc1/MatMul");
    const sum = netlist.sum([
      { node: x, shift: 2, negative: true },
      { node: u, shift: 0, negative: false },
    ]);
    const kept = netlist.clamp(sum, { lo: -4, hi: 5 });
    netlist.output("n2", netlist.register(kept));
    netlist.output("a.b", netlist.lut([netlist.bit(x, 3), netlist.bit(u, 0)], { low: 0b0111, high: 0 }));
    expect(printVerilog(netlist)).toBe(`module _1st_net (
  input wire clock,
  input wire signed [3:0] _reg,
  input wire [1:0] a_b,
  output wire signed [3:0] n2,
  output wire a_b_2
);
  localparam [3:0] lut2_7 = 4'h7;
  // fc1/MatMul
  wire signed [6:0] n2_2 = $signed({1'b0, a_b}) - (_reg <<< 2);
  wire signed [3:0] n3 = n2_2 < -7'sd4 ? 4'hc : n2_2 > 7'sd5 ? 4'h5 : n2_2[3:0];
  reg signed [3:0] n4;
  wire n5 = _reg[3];
  wire n6 = a_b[0];
  wire n7 = lut2_7[{n6, n5}];
  assign n2 = n4;
  assign a_b_2 = n7;
  always @(posedge clock) begin
    n4 <= n3;
  end
endmodule
`);
  });

  it("keeps all registers where they are while `enable` is off, and calls no port of the netlist so", async () => {
    const netlist = new Netlist("stages");
    const x = netlist.input("enable", { lo: 0, hi: 15 });
    netlist.output("y", netlist.register(netlist.register(x)));
    const text = printVerilog(netlist, { enable: true });
    expect(printVerilog(netlist)).not.toContain("wire enable,");
    const design = await compileDesign({ files: { "stages.v": text }, top: "stages" });
    const simulation = design.simulate();
    const clocks = (value: number, enable: number, count = 1): bigint => {
      simulation.poke("enable_2", value);
      simulation.poke("enable", enable);
      simulation.step(count);
      return simulation.peek("y");
    };
    clocks(3, 1);
    expect(clocks(5, 1)).toBe(3n);
    expect(clocks(9, 0, 4)).toBe(3n);
    expect(clocks(9, 1)).toBe(5n);
    expect(clocks(0, 1)).toBe(9n);
  });

  it("shares the functions of equal tables and leaves dead nodes out", () => {
    const netlist = new Netlist("tables");
    const x = netlist.input("x", { lo: 0, hi: 15 });
    const bits = netlist.bits(x);
    netlist.output("p", netlist.table(bits.slice(0, 2), [3, -1, 3, 2]));
    netlist.output("q", netlist.table(bits.slice(2, 4), [3, -1, 3, 2]));
    netlist.table(
      bits,
      Array.from({ length: 16 }, (_, i) => i),
    );
    const text = printVerilog(netlist);
    expect(text.match(/endfunction/g)).toHaveLength(1);
    expect(text).toContain("    2'd1: table0 = 3'h7;\n");
    expect(text).toContain("    default: table0 = 3'h3;\n");
  });

  it("puts a zero below sums that read sums, so that synthesis keeps each a carry chain of its own", () => {
    const netlist = new Netlist("chain");
    const [a, b, c] = ["a", "b", "c"].map((name) => netlist.input(name, { lo: 0, hi: 7 }));
    const plus = (x: number, y: number): number =>
      netlist.sum([
        { node: x, shift: 0, negative: false },
        { node: y, shift: 1, negative: true },
      ]);
    netlist.output("y", plus(plus(a!, b!), c!));
    const text = printVerilog(netlist);
    expect(text).toContain("  wire signed [4:0] n3 = $signed({1'b0, a}) - ($signed({1'b0, b}) <<< 1);\n");
    expect(text).toContain(
      [
        "  wire signed [5:0] n4;",
        "  wire n4_unused;",
        "  assign {n4, n4_unused} = (n3 <<< 1) - ($signed({1'b0, c}) <<< 2);",
      ].join("\n"),
    );
  });

  const icarus = spawnSync("iverilog", ["-V"]).status === 0;
  it.skipIf(!icarus)("compiles without a warning in Icarus Verilog", () => {
    const folder = mkdtempSync(join(tmpdir(), "gatefold-verilog-"));
    try {
      writeFileSync(join(folder, "top.v"), together(true));
      const run = spawnSync("iverilog", ["-g2005", "-Wall", "-Wno-timescale", "-o", "/dev/null", "top.v"], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(run.stderr).toBe("");
      expect(run.status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

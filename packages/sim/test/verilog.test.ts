import { compileDesign } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import { expectAgreement, haveIverilog, randomRows, simulateRows } from "./against-iverilog.js";
import { mask, random } from "./cell-model.js";
import { randomModule } from "./random-verilog.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());
const compile = (source: string, more: Partial<Parameters<typeof compileDesign>[0]> = {}) =>
  compileDesign({
    files: { "m.v": source, ...more.files },
    top: "m",
    toolchain,
    ...(more.mergeReadRegisters ? { mergeReadRegisters: true } : {}),
  });

/** Registers of every kind that Verilog-2005 can describe with one clock. */
const registers = `module m(input clk, rst, arst, en, load, input [69:0] d, output reg [69:0] q0, q1, q2, q3, q4, q5, q6, output [7:0] s);
  reg [7:0] shift [0:3]; integer i;
  initial begin q0 = 70'h2_0000_0000_0000_0001; q1 = 0; q2 = 0; q3 = 7; q4 = 0; q5 = 0; q6 = 0; for (i = 0; i < 4; i = i + 1) shift[i] = i + 1; end
  always @(posedge clk) q0 <= d ^ q0;
  always @(posedge clk) if (en) q1 <= d;
  always @(posedge clk) if (rst) q2 <= 70'h15; else if (en) q2 <= q2 + d;
  always @(posedge clk) if (en) begin if (!rst) q3 <= 3; else q3 <= d; end
  always @(posedge clk or posedge arst) if (arst) q4 <= 70'h3_0000_0000_0000_0005; else if (en) q4 <= q4 + q3;
  always @(posedge clk or negedge load) if (!load) q5 <= 70'h9; else q5 <= q4;
  always @(posedge clk) begin q6 <= q5; q6[3:0] <= q6[7:4]; if (rst) q6[69] <= 1; end
  always @(posedge clk) begin shift[0] <= d; for (i = 1; i < 4; i = i + 1) shift[i] <= shift[i-1]; end
  assign s = shift[3];
endmodule`;

/** A memory with two write ports, one of them with byte enables, and reads of each kind. */
const memories = `module m(input clk, re, we0, we1, input [1:0] be, input [3:0] wa0, wa1, ra, input [15:0] d0, d1,
    output reg [15:0] old, seen, held, output [15:0] now);
  reg [15:0] mem [0:12];
  initial begin $readmemh("init.mem", mem); old = 0; seen = 0; held = 0; end
  wire [3:0] a0 = wa0 > 12 ? 3 : wa0, a1 = wa1 > 12 ? 4 : wa1, r = ra > 12 ? 5 : ra;
  always @(posedge clk) begin
    if (we0) mem[a0] <= d0;
    if (we1 && be[0]) mem[a1][7:0] <= d1[7:0];
    if (we1 && be[1]) mem[a1][15:8] <= d1[15:8];
  end
  always @(posedge clk) old <= mem[r];
  always @(posedge clk) if (re) held <= mem[r];
  assign now = mem[r];
endmodule`;
const init = Array.from({ length: 13 }, (_, i) => (i * 4099 + 1).toString(16)).join("\n");

describe("registers and memories", () => {
  it("keep registers of every kind", async () => {
    const design = await compile(registers);
    expect(design.clock).toBe("clk");
    const rows = randomRows(design, 300, 3);
    const out = simulateRows(design, rows);
    expect(simulateRows(design, rows, true)).toEqual(out);
    expect(out[0]?.["q0"]).toBe((2n << 64n) | 1n);
    expect(out[0]?.["s"]).toBe(4n);
    expect(new Set(out.map((row) => row["q4"])).size).toBeGreaterThan(10);
  });

  it.skipIf(!haveIverilog)("agree with iverilog on registers of every kind", async () => {
    const design = await compile(registers);
    expect(await expectAgreement(design, { "m.v": registers }, randomRows(design, 600, 3))).toBeGreaterThan(
      4000,
    );
  });

  it.each([false, true])(
    "read initial contents from a file and write with enables (merged: %s)",
    async (mergeReadRegisters) => {
      const design = await compile(memories, { files: { "init.mem": init }, mergeReadRegisters });
      const rows = randomRows(design, 500, 5);
      const model = Array.from({ length: 13 }, (_, i) => BigInt(i * 4099 + 1) & 0xffffn);
      const at = (value: bigint, other: number): number => (value > 12n ? other : Number(value));
      let [old, held] = [0n, 0n];
      simulateRows(design, rows).forEach((out, i) => {
        const row = rows[i] as Record<string, bigint>;
        const read = model[at(row["ra"] as bigint, 5)] as bigint;
        expect([out["now"], out["old"], out["held"]]).toEqual([read, old, held]);
        old = read;
        if (row["re"] === 1n) held = read;
        if (row["we0"] === 1n) model[at(row["wa0"] as bigint, 3)] = row["d0"] as bigint;
        const a1 = at(row["wa1"] as bigint, 4);
        const be = row["be"] as bigint;
        if (row["we1"] === 1n) {
          const enabled = (be & 1n ? 0xffn : 0n) | (be & 2n ? 0xff00n : 0n);
          model[a1] = ((model[a1] as bigint) & ~enabled) | ((row["d1"] as bigint) & enabled);
        }
      });
    },
  );

  it.skipIf(!haveIverilog)("agree with iverilog on memories", async () => {
    const files = { "init.mem": init };
    const design = await compile(memories, { files });
    expect(
      await expectAgreement(design, { "m.v": memories, ...files }, randomRows(design, 500, 8)),
    ).toBeGreaterThan(1400);
  });

  const transparent = (
    see: boolean,
  ): string => `module m(input clk, we, re, rst, input [2:0] a, b, input [99:0] d, output [99:0] q);
    reg [99:0] mem [0:7]; integer i; initial for (i = 0; i < 8; i = i + 1) mem[i] = i;
    always @(posedge clk) if (we) mem[a] <= d;
    ${
      see
        ? "reg [2:0] last; always @(posedge clk) last <= b; assign q = mem[last];"
        : "reg [99:0] r; initial r = 5; always @(posedge clk) if (rst) r <= 17; else if (re) r <= mem[b]; assign q = r;"
    }
  endmodule`;

  it.each([true, false])("a read in the cycle of a write sees it: %s", async (see) => {
    const source = transparent(see);
    const merged = await compile(source, { mergeReadRegisters: true });
    const plain = await compile(source);
    // merging leaves no register beside the memory, so the transparency mask is what is tested
    expect(Object.keys(merged.cellCounts).join()).not.toContain("dff");
    expect(Object.keys(plain.cellCounts).join()).toContain("dff");
    const rows = randomRows(plain, 400, 11);
    const [a, b] = [simulateRows(merged, rows), simulateRows(plain, rows)];
    expect(a).toEqual(b);
    const collisions = rows.filter(
      (row) => row["we"] === 1n && (see || row["re"] === 1n) && row["a"] === row["b"],
    );
    expect(collisions.length).toBeGreaterThan(10);
    const model = Array.from({ length: 8 }, (_, i) => BigInt(i));
    let [last, register] = [0, 5n];
    rows.forEach((row, i) => {
      const now = see ? (model[last] as bigint) : register;
      expect(a[i]?.["q"]).toBe(now);
      if (row["rst"] === 1n) register = 17n;
      else if (row["re"] === 1n) register = model[Number(row["b"])] as bigint;
      last = Number(row["b"]);
      if (row["we"] === 1n) model[Number(row["a"])] = row["d"] as bigint;
    });
  });
});

describe("expressions", () => {
  it("compute with hundreds of bits", async () => {
    const design =
      await compile(`module m(input [299:0] a, b, input [8:0] n, output [299:0] sum, difference, output [599:0] product,
      output [299:0] shifted, output signed [299:0] arithmetic, output less, output [7:0] part);
      assign sum = a + b; assign difference = a - b; assign product = a * b; assign shifted = a << n;
      assign arithmetic = $signed(a) >>> n; assign less = $signed(a) < $signed(b); assign part = a[n[8:0] +: 8]; endmodule`);
    const r = random(17);
    const s = design.simulate();
    for (let round = 0; round < 200; round++) {
      const [a, b, n] = [r.bits(300), r.bits(300), r.bits(9)];
      s.poke("a", a);
      s.poke("b", b);
      s.poke("n", n);
      expect(s.peek("sum")).toBe((a + b) & mask(300));
      expect(s.peek("difference")).toBe((a - b) & mask(300));
      expect(s.peek("product")).toBe(a * b);
      expect(s.peek("shifted")).toBe((a << n) & mask(300));
      expect(s.peek("arithmetic")).toBe((BigInt.asIntN(300, a) >> n) & mask(300));
      expect(s.peek("less")).toBe(BigInt.asIntN(300, a) < BigInt.asIntN(300, b) ? 1n : 0n);
      expect(s.peek("part")).toBe((a >> n) & 255n);
    }
  });

  it("follow vectors whose bits feed each other", async () => {
    const source = `module m(input [79:0] g, output [79:0] b, output [79:0] ones);
      assign b[79] = g[79]; assign b[78:0] = b[79:1] ^ g[78:0];
      assign ones[0] = g[0]; assign ones[79:1] = g[79:1] & ones[78:0]; endmodule`;
    const s = (await compile(source)).simulate();
    const value = 0xdead_beef_0123_4567_89abn;
    s.poke("g", value ^ (value >> 1n));
    expect(s.peek("b")).toBe(value);
    s.poke("g", 0xffn ^ (1n << 60n));
    expect(s.peek("ones")).toBe(0xffn);
  });

  it.skipIf(!haveIverilog).each([1, 2, 3, 4])("agree with iverilog, random module %i", async (seed) => {
    const source = randomModule(seed, 24);
    const design = await compile(source);
    const compared = await expectAgreement(design, { "m.v": source }, randomRows(design, 60, seed));
    expect(compared).toBeGreaterThan(500);
  });
});

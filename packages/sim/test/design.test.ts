import { compileDesign, runExternal, SimError } from "@gatefold/sim";
import { createToolchain, findTool, ToolError } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import { cellDesign } from "./cell-model.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());
const compile = (source: string, top = "m") => compileDesign({ files: { "m.v": source }, top, toolchain });
const rejection = async (source: string): Promise<SimError> => {
  const error = await compile(source).then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(SimError);
  return error as SimError;
};

describe("designs that cannot be simulated", () => {
  it("name the cell and the place of a cell that is not known", () => {
    const cell = { type: "$frobnicate", parameters: {}, inputs: { A: 1 }, outputs: { Y: 1 } };
    expect(() => cellDesign([cell])).toThrow(
      /cell0 \(\$frobnicate\) is a cell that the simulator does not know/,
    );
  });

  it("two clocks", async () => {
    const error = await rejection(
      "module m(input a, b, d, output reg p, q); always @(posedge a) p <= d;\nalways @(posedge b) q <= d; endmodule",
    );
    expect(error.code).toBe("multiple-clocks");
    expect(error.message).toMatch(/m\.v:\d.*another clock than .*m\.v:\d/);
  });

  it("both edges of a clock", async () => {
    const source =
      "module m(input c, d, output reg p, q); always @(posedge c) p <= d; always @(negedge c) q <= d; endmodule";
    expect((await rejection(source)).message).toMatch(/the other edge of the clock/);
  });

  it("a clock that the design makes", async () => {
    const source =
      "module m(input c, d, output reg q); reg h; always @(posedge c) h <= !h; always @(posedge h) q <= d; endmodule";
    expect((await rejection(source)).code).toBe("multiple-clocks");
    const gated = "module m(input c, e, d, output reg q); always @(posedge (c & e)) q <= d; endmodule";
    expect((await rejection(gated)).message).toMatch(/the clock comes from .*\$and/);
  });

  it("a clock that is read as data", async () => {
    const source =
      "module m(input c, d, output reg q, output y); always @(posedge c) q <= d; assign y = c & d; endmodule";
    expect((await rejection(source)).code).toBe("clock-as-data");
  });

  it("a combinational loop, with the nets on it", async () => {
    const error = await rejection(
      "module m(input a, output y); wire ping, pong; assign ping = pong ^ a; assign pong = ~ping; assign y = ping; endmodule",
    );
    expect(error.code).toBe("combinational-loop");
    expect(error.message).toMatch(/ping/);
    expect(error.message).toMatch(/pong/);
    expect(error.message).toMatch(/m\.v:1/);
  });

  it("a latch", async () => {
    expect(
      (await rejection("module m(input e, d, output reg q); always @* if (e) q = d; endmodule")).code,
    ).toBe("latch");
  });

  it("inout ports, drivers that meet, high impedance", async () => {
    expect((await rejection("module m(inout a, output y); assign y = a; endmodule")).code).toBe("inout-port");
    expect(
      (await rejection("module m(input a, b, output y); assign y = ~a; assign y = ~b; endmodule")).code,
    ).toBe("multiple-drivers");
    expect(
      (await rejection("module m(input a, e, output y); assign y = e ? a : 1'bz; endmodule")).code,
    ).toMatch(/unsupported-cell|latch/);
  });

  it("sources that Yosys rejects", async () => {
    await expect(compile("module m(input a output y); endmodule")).rejects.toThrow(ToolError);
    await expect(compile("module m(input a); absent i(a); endmodule")).rejects.toThrow(/absent/);
  });
});

describe("a simulation", () => {
  const source = `module leaf(input c, r, input [7:0] d, output reg [7:0] q, output [7:0] more); reg [15:0] seen = 3;
      wire [7:0] inverted = ~d; reg [7:0] log [0:3]; wire [99:0] wide = {12{inverted}} >> q;
      always @(posedge c) begin q <= r ? 0 : d + inverted[0]; seen <= seen + 1; log[d[1:0]] <= d; end
      assign more = seen ^ wide[60 +: 8] ^ log[d[3:2]]; endmodule
    module m(input c, r, input [7:0] d, output [7:0] q, output [7:0] more); wire nowhere; wire [7:0] m;
      leaf one(c, r, d, q, m); assign more = m ^ nowhere; endmodule`;

  it("shows ports, inner nets and memories", async () => {
    const design = await compile(source);
    expect(design.ports.map((p) => `${p.direction} ${p.name} ${p.widthBits}`)).toEqual([
      "input c 1",
      "input r 1",
      "input d 8",
      "output q 8",
      "output more 8",
    ]);
    expect(design.warnings).toEqual([expect.stringMatching(/nowhere is read but not driven/)]);
    const s = design.simulate();
    s.poke("d", 0xa6);
    expect(s.peek("one.inverted")).toBe(0x59n);
    expect(s.peek("one.seen")).toBe(3n);
    s.step(2);
    expect(s.peekNumber("q")).toBe(0xa7);
    expect(s.peek("one.q")).toBe(0xa7n);
    expect(s.peek("one.seen")).toBe(5n);
    expect(s.peekMemory("one.log", 2)).toBe(0xa6n);
    expect(s.cycle).toBe(2);
    // looking inside changes nothing
    s.poke("d", 1);
    expect([s.peek("one.wide"), s.peek("q")]).toEqual([0n, 0xa7n]);
    s.reset({ port: "r", activeLow: false });
    expect(s.peek("q")).toBe(0n);
    s.restart();
    expect([s.peek("one.seen"), s.peek("q"), s.peekMemory("one.log", 2)]).toEqual([3n, 0n, 0n]);
  });

  it("keeps the state of two simulations apart", async () => {
    const design = await compile(source);
    const [a, b] = [design.simulate(), design.simulate()];
    a.poke("d", 9);
    a.step(1);
    expect([a.peek("q"), b.peek("q"), a.peek("one.seen"), b.peek("one.seen")]).toEqual([9n, 0n, 4n, 3n]);
  });

  it("says which names and values do not exist", async () => {
    const s = (await compile(source)).simulate();
    expect(() => s.peek("inverted")).toThrow(/no port or net inverted; there is one\.inverted/);
    expect(() => s.poke("q", 1)).toThrow(/no input, but an output, q/);
    expect(() => s.poke("c", 1)).toThrow(/c is the clock/);
    expect(() => s.poke("d", 256)).toThrow(/d has 8 bits; 256 needs more/);
    expect(() => s.peekMemory("log", 0)).toThrow(/it has: one\.log/);
    s.poke("d", -1);
    expect(s.peek("d")).toBe(255n);
  });
});

describe.each(["iverilog", "verilator"] as const)("%s", (tool) => {
  const bench = (good: boolean) =>
    `module bench; reg [3:0] a; initial begin a = 3; #1 if (a + 4'd1 == ${good ? 4 : 5}) $display("PASS"); else $display("FAIL"); $finish; end endmodule`;
  // a build with Verilator takes many seconds
  const available =
    findTool(tool) !== undefined && (tool === "iverilog" || process.env["GATEFOLD_SLOW"] !== undefined);

  it.skipIf(!available)("runs a test bench", async () => {
    expect(await runExternal({ tool, files: { "b.v": bench(true) }, top: "bench" })).toMatchObject({
      tool,
      passed: true,
    });
    expect((await runExternal({ tool, files: { "b.v": bench(false) }, top: "bench" }))?.passed).toBe(false);
    const broken = await runExternal({ tool, files: { "b.v": "module bench(" }, top: "bench" });
    expect(broken?.passed).toBe(false);
    expect(broken?.log).toMatch(/b\.v:1/);
  });

  it("is optional", async () => {
    const before = process.env["PATH"];
    try {
      process.env["PATH"] = "/nowhere";
      expect(await runExternal({ tool, files: {}, top: "bench" })).toBeUndefined();
    } finally {
      process.env["PATH"] = before;
    }
  });
});

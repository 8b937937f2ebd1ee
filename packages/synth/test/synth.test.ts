import { countResources, makeHarness, placeAndRoute, synthesize } from "@gatefold/synth";
import { createToolchain, ToolError } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

/** A multiplier, an adder, a memory of 16 x 8 and one of 512 x 16. */
const parts = `module m(input clk, input [8:0] a, b, input we, input [3:0] wa, ra, input [8:0] ba,
  output reg [17:0] p, output reg [8:0] s, output reg [7:0] r, output reg [15:0] rb);
  reg [7:0] mem [0:15]; reg [15:0] big [0:511];
  always @(posedge clk) begin p <= a * b; s <= a + b; if (we) mem[wa] <= a; r <= mem[ra]; if (we) big[ba] <= {a, b}; rb <= big[a]; end
endmodule`;
const files = { "m.v": parts };

describe("synthesize", () => {
  it("counts what an iCE40 takes", async () => {
    const plain = await synthesize({ files, top: "m", target: "ice40", toolchain });
    expect(plain).toMatchObject({ bramCount: 3, dspCount: 0, unknownCells: [], muxCount: 0 });
    expect(plain.lutCount).toBe(plain.cells["SB_LUT4"]);
    expect(plain.carryCount).toBe(plain.cells["SB_CARRY"]);
    // p and s
    expect(plain.ffCount).toBeGreaterThanOrEqual(27);
    expect(plain.sourceCommand).toBe("synth_ice40 -noabc9 -top m");
    expect(plain.toolVersion).toMatch(/^Yosys 0\.55/);
  });

  it("counts what an ECP5 takes", async () => {
    const result = await synthesize({ files, top: "m", target: "ecp5", toolchain });
    expect(result).toMatchObject({ bramCount: 1, dspCount: 1, carryCount: 5, unknownCells: [] });
    expect(result.lutAs).toMatchObject({ carry: 10, memory: 12 });
    expect(result.lutCount).toBe(result.lutAs.logic + 22);
  });

  it("counts what a 7-series takes", async () => {
    const result = await synthesize({ files, top: "m", target: "xilinx7", toolchain });
    expect(result).toMatchObject({ bramCount: 1, dspCount: 1, carryCount: 3, unknownCells: [] });
    expect(result.lutAs.memory).toBe(8);
  });

  it("passes flags on", async () => {
    const adder = { "a.v": "module a(input [7:0] x, y, output [7:0] s); assign s = x + y; endmodule" };
    const result = await synthesize({
      files: adder,
      top: "a",
      target: "ice40",
      flags: ["-nocarry"],
      toolchain,
    });
    expect(result.carryCount).toBe(0);
    expect(result.sourceCommand).toBe("synth_ice40 -noabc9 -nocarry -top a");
  });

  it("says what it cannot count", () => {
    expect(countResources("ice40", { SB_LUT4: 3, SB_NEW: 1 })).toMatchObject({
      lutCount: 3,
      unknownCells: ["SB_NEW"],
    });
    expect(
      countResources("xilinx7", { RAMB36E1: 2, RAMB18E1: 1, RAM64M: 3, LUT6: 1, MUXF7: 2 }),
    ).toMatchObject({
      bramCount: 5,
      lutCount: 13,
      muxCount: 2,
    });
  });

  it("rejects what Yosys rejects", async () => {
    await expect(synthesize({ files, top: "absent", target: "ice40", toolchain })).rejects.toThrow(ToolError);
  });
});

describe("placeAndRoute", () => {
  const counter = "module c(input clk, output reg [7:0] q); always @(posedge clk) q <= q + 1; endmodule";

  it("gives the frequency, the use and a bitstream", async () => {
    const result = await placeAndRoute({
      files: { "c.v": counter },
      top: "c",
      device: "hx1k",
      clockMhz: 100,
      toolchain,
    });
    expect(result.harness).toBeUndefined();
    expect(Object.keys(result.fmaxMhz)).toEqual(["clk"]);
    expect(result.fmaxMhz["clk"]).toBeGreaterThan(100);
    expect(result.utilization["SB_IO"]?.used).toBe(9);
    expect(result.utilization["ICESTORM_LC"]?.available).toBe(1280);
    expect([...result.bitstream.subarray(0, 2)]).toEqual([0xff, 0]);
    expect(result.sourceCommand).toContain("--hx1k --package tq144");
  });

  it("places a design with more ports than pins in a harness that keeps all of it", async () => {
    const result = await placeAndRoute({ files, top: "m", device: "up5k", clockMhz: 12, toolchain });
    expect(result.harness).toBeDefined();
    // 36 bits of input, 51 of output
    expect(result.harness?.ffCount).toBe(36 + 51);
    expect(result.utilization["SB_IO"]?.used).toBeLessThanOrEqual(4);
    expect(result.utilization["ICESTORM_RAM"]?.used).toBe(result.synthesis.bramCount);
    // the up5k has multipliers
    expect(result.synthesis.dspCount).toBe(1);
    expect(result.utilization["ICESTORM_DSP"]?.used).toBe(1);
    expect(result.fmaxMhz["clk"]).toBeGreaterThan(12);
  });

  it("says when a design does not fit", async () => {
    const big =
      "module b(input clk, d, output reg q); reg [1499:0] s; always @(posedge clk) begin s <= {s, d}; q <= ^s; end endmodule";
    const placed = placeAndRoute({ files: { "b.v": big }, top: "b", device: "hx1k", toolchain });
    await expect(placed).rejects.toThrow(/nextpnr-ice40 .*ERROR/);
  });

  it("needs to know the clock", () => {
    const ports = [{ name: "tick", direction: "input", widthBits: 1 } as const];
    expect(() => makeHarness("x", ports, "clk")).toThrow(
      /no clock input clk of one bit; inputs of one bit: tick/,
    );
  });
});

import { createToolchain, ToolError } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import { proveEqual } from "../src/index.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const circuit = (body: string, ports = "input [3:0] a, b, output [4:0] y") => ({
  files: { "m.v": `module m(${ports});\n${body}\nendmodule\n` },
  top: "m",
});

/** a + b as a table. */
const table = circuit(
  `reg [4:0] t; always @* case ({a, b})\n${Array.from({ length: 256 }, (_, i) => `8'd${i}: t = 5'd${(i >> 4) + (i & 15)};`).join("\n")}\nendcase\nassign y = t;`,
);

describe("proveEqual", () => {
  it("proves an adder equal to its table", async () => {
    const result = await proveEqual({ toolchain, gold: table, gate: circuit("assign y = a + b;") });
    expect(result).toMatchObject({ outcome: "proved", example: {} });
    expect(result.wallSeconds).toBeGreaterThan(0);
  });

  it("refutes one wrong bit of one entry, by an example", async () => {
    const gate = circuit("assign y = {a, b} == 8'hc5 ? 5'h15 : a + b;");
    const { outcome, example } = await proveEqual({ toolchain, gold: table, gate });
    expect(outcome).toBe("refuted");
    expect(example).toMatchObject({ a: "1100", b: "0101", gold_y: "10001", gate_y: "10101" });
  });

  const clocked = (first: string, second: string) =>
    circuit(
      `reg [3:0] r; reg [3:0] s; always @(posedge clk) begin r <= ${first}; s <= ${second}; end assign y = s;`,
      "input clk, input [3:0] a, output [3:0] y",
    );

  it("compares circuits with a latency", async () => {
    const gold = clocked("a + 1", "r * 3");
    const moved = clocked("a", "(r + 1) * 3");
    expect(await proveEqual({ toolchain, gold, gate: moved, latencyCycles: 2 })).toMatchObject({
      outcome: "proved",
    });
    const wrong = clocked("a", "(r + 1) * 3 ^ (r == 9)");
    const { outcome, example } = await proveEqual({ toolchain, gold, gate: wrong, latencyCycles: 2 });
    expect([outcome, example["gold_y"]]).toEqual(["refuted", "1110"]);
    expect(example["gate_y"]).toBe("1111");
  });

  it("leaves open what takes longer than its limit", async () => {
    const product = (text: string) => circuit(`assign y = ${text};`, "input [13:0] a, b, output [27:0] y");
    const result = await proveEqual({
      gold: product("a * b"),
      gate: product("b * a + 0"),
      timeLimitSeconds: 4,
    });
    expect(result).toMatchObject({ outcome: "undecided", log: "" });
    expect(result.wallSeconds).toBeLessThan(60);
  }, 200_000);

  it("rejects circuits whose ports differ", async () => {
    const narrow = circuit("assign y = a + b;", "input [3:0] a, b, output [3:0] y");
    await expect(proveEqual({ toolchain, gold: table, gate: narrow })).rejects.toThrow(ToolError);
  });
});

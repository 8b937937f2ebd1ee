import { beatOf, compileDesign, type Design, runStreams, SimError } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const fifo = `module fifo #(parameter W = 12, parameter DEPTH = 4) (input aclk, aresetn,
  input [W-1:0] s_axis_tdata, input s_axis_tvalid, s_axis_tlast, output s_axis_tready,
  output [W-1:0] m_axis_tdata, output m_axis_tvalid, m_axis_tlast, input m_axis_tready);
  reg [W:0] mem [0:DEPTH-1]; reg [2:0] rd, wr, count;
  assign s_axis_tready = count != DEPTH;
  assign m_axis_tvalid = count != 0;
  assign {m_axis_tlast, m_axis_tdata} = mem[rd];
  wire push = s_axis_tvalid && s_axis_tready, pop = m_axis_tvalid && m_axis_tready;
  always @(posedge aclk) begin
    if (push) mem[wr] <= {s_axis_tlast, s_axis_tdata};
    if (!aresetn) begin rd <= 0; wr <= 0; count <= 0; end
    else begin
      if (push) wr <= wr == DEPTH-1 ? 0 : wr + 1;
      if (pop) rd <= rd == DEPTH-1 ? 0 : rd + 1;
      count <= count + push - pop;
    end
  end
endmodule
module top #(parameter W = 12) (input aclk, aresetn,
  input [W-1:0] s_axis_tdata, input s_axis_tvalid, s_axis_tlast, output s_axis_tready,
  output [W-1:0] m_axis_tdata, output m_axis_tvalid, m_axis_tlast, input m_axis_tready);
  wire [W-1:0] d; wire v, l, r;
  fifo #(.W(W)) first (aclk, aresetn, s_axis_tdata, s_axis_tvalid, s_axis_tlast, s_axis_tready, d, v, l, r);
  fifo #(.W(W), .DEPTH(3)) second (aclk, aresetn, d, v, l, r, m_axis_tdata, m_axis_tvalid, m_axis_tlast, m_axis_tready);
endmodule
module adder(input aclk, input [7:0] a_tdata, b_tdata, input a_tvalid, b_tvalid, output a_tready, b_tready,
  output [8:0] y_tdata, output y_tvalid, input y_tready);
  assign y_tdata = a_tdata + b_tdata; assign y_tvalid = a_tvalid && b_tvalid;
  assign a_tready = y_tvalid && y_tready; assign b_tready = a_tready;
  reg unused; always @(posedge aclk) unused <= 1;
endmodule
module fickle(input aclk, input [7:0] s_tdata, input s_tvalid, output s_tready, output [7:0] m_tdata, output m_tvalid, input m_tready);
  reg [1:0] t = 0; always @(posedge aclk) t <= t + 1;
  assign m_tdata = 5; assign m_tvalid = t != 2; assign s_tready = 0;
endmodule`;

const count = 500;
const beats = Array.from({ length: count }, (_, i) => BigInt((i * 2731 + 7) & 0xfff));
const input = { prefix: "s_axis", beats, lastEvery: 5 };
const output = { prefix: "m_axis", expectedBeats: count };
const designs = new Map<string, Design>();
const design = (top: string): Design => designs.get(top) as Design;
beforeAll(async () => {
  for (const top of ["top", "adder", "fickle"]) {
    const more = top === "top" ? { parameters: { W: 12 } } : {};
    designs.set(top, await compileDesign({ files: { "f.v": fifo }, top, toolchain, ...more }));
  }
});
const errorOf = (run: () => unknown): SimError => {
  try {
    run();
  } catch (error) {
    if (error instanceof SimError) return error;
    throw error;
  }
  return expect.fail("no error");
};

describe("two fifos in a row", () => {
  it("pass all beats at full rate", () => {
    const result = runStreams(design("top"), { clock: "aclk", resetN: "aresetn", input, output });
    const [out] = result.outputs;
    expect(beats.map((_, i) => beatOf(out as never, i))).toEqual(beats);
    expect(result.firstOutputCycle).toBe(2);
    expect([...(result.inputs[0]?.cycles ?? [])]).toEqual(beats.map((_, i) => i));
    expect([...(out?.cycles ?? [])]).toEqual(beats.map((_, i) => i + 2));
    expect(result.cycles).toBe(count + 2);
    expect([...(out?.last ?? [])]).toEqual(beats.map((_, i) => (i % 5 === 4 ? 1 : 0)));
  });

  it.each([
    [0.5, 0],
    [0, 0.5],
    [0.3, 0.7],
    [0.9, 0.9],
  ])("keep the order under stalls of %f and %f", (inputStall, outputStall) => {
    const stalls = { input: inputStall, output: outputStall, seed: 5 };
    const run = () => runStreams(design("top"), { input, output, stalls });
    const result = run();
    const [out] = result.outputs;
    expect(beats.map((_, i) => beatOf(out as never, i))).toEqual(beats);
    const expected = count / (1 - Math.max(inputStall, outputStall));
    expect(result.cycles).toBeGreaterThan(expected * 0.85);
    expect(run()).toEqual(result);
    const other = runStreams(design("top"), { input, output, stalls: { ...stalls, seed: 6 } });
    expect(other.outputs[0]?.beats).toEqual(out?.beats);
    expect(other.cycles).not.toBe(result.cycles);
  });

  it("take packed bytes", () => {
    const bytes = Uint8Array.from(beats.flatMap((b) => [Number(b & 255n), Number(b >> 8n)]));
    const result = runStreams(design("top"), { input: { prefix: "s_axis", beats: bytes }, output });
    expect(result.outputs[0]?.beats).toEqual(bytes);
    expect(result.outputs[0]?.beatBytes).toBe(2);
  });

  it("report who waits in a deadlock", () => {
    const more = { prefix: "m_axis", expectedBeats: count + 3 };
    const error = errorOf(() => runStreams(design("top"), { input, output: more, idleLimitCycles: 50 }));
    expect(error.code).toBe("deadlock");
    expect(error.message).toMatch(/s_axis: 500 of 500 beats accepted, all beats accepted/);
    expect(error.message).toMatch(/m_axis: 500 of 503 beats received, waits for the design to offer a beat/);
  });

  it("stop after the cycles that are allowed", () => {
    expect(errorOf(() => runStreams(design("top"), { input, output, maxCycles: 40 })).code).toBe(
      "too-many-cycles",
    );
  });

  it("refuse beats and options that make no sense", () => {
    const run = (more: object) =>
      errorOf(() => runStreams(design("top"), { input, output, ...more })).message;
    expect(run({ input: { prefix: "s_axis", beats: [4096n] } })).toMatch(/beat 0 does not fit the 12 bits/);
    expect(run({ input: { prefix: "s_axis", beats: Uint8Array.of(1, 2, 3) } })).toMatch(
      /no whole number of beats of 2 bytes/,
    );
    expect(run({ input: { prefix: "s_axis", beats: Uint8Array.of(1, 16) } })).toMatch(/beat 0 does not fit/);
    expect(run({ input: { prefix: "t_axis", beats } })).toMatch(
      /no input t_axis_tdata; it has: .*s_axis_tdata/,
    );
    expect(run({ clock: "clk" })).toMatch(/the clock of top is aclk, not clk/);
    expect(run({ stalls: { output: 1 } })).toMatch(/not in \[0, 1\)/);
  });
});

it("drives several streams", () => {
  const a = { prefix: "a", beats: Uint8Array.of(1, 2, 255) };
  const b = { prefix: "b", beats: Uint8Array.of(10, 20, 255) };
  const y = { prefix: "y", expectedBeats: 3 };
  const result = runStreams(design("adder"), {
    input: [a, b],
    output: [y],
    stalls: { input: 0.5, output: 0.5 },
  });
  const [out] = result.outputs;
  expect([0, 1, 2].map((i) => beatOf(out as never, i))).toEqual([11n, 22n, 510n]);
});

it("notices a beat that is taken back", () => {
  const options = { input: { prefix: "s", beats: [] }, output: { prefix: "m", expectedBeats: 50 } };
  expect(runStreams(design("fickle"), options).cycles).toBe(66);
  const error = errorOf(() => runStreams(design("fickle"), { ...options, stalls: { output: 0.5 } }));
  expect(error.message).toMatch(/m lowered TVALID in cycle \d+, before beat \d+ was accepted/);
});

describe("waves", () => {
  it("hold ports, inner nets and labels of each cycle", () => {
    let text = "";
    const onVcd = (piece: string): void => {
      text += piece;
    };
    const vcd = { onVcd, nets: ["second.count"], labels: { m_axis_tdata: "layer one" }, periodNs: 4 };
    const result = runStreams(design("top"), { input, output: { prefix: "m_axis", expectedBeats: 4 }, vcd });
    expect(result.cycles).toBe(6);
    const id = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? expect.fail(`${pattern}`);
    const data = id(/\$var wire 12 (\S+) m_axis_tdata \[11:0\] \$end/);
    expect(id(/\$scope module labels \$end\n\$var wire 12 (\S+) layer_one/)).toBe(data);
    const inner = id(/\$scope module second \$end\n\$var wire 3 (\S+) count/);
    const changes = (of: string): string[] => {
      const found: string[] = [];
      let time = "";
      for (const line of text.split("$enddefinitions $end\n")[1]?.split("\n") ?? []) {
        if (line.startsWith("#")) time = line;
        else if (line.endsWith(` ${of}`)) found.push(`${time} ${line.slice(1).split(" ")[0]}`);
      }
      return found;
    };
    const value = (i: number): string => (beats[i] as bigint).toString(2);
    const want = [
      `#0 0`,
      `#8000 ${value(0)}`,
      `#12000 ${value(1)}`,
      `#16000 ${value(2)}`,
      `#20000 ${value(3)}`,
    ];
    expect(changes(data)).toEqual(want);
    expect(changes(inner)).toEqual(["#0 0", "#8000 1"]);
    expect(text.trimEnd().endsWith("#24000")).toBe(true);
  });
});

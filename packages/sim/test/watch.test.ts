import { compileDesign, type Design, runStreams, SimError } from "@gatefold/sim";
import { beforeAll, expect, it } from "vitest";

/** Adds one, then drops every beat that is a multiple of 4: the stream between the two is `mid`. */
const source = `module top(input aclk, aresetn, input [7:0] s_tdata, input s_tvalid, output s_tready,
  output [7:0] m_tdata, output m_tvalid, input m_tready);
  reg [8:0] mid_tdata; reg mid_tvalid; wire mid_tready; reg [8:0] nobody_tdata;
  assign s_tready = !mid_tvalid || mid_tready;
  wire drop = mid_tdata[1:0] == 0;
  assign m_tdata = mid_tdata[7:0];
  assign m_tvalid = mid_tvalid && !drop;
  assign mid_tready = m_tready || drop;
  always @(posedge aclk) begin
    if (!aresetn) mid_tvalid <= 0;
    else if (s_tready) mid_tvalid <= s_tvalid;
    if (s_tready) mid_tdata <= s_tdata + 9'd1;
    nobody_tdata <= mid_tdata + 9'd5;
  end
endmodule`;
const expose = ["mid_tdata", "mid_tvalid", "mid_tready", "nobody_tdata"];
const beats = Array.from({ length: 40 }, (_, i) => BigInt((i * 37) % 256));
const mid = beats.map((b) => Number(b) + 1);
const input = { prefix: "s", beats };
const output = { prefix: "m", expectedBeats: mid.filter((b) => b % 4 !== 0).length };
let design: Design;
beforeAll(async () => {
  design = await compileDesign({ files: { "t.v": source }, top: "top", expose });
});
const words = (bytes: Uint8Array | undefined): number[] =>
  Array.from(new Uint16Array(Uint8Array.from(bytes ?? []).buffer));

it.each([0, 0.6])("records each beat of an inner stream once, at stalls of %f", (output_) => {
  const stalls = { input: output_ / 2, output: output_, seed: 3 };
  const watch = [{ prefix: "mid", expectedBeats: 25 }];
  const { watched, stopped } = runStreams(design, { input, output, stalls, watch });
  expect(stopped).toBeUndefined();
  expect(watched).toHaveLength(1);
  expect(watched[0]).toMatchObject({ prefix: "mid", beatBytes: 2, last: undefined });
  expect(words(watched[0]?.beats)).toEqual(mid.slice(0, 25));
  expect(Array.from(watched[0]?.cycles ?? []).every((c, i, all) => i === 0 || c > all[i - 1]!)).toBe(true);
});

it("keeps nets that nothing needs, when they are to be exposed", () => {
  const simulation = design.simulate();
  simulation.poke("s_tdata", 7);
  simulation.step(2);
  expect(simulation.peekNumber("nobody_tdata")).toBe(13);
});

it("gives what there was when a run is stopped, and throws unless told to keep it", () => {
  const more = { prefix: "m", expectedBeats: output.expectedBeats + 1 };
  const watch = [{ prefix: "mid", expectedBeats: 50 }];
  const options = { input, output: more, watch, idleLimitCycles: 30 };
  expect(() => runStreams(design, options)).toThrow(SimError);
  const { watched, outputs, stopped } = runStreams(design, { ...options, keepWhenStopped: true });
  expect(stopped?.code).toBe("deadlock");
  expect(words(watched[0]?.beats)).toEqual(mid);
  expect(Array.from(outputs[0]?.beats ?? [])).toEqual(mid.filter((b) => b % 4 !== 0).map((b) => b % 256));
});

it("says which net is not there or was not exposed", async () => {
  const watch = [{ prefix: "nobody", expectedBeats: 1 }];
  expect(() => runStreams(design, { input, output, watch })).toThrow("top does not expose nobody_tvalid");
  const compiled = compileDesign({ files: { "t.v": source }, top: "top", expose: ["no_such"] });
  await expect(compiled).rejects.toThrow("top has no net no_such to expose");
});

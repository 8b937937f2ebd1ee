import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { evaluate, type Random, randomInteger, seededRandom, tensorFrom } from "@gatefold/core";
import { driverLayout, packFrames, portLayout, projects, unpackFrames } from "@gatefold/projects";
import { compileDesign, type Design, runStreams } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import { build, digits, filesOf, tiny } from "./compile.js";
import { runs } from "./tools.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());
const folder = fileURLToPath(new URL("../rtl/", import.meta.url));
const library = fileURLToPath(new URL("../../backend-verilog/rtl/", import.meta.url));
const modules = ["gf_power_on", "gf_transfer", "gf_uart_rx", "gf_uart_shell", "gf_uart_tx"];

describe("the modules of this package", () => {
  it.skipIf(!runs("verilator")).each(modules)("%s is accepted by Verilator without a warning", (name) => {
    const options = ["--lint-only", "-Wall", "-Wno-PINCONNECTEMPTY", "-y", folder, "-y", library];
    const { stdout, stderr } = spawnSync(
      "verilator",
      [...options, "--top-module", name, `${folder}${name}.v`],
      {
        encoding: "utf8",
      },
    );
    expect(stdout + stderr).toBe("");
  });

  it.each(modules)("%s states its latency", (name) => {
    expect(readFileSync(`${folder}${name}.v`, "utf8")).toMatch(/^\/\/ Latency/m);
  });
});

/** Transfers of some frames each through the circuit, and where TLAST was on the way out. */
function transfer(
  design: Design,
  framesEach: readonly number[],
  beats: readonly [number, number],
  random: Random,
) {
  const [inBeats, outBeats] = beats;
  return framesEach.map((frames) => {
    const bytes = Uint8Array.from({ length: frames * inBeats }, () => randomInteger(random, 0, 15));
    const { outputs } = runStreams(design, {
      input: { prefix: "s_axis", beats: bytes },
      output: { prefix: "m_axis", expectedBeats: frames * outBeats },
      stalls: { input: 0.9, output: 0.1, seed: frames },
    });
    return { bytes, out: outputs[0]! };
  });
}

describe("TLAST around a network without one", () => {
  it("stands on the last beat of a transfer's results alone, which are the network's", async () => {
    const built = await build(tiny, [projects({ vendors: ["vivado"] })]);
    const { design } = built;
    const wrapper = [...built.files.keys()].filter((path) => /^vivado\/.*\.v$/.test(path));
    const sources = filesOf(built, [...design.sources, ...design.memories]);
    const wrapped = await compileDesign({
      files: { ...sources, ...filesOf(built, wrapper) },
      top: "tiny_dma",
      toolchain,
    });
    const bare = await compileDesign({ files: sources, top: "tiny", toolchain });
    const beats = [design.inputs[0]!.beatsPerFrame, design.outputs[0]!.beatsPerFrame] as const;
    for (const { bytes, out } of transfer(wrapped, [1, 2, 7], beats, seededRandom(3))) {
      const alone = runStreams(bare, {
        input: { prefix: "s_axis", beats: bytes },
        output: { prefix: "m_axis", expectedBeats: out.beats.length },
      });
      expect(out.beats).toEqual(alone.outputs[0]!.beats);
      expect([...out.last!]).toEqual(Array.from(out.last!, (_, i) => Number(i === out.last!.length - 1)));
    }
  });

  it("ends every transfer of a row of them", async () => {
    const built = await build(tiny, [projects({ vendors: ["vivado"] })]);
    const { design } = built;
    const paths = [...design.sources, ...design.memories, ...built.files.keys()].filter(
      (path) => /^rtl\//.test(path) || /^vivado\/.*\.v$/.test(path),
    );
    const wrapped = await compileDesign({ files: filesOf(built, paths), top: "tiny_dma", toolchain });
    const [inBeats, outBeats] = [design.inputs[0]!.beatsPerFrame, design.outputs[0]!.beatsPerFrame];
    const transfers = 3;
    const frames = 2;
    const { outputs } = runStreams(wrapped, {
      input: {
        prefix: "s_axis",
        beats: new Uint8Array(transfers * frames * inBeats).fill(7),
        lastEvery: frames * inBeats,
      },
      output: { prefix: "m_axis", expectedBeats: transfers * frames * outBeats },
      stalls: { input: 0.2, output: 0.5, seed: 9 },
    });
    const ends = Array.from(outputs[0]!.last!, (_, i) => Number((i + 1) % (frames * outBeats) === 0));
    expect([...outputs[0]!.last!]).toEqual(ends);
  });

  it("stands beside results with zeros up to a power of two of bytes", async () => {
    const built = await build(digits, [projects({ vendors: ["pynq"] })], 10_000, { MVAU_2: { PE: 5 } });
    const { design } = built;
    const output = driverLayout(design, built.compilation.module).outputs[0]!;
    expect([output.beatBytes, output.busBytes]).toEqual([5, 8]);
    const paths = [...design.sources, ...design.memories, ...built.files.keys()].filter(
      (path) => /^rtl\//.test(path) || /^vivado\/.*\.v$/.test(path),
    );
    const wrapped = await compileDesign({ files: filesOf(built, paths), top: "digits_dma", toolchain });
    const codes = Array.from({ length: 512 }, (_, i) => (i * 37) % 256);
    const { outputs } = runStreams(wrapped, {
      input: { prefix: "s_axis", beats: packFrames(portLayout(design.inputs[0]!), codes) },
      output: { prefix: "m_axis", expectedBeats: 2 * output.beats },
    });
    const wanted = [codes.slice(0, 256), codes.slice(256)].flatMap((frame) =>
      Array.from(
        evaluate(built.compilation.module.main, [tensorFrom("u8", [1, 256], frame)])[0]!.data,
        Number,
      ),
    );
    const narrow = outputs[0]!.beats.filter((_, i) => i % 8 < 5);
    expect(unpackFrames(output, narrow)).toEqual(wanted);
    expect([...outputs[0]!.beats.filter((_, i) => i % 8 >= 5)].every((byte) => byte === 0)).toBe(true);
  });

  it("waits for a frame to go in whole where the network answers before", async () => {
    const used = [`${folder}gf_transfer.v`, `${library}gf_counter.v`, `${library}gf_skid.v`];
    const files = Object.fromEntries(
      used.map((path) => [path.replace(/^.*\//, ""), readFileSync(path, "utf8")]),
    );
    const early = await compileDesign({
      files: { ...files, "early.v": earlyNetwork },
      top: "early",
      toolchain,
    });
    const { outputs } = runStreams(early, {
      input: { prefix: "s_axis", beats: Uint8Array.from({ length: 24 }, (_, i) => i), lastEvery: 12 },
      output: { prefix: "m_axis", expectedBeats: 6 },
      stalls: { input: 0.7, seed: 2 },
    });
    expect([...outputs[0]!.beats]).toEqual([0, 4, 8, 12, 16, 20]);
    expect([...outputs[0]!.last!]).toEqual([0, 0, 1, 0, 0, 1]);
  });
});

/** A network that answers with the first of four beats as soon as it is there. */
const earlyNetwork = `
module early (
    input wire aclk, input wire aresetn,
    input wire [7:0] s_axis_tdata, input wire s_axis_tvalid, input wire s_axis_tlast, output wire s_axis_tready,
    output wire [7:0] m_axis_tdata, output wire m_axis_tvalid, output wire m_axis_tlast, input wire m_axis_tready
);
    wire [7:0] to_data, from_data;
    wire to_valid, to_ready, from_valid, from_ready, room;
    reg [1:0] beat;
    always @(posedge aclk)
        if (!aresetn) beat <= 2'd0;
        else if (to_valid && to_ready) beat <= beat + 2'd1;
    assign to_ready = beat != 2'd0 || room;
    gf_skid #(.WIDTH(8)) answer (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(to_data), .s_axis_tvalid(to_valid && beat == 2'd0), .s_axis_tready(room),
        .m_axis_tdata(from_data), .m_axis_tvalid(from_valid), .m_axis_tready(from_ready)
    );
    gf_transfer #(.IN_BITS(8), .OUT_BITS(8), .IN_BEATS(4), .OUT_BEATS(1)) transfer (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tlast(s_axis_tlast), .s_axis_tready(s_axis_tready),
        .to_axis_tdata(to_data), .to_axis_tvalid(to_valid), .to_axis_tready(to_ready),
        .from_axis_tdata(from_data), .from_axis_tvalid(from_valid), .from_axis_tready(from_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tlast(m_axis_tlast), .m_axis_tready(m_axis_tready)
    );
endmodule
`;

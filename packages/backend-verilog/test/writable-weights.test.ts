import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  Constant,
  constantOf,
  createCompiler,
  createModule,
  type ElemType,
  Graph,
  type Op,
  seededRandom,
  stream,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { Affine, kernelOf, Lookup, Mvu } from "@gatefold/dialect-hw";
import type { FoldingFile } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import { buildConvNet } from "../../pass-streamline/test/helpers/conv-net.js";
import { verilog, verilogDesign, type WeightMemory, weightWords, weightWrites } from "../src/index.js";
import { axiRead, axiWrite, okay, slaveError } from "./axi-lite.js";
import { type LayerSpec, randomNet } from "./nets.js";
import { hasIcarus } from "./rtl/icarus.js";
import { type Built, buildVerilog, compileBuilt, runFrames } from "./simulate.js";

const hasVerilator = spawnSync("verilator", ["--version"]).error === undefined;
const toolchain = createToolchain();
afterAll(() => toolchain.close());

const layer = (neurons: number, weights: LayerSpec["weights"], output: LayerSpec["output"]): LayerSpec => ({
  neurons,
  weights,
  activation: "threshold",
  output,
  shared: false,
});

/** Three modes of multiplication; words of 4 to 48 bits, of which two memories are no power of two deep. */
const spec = {
  seed: 11,
  input: "u4",
  inputs: 12,
  layers: [layer(9, "i4", "u2"), layer(12, "i4", "bipolar"), layer(8, "bipolar", "u3"), layer(4, "i2", "u2")],
  argmax: false,
} as const;
const folding: FoldingFile = {
  MVAU_0: { PE: 1, SIMD: 4 },
  MVAU_1: { PE: 4, SIMD: 3 },
  MVAU_2: { PE: 8, SIMD: 4 },
  MVAU_3: { PE: 2, SIMD: 1 },
};

const build = (memories: "files" | "inline", fold: FoldingFile = folding): Promise<Built> =>
  buildVerilog(randomNet(spec, seededRandom(spec.seed)), { folding: fold, memories, weights: "writable" });

const opOf = ({ verilog }: Built, kernel: string): Op =>
  verilog.instances.find(({ instance }) => instance === `${kernel.toLowerCase()}_kernel`)!.op;

/** Other weights for a memory: drawn where the circuit's sums allow that, else those of each output in another order. */
function otherWeights(memory: WeightMemory, old: readonly number[], seed: number): readonly number[] {
  const random = seededRandom(seed);
  const { low, high, elem, shape, sums } = memory;
  for (let attempt = 0; attempt < 20; attempt++) {
    const drawn = old.map(() => {
      const v = low + Math.floor(random() * (high - low + 1));
      return elem === "bipolar" ? (v > 0 ? 1 : -1) : v;
    });
    try {
      weightWords(memory, drawn);
      return drawn;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  const outputAxis = sums.outputAxis;
  const inner = shape.slice(outputAxis + 1).reduce((all, d) => all * d, 1);
  const output = old.map((_, i) => Math.floor(i / inner) % shape[outputAxis]!);
  const turned = [...old];
  for (let o = 0; o < shape[outputAxis]!; o++) {
    const own = [...old.keys()].filter((i) => output[i] === o);
    own.forEach((at, k) => {
      turned[at] = old[own[(k + 1) % own.length]!]!;
    });
  }
  return turned;
}

/** Other weights in all memories, written before the frames and read back: what the circuit gives then, and the graph. */
async function expectAgreement(built: Built, frames: number): Promise<void> {
  const design = await compileBuilt(built, toolchain);
  const before = runFrames(built, design, frames);
  expect(before.got).toEqual(before.expected);
  const { main } = built.compilation.module;
  const given = built.verilog.weights!.memories.map((memory, i) => {
    const op = opOf(built, memory.kernel);
    const old = Array.from(constantOf(op.operand(1))!.data, Number);
    expect(weightWords(memory, old)).toEqual(kernelOf(op).memories!(op)[0]!.words());
    const weights = otherWeights(memory, old, i + 5);
    expect(weights).not.toEqual(old);
    const value = tensorFrom(memory.elem, memory.shape, weights);
    main.setOperand(op, 1, Constant.build(main, [], { value }, { before: op }));
    return weightWrites(memory, weights);
  });
  const after = runFrames(built, design, frames, undefined, (simulation) => {
    for (const writes of given)
      for (const { address, data } of writes) expect(axiWrite(simulation, address, data)).toBe(okay);
    for (const writes of given)
      for (const { address, data } of writes)
        expect(axiRead(simulation, address)).toEqual({ data, response: okay });
  });
  expect(after.got).toEqual(after.expected);
  expect(after.got).not.toEqual(before.got);
}

describe("weights that the host writes", () => {
  it.each(["files", "inline"] as const)(
    "are those of the network then, and read back (%s)",
    async (memories) => {
      const built = await build(memories);
      const map = built.verilog.weights!.memories;
      expect(map.map(({ kernel, parts }) => `${kernel} ${parts}`)).toEqual([
        "MVAU_0 1",
        "MVAU_1 2",
        "MVAU_2 1",
        "MVAU_3 1",
      ]);
      await expectAgreement(built, 20);
    },
  );

  it("are those of vector and grouped units, too", async () => {
    const compiler = createCompiler({ plugins: [streamline()] });
    const steps = ["depthwise", "grouped"] as const;
    const compilation = compiler.start(buildConvNet({ seed: 2, spatial: 2, steps, ending: "dense" }));
    await compiler.run(compilation);
    const built = await buildVerilog(compilation.module.main, { weights: "writable" });
    const kinds = built.verilog.weights!.memories.map(({ kernel }) => kernel.replace(/_\d+$/, ""));
    expect(kinds).toEqual(["VVAU", "GVAU", "MVAU", "MVAU"]);
    await expectAgreement(built, 6);
  });

  it("are refused by address and by bytes", async () => {
    const built = await build("files");
    const { memories, addressBits } = built.verilog.weights!;
    const simulation = (await compileBuilt(built, toolchain)).simulate();
    simulation.reset();
    const wide = memories[1]!;
    const old = axiRead(simulation, wide.baseBytes);
    expect(old.response).toBe(okay);
    expect(axiWrite(simulation, wide.baseBytes, 1, 7)).toBe(slaveError);
    expect(axiWrite(simulation, wide.baseBytes + 4, 1, 14)).toBe(slaveError);
    expect(axiRead(simulation, wide.baseBytes)).toEqual(old);
    expect(axiWrite(simulation, wide.baseBytes, 0x12345678)).toBe(okay);
    expect(axiRead(simulation, wide.baseBytes), "a word is written with its last part").toEqual(old);
    expect(axiWrite(simulation, wide.baseBytes + 4, 0x9abc)).toBe(okay);
    expect(axiRead(simulation, wide.baseBytes).data).toBe(0x12345678);
    expect(axiRead(simulation, wide.baseBytes + 4).data).toBe(0x9abc);
    expect(axiRead(simulation, memories[0]!.baseBytes + 4 * memories[0]!.depth)).toEqual({
      data: 0,
      response: slaveError,
    });
    expect(axiWrite(simulation, 2 ** addressBits - 4, 0)).toBe(slaveError);
  });

  it("are written when address and data come apart, and read and written in turns", async () => {
    const built = await build("files");
    const at = built.verilog.weights!.memories[0]!.baseBytes;
    const simulation = (await compileBuilt(built, toolchain)).simulate();
    const poke = (pins: Readonly<Record<string, number>>): void => {
      for (const [pin, value] of Object.entries(pins)) simulation.poke(`s_axi_${pin}`, value);
    };
    simulation.reset();
    poke({ awaddr: at, awvalid: 1, bready: 1, rready: 1, wstrb: 15, wdata: 0x5a5a });
    simulation.step(5);
    expect(simulation.peekNumber("s_axi_awready"), "no data yet").toBe(0);
    poke({ wvalid: 1, arvalid: 1, araddr: at });
    const done: string[] = [];
    for (let cycle = 0; cycle < 24; cycle++) {
      for (const end of ["bvalid", "rvalid"]) if (simulation.peekNumber(`s_axi_${end}`) === 1) done.push(end);
      if (simulation.peekNumber("s_axi_rvalid") === 1)
        expect(simulation.peekNumber("s_axi_rdata")).toBe(0x5a5a);
      expect(simulation.peekNumber("s_axi_awready")).toBe(simulation.peekNumber("s_axi_wready"));
      simulation.step();
    }
    expect(done.slice(0, 4)).toEqual(["bvalid", "rvalid", "bvalid", "rvalid"]);
  });

  it("stay constant where a kernel has one word, which is said", async () => {
    const unfolded = { ...folding, MVAU_1: { PE: 12, SIMD: 9 } };
    const built = await build("files", unfolded);
    expect(built.verilog.weights!.memories.map(({ kernel }) => kernel)).toEqual([
      "MVAU_0",
      "MVAU_2",
      "MVAU_3",
    ]);
    const said = built.compilation.diagnostics.all.filter(({ code }) => code === "verilog/constant-weights");
    expect(said.map(({ message }) => message)).toEqual([
      "The weights of `MVAU_1` stay constants of the circuit: they are one word, not a memory.",
    ]);
    const all = Object.fromEntries(spec.layers.map(({ neurons }, i) => [i, neurons]));
    const constant = Object.fromEntries(
      spec.layers.map((_, i) => [`MVAU_${i}`, { PE: all[i]!, SIMD: i === 0 ? spec.inputs : all[i - 1]! }]),
    );
    await expect(build("files", constant)).rejects.toThrow(/no weights in memories/);
  });

  it("are checked before they are written", async () => {
    const built = await build("files");
    const [first, , bits, ternary] = built.verilog.weights!.memories as readonly [
      WeightMemory,
      WeightMemory,
      WeightMemory,
      WeightMemory,
    ];
    const filled = ({ shape }: WeightMemory, value: number): number[] =>
      new Array<number>(shape[0]! * shape[1]!).fill(value);
    expect(() => weightWords(first, [1, 2])).toThrow("2 weights for `MVAU_0`, which has 108");
    expect(() => weightWords(first, filled(first, 8))).toThrow("8 is no weight of `MVAU_0`, -8 to 7 as i4");
    expect(() => weightWords(bits, filled(bits, 0))).toThrow("0 is no weight");
    expect(() => weightWords(first, filled(first, -8))).toThrow(
      "sums of output 0 of `MVAU_0` reach from -1440 to 0",
    );
    expect(ternary.low).toBe(-2); // it has a −2, so it multiplies
  });

  it("have the limits of what multiplies them and of what follows", async () => {
    const graph = new Graph("main");
    const constant = (elem: ElemType, shape: readonly number[], values: readonly number[]): Value =>
      Constant.build(graph, [], { value: tensorFrom(elem, shape, values) });
    const folded = { pe: 1, simd: 1 };
    const given = graph.addInput(stream("u4", [1, 2], 1), "x");
    const ternary = constant("i2", [2, 2], [1, 0, -1, 1]);
    const sums = Mvu.build(graph, [given, ternary], { elem: "i6", ...folded });
    const codes = Lookup.build(graph, [sums, constant("u2", [1, 46], new Array(46).fill(1))], {
      ...{ elem: "u2", pe: 1, lo: -15 },
    });
    const again = Mvu.build(graph, [codes, constant("i3", [2, 2], [3, 1, -4, 2])], { elem: "i4", ...folded });
    const [factor, offset] = [constant("i2", [1, 1], [1]), constant("i2", [1, 1], [0])];
    graph.setOutputs([Affine.build(graph, [again, factor, offset], { elem: "i4", pe: 1 })]);
    const compiler = createCompiler({ plugins: [verilog({ testFrames: 0, weights: "writable" })] });
    const compilation = compiler.start(createModule("limits", graph));
    await compiler.emit(compilation);
    const limits = compilation.facts.need(verilogDesign).weights!.memories.map(({ low, high, sums }) => ({
      ...{ low, high, sums },
    }));
    expect(limits).toEqual([
      // the table's domain, by inputs of their type; then what each output reaches, by codes that are all 1
      {
        low: -1,
        high: 1,
        sums: { outputAxis: 0, inputLow: 0, inputHigh: 15, low: [-15], high: [30], isProof: true },
      },
      {
        low: -4,
        high: 3,
        sums: { outputAxis: 0, inputLow: 1, inputHigh: 1, low: [4, -2], high: [4, -2], isProof: true },
      },
    ]);
  });

  it("leave a circuit with constant weights as it is", async () => {
    const graph = randomNet(spec, seededRandom(spec.seed));
    const built = await buildVerilog(graph, { folding });
    const texts = Object.entries(built.files).filter(([path]) => path.startsWith("rtl/"));
    expect(built.verilog.weights).toBeUndefined();
    expect(texts.filter(([path, text]) => /axi_lite|ram_lite|s_axi_/.test(path + text))).toEqual([]);
  });

  it.skipIf(!hasVerilator)("are Verilog without a warning of Verilator's", async () => {
    expect(
      lint((await build("files")).files, "verilator", [
        "--lint-only",
        "-Wall",
        "-Wno-PINCONNECTEMPTY",
        "--top-module",
        "net",
      ]),
    ).toBe("");
  });

  it.skipIf(!hasIcarus)("are Verilog without a warning of Icarus's, and pass their test bench", async () => {
    const { files } = await build("files");
    expect(
      lint(
        files,
        "iverilog",
        ["-g2005", "-Wall", "-Wno-timescale", "-o", "tb", "../tb/tb_net.v"],
        ["vvp", "tb"],
      ),
    ).toMatch(/^PASS 3 frames, \d+ cycles\n/);
  });
});

/** What a tool says about the sources of a build, run in their folder; and what another says after it. */
function lint(
  files: Readonly<Record<string, string>>,
  command: string,
  options: readonly string[],
  then?: readonly [string, ...string[]],
): string {
  const folder = mkdtempSync(join(tmpdir(), "gatefold-weights-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const cwd = join(folder, "rtl");
    const sources = Object.keys(files).flatMap((path) => (/^rtl\/.*\.v$/.test(path) ? [path.slice(4)] : []));
    const first = spawnSync(command, [...options, ...sources], { cwd, encoding: "utf8" });
    const second = then ? spawnSync(then[0], then.slice(1), { cwd, encoding: "utf8" }).stdout : "";
    return first.stdout + first.stderr + second;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

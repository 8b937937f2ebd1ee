import {
  Constant,
  createCompiler,
  createModule,
  Graph,
  seededRandom,
  stream,
  tensorFrom,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { createToolchain, yosysNetlist } from "@gatefold/toolchain";
import { afterAll, expect, test } from "vitest";
import { verilog, verilogDesign } from "../src/index.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

interface Layer {
  readonly width: number;
  readonly height: number;
  readonly pe: number;
  readonly simd: number;
  readonly multipliers: "auto" | "logic";
  /** Share of the weights that are not 0. */
  readonly density: number;
}

/** 4-bit inputs by 4-bit weights. The same seed: a sparser layer has the weights of the denser one, some of them 0. */
async function filesOf(layer: Layer): Promise<{ files: Record<string, string>; top: string }> {
  const { width, height, pe, simd, multipliers, density } = layer;
  const random = seededRandom(5);
  const values = Float64Array.from({ length: width * height }, () => {
    const weight = Math.floor(random() * 16) - 8;
    return random() < density ? weight || 3 : 0;
  });
  const graph = new Graph("main");
  const x = graph.addInput(stream("u4", [1, width], simd), "x");
  const w = Constant.build(graph, [], { value: tensorFrom("i4", [height, width], values) });
  graph.setOutputs([hw.Mvu.build(graph, [x, w], { elem: "i14", pe, simd })]);
  const compiler = createCompiler({ plugins: [verilog({ testFrames: 0, multipliers })] });
  const compilation = compiler.start(createModule("layer", graph));
  await compiler.emit(compilation);
  const files = compilation.outputs.map((f) => [f.path.replace(/^rtl\//, ""), f.content as string] as const);
  return { files: Object.fromEntries(files), top: compilation.facts.need(verilogDesign).top };
}

const synthesis = { SB_LUT4: "synth_ice40 -noabc9", MULT18X18D: "synth_ecp5 -noabc9 -nowidelut" } as const;

/** How many cells of a type there are, in the family that has them. */
async function cellCount(layer: Layer, cell: keyof typeof synthesis): Promise<number> {
  const { files, top } = await filesOf(layer);
  const sources = Object.keys(files).filter((name) => name.endsWith(".v"));
  const script = [...sources.map((name) => `read_verilog -defer ${name}`), `${synthesis[cell]} -top ${top}`];
  const { json } = await yosysNetlist(toolchain, { script: script.join("\n"), files });
  const { cells } = JSON.parse(json).modules[top] as { cells: Record<string, { type: string }> };
  return Object.values(cells).filter(({ type }) => type === cell).length;
}

const unfolded = { width: 8, height: 3, pe: 3, simd: 8 } as const;

test("a layer in one cycle costs LUTs by its non-zero weights", async () => {
  const dense = await cellCount({ ...unfolded, multipliers: "logic", density: 1 }, "SB_LUT4");
  const sparse = await cellCount({ ...unfolded, multipliers: "logic", density: 0.2 }, "SB_LUT4");
  expect(sparse).toBeLessThan(0.6 * dense);
}, 120_000);

test("and DSP blocks by those that are no power of two", async () => {
  const dense = await cellCount({ ...unfolded, multipliers: "auto", density: 1 }, "MULT18X18D");
  const sparse = await cellCount({ ...unfolded, multipliers: "auto", density: 0.2 }, "MULT18X18D");
  expect(dense).toBeLessThan(unfolded.width * unfolded.height);
  expect(sparse).toBeLessThan(0.6 * dense);
}, 120_000);

test("a layer that reads its weights from a memory costs the same whatever they are", async () => {
  const folded = { width: 16, height: 16, pe: 1, simd: 1, multipliers: "logic" } as const;
  const dense = await cellCount({ ...folded, density: 1 }, "SB_LUT4");
  expect(await cellCount({ ...folded, density: 0.2 }, "SB_LUT4")).toBe(dense);
}, 120_000);

test("weights in one word are a constant of the top, not a memory", async () => {
  const { files, top } = await filesOf({ ...unfolded, multipliers: "auto", density: 1 });
  expect(Object.keys(files).filter((name) => name.endsWith(".mem"))).toEqual([]);
  expect(files[`${top}.v`]).toMatch(/assign mvau_0_w_data = 96'h/);
});

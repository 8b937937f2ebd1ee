import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cloneModule, createCompiler, type DiagnosticError, type Module } from "@gatefold/core";
import { frontendOnnx, parseInputEncoding } from "@gatefold/frontend-onnx";
import { streamline } from "@gatefold/pass-streamline";
import { describe, expect, it } from "vitest";
import { type FoldOptions, type FoldSummary, fold, foldSummary } from "../src/index.js";

const shared = process.env["GATEFOLD_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const cnv = join(shared, "models/bnn-pynq__cnvW1A1_cifar10.onnx");
const tfc = join(shared, "models/finn__tfc_w1a1.onnx");

async function integers(path: string): Promise<Module> {
  const compiler = createCompiler({
    plugins: [frontendOnnx({ inputs: [parseInputEncoding("uint8")] }), streamline()],
  });
  const compilation = await compiler.import({ name: path, bytes: readFileSync(path) });
  await compiler.run(compilation);
  return compilation.module;
}

/** The folding alone: FIFOs cost seconds and change nothing that is asked here. */
async function folded(module: Module, options: Partial<FoldOptions>): Promise<FoldSummary> {
  const plugin = fold({ clockMhz: 100, ...options });
  const passes = plugin.passes!.filter((p) => p.phase !== "schedule");
  const compiler = createCompiler({ plugins: [{ ...plugin, passes }] });
  const compilation = compiler.start(cloneModule(module));
  await compiler.run(compilation);
  return compilation.facts.need(foldSummary);
}

type Pair = readonly [PE: number, SIMD: number];

/** A folding as FINN writes it: matrix units, and windows in order. */
const finnFile = (units: readonly Pair[], windows: readonly number[] = []): FoldOptions["folding"] => ({
  Defaults: {},
  ...Object.fromEntries(units.map(([PE, SIMD], i) => [`MVAU_hls_${i}`, { PE, SIMD, resType: "lut" }])),
  ...Object.fromEntries(
    windows.map((SIMD, i) => [`ConvolutionInputGenerator_rtl_${i}`, { SIMD, parallel_window: 0 }]),
  ),
});

/** What SetFolding finds at 100 MHz, by inferences a second: PE and SIMD of the units, the windows' SIMD, the cycles. */
interface Golden {
  readonly fps: number;
  readonly units: readonly Pair[];
  readonly windows?: readonly number[];
  readonly cycles: number;
}

/** At least what SetFolding reaches, for at most what it costs, by one measure; what it leaves open is chosen for it. */
async function beats(module: Module, golden: Golden): Promise<void> {
  const theirs = await folded(module, {
    folding: finnFile(golden.units, golden.windows),
    targetCycles: golden.cycles,
  });
  expect(theirs.intervalCycles).toBe(golden.cycles);
  const ours = await folded(module, { targetCycles: golden.cycles });
  expect(ours.exact).toBe(true);
  expect(ours.intervalCycles).toBeLessThanOrEqual(golden.cycles);
  expect(ours.cost.units).toBeLessThanOrEqual(theirs.cost.units);
  const asked = await folded(module, { fps: golden.fps });
  expect(asked.inferencesPerSecond).toBeGreaterThanOrEqual(golden.fps);
}

describe.skipIf(!existsSync(cnv))("BNN-PYNQ's CNV", () => {
  const units: Pair[] = [
    [16, 3],
    [32, 32],
    [16, 32],
    [16, 32],
    [4, 32],
    [1, 32],
    [1, 4],
    [1, 8],
    [5, 1],
  ];

  it("at FINN's published folding takes the published 32 768 cycles", async () => {
    const module = await integers(cnv);
    const old = Object.fromEntries([
      ["Thresholding_Batch_0", { PE: 1, ram_style: "distributed" }],
      ...units.map(([PE, SIMD], i) => [`MatrixVectorActivation_${i}`, { PE, SIMD, ram_style: "auto" }]),
      ...[3, 32, 32, 32, 32, 32].map((SIMD, i) => [
        `ConvolutionInputGenerator_${i}`,
        { SIMD, ram_style: "distributed" },
      ]),
      ["StreamingMaxPool_Batch_1", { PE: 2 }],
      ["LabelSelect_Batch_0", { PE: 1 }],
    ]);
    const summary = await folded(module, { folding: { Defaults: {}, ...old } });
    expect(summary.intervalCycles).toBe(32768);
    const cycles = units.map((_, i) => summary.kernels.find((k) => k.name === `MVAU_${i}`)!.intervalCycles);
    expect(cycles).toEqual([32400, 28224, 20736, 28800, 20736, 18432, 32768, 32768, 1024]);
    // Windows 2 and 5 belong to the max-pools.
    const simd = (name: string): unknown => summary.kernels.find((k) => k.name === name)?.fold["SIMD"];
    expect([0, 1, 3, 4, 6, 7].map((i) => simd(`ConvolutionInputGenerator_${i}`))).toEqual([
      3, 32, 32, 32, 32, 32,
    ]);
    expect([simd("ConvolutionInputGenerator_5"), simd("Pool_1")]).toEqual([2, 2]);
  });

  it("names what FINN's units can and these cannot", async () => {
    const folding = {
      VVAU_rtl_0: { PE: 4, SIMD: 9 },
      MVAU_hls_8: { PE: 3, SIMD: 1 },
    };
    const error = await folded(await integers(cnv), { folding }).catch((e: DiagnosticError) => e);
    expect((error as DiagnosticError).diagnostics.map((d) => d.message)).toEqual([
      "The folding names `VVAU_rtl_0`, which is no kernel of this network.",
      "MVAU_8: PE 3 does not divide 10.",
    ]);
  });

  it("costs no more than SetFolding's foldings at their rates", { timeout: 60_000 }, async () => {
    const module = await integers(cnv);
    const goldens: Golden[] = [
      {
        fps: 1000,
        units: [
          [1, 27],
          [16, 36],
          [4, 36],
          [8, 36],
          [1, 32],
          [1, 6],
          [1, 2],
          [1, 4],
          [1, 1],
        ],
        windows: [1, 8, 1, 2, 1, 1],
        cycles: 98304,
      },
      {
        fps: 3000,
        units: [
          [2, 27],
          [32, 36],
          [16, 36],
          [16, 36],
          [4, 36],
          [1, 18],
          [1, 4],
          [1, 8],
          [1, 1],
        ],
        cycles: 32768,
      },
      {
        fps: 10000,
        units: [
          [8, 27],
          [64, 36],
          [32, 36],
          [64, 36],
          [8, 36],
          [1, 48],
          [1, 16],
          [1, 32],
          [1, 1],
        ],
        cycles: 12544,
      },
    ];
    for (const golden of goldens) await beats(module, golden);
  });
});

describe.skipIf(!existsSync(tfc))("FINN's TFC", () => {
  it("costs no more than SetFolding's foldings at their rates", async () => {
    const module = await integers(tfc);
    const units = (first: Pair, middle: Pair, last: Pair): Pair[] => [first, middle, middle, last];
    await beats(module, { fps: 1e5, units: units([2, 28], [1, 8], [1, 1]), cycles: 896 });
    const threshold = await folded(module, {
      folding: {
        ...(finnFile(units([32, 28], [1, 64], [1, 8])) as object),
        Thresholding_rtl_0: { PE: 8 },
      },
    });
    const ours = await folded(module, { targetCycles: threshold.intervalCycles });
    expect(threshold.intervalCycles).toBe(98);
    expect(ours.intervalCycles).toBeLessThanOrEqual(98);
    expect(ours.cost.units).toBeLessThanOrEqual(threshold.cost.units);
  });
});

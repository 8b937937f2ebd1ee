import {
  Constant,
  createCompiler,
  createModule,
  type DiagnosticError,
  elemForRange,
  type Graph,
  Graph as GraphClass,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { MatMul, Threshold } from "@gatefold/dialect-q";
import { describe, expect, it } from "vitest";
import { type FoldOptions, type FoldSummary, fold, foldSummary } from "../src/index.js";
import { bipolarNet } from "./nets.js";

const tfc = (): Graph => bipolarNet([784, 64, 64, 64, 10], { input: "u8", argmax: true });

async function folded(graph: Graph, options: Partial<FoldOptions>): Promise<FoldSummary> {
  const compiler = createCompiler({ plugins: [fold({ clockMhz: 100, ...options })] });
  const compilation = compiler.start(createModule("net", graph));
  await compiler.run(compilation, { check: { rows: 2 } });
  return compilation.facts.need(foldSummary);
}

async function problems(
  graph: Graph,
  options: Partial<FoldOptions>,
): Promise<DiagnosticError["diagnostics"]> {
  const error = await folded(graph, options).then(
    () => undefined,
    (e: DiagnosticError) => e,
  );
  expect(error?.name).toBe("DiagnosticError");
  return error!.diagnostics.map(({ notes, ...d }) => ({
    ...d,
    notes: notes.filter((n) => !n.startsWith("raised by pass")),
  }));
}

const cycles = (s: FoldSummary): Record<string, number> =>
  Object.fromEntries(
    s.kernels.filter((k) => Object.keys(k.fold).length > 0).map((k) => [k.name, k.intervalCycles]),
  );

describe("fold-kernels", () => {
  it("reaches the rate, and never takes more cycles than FINN's SetFolding does", async () => {
    // SetFolding, TFC at 1e5 fps and 100 MHz: Thresholding 784, MVAU 896, 512, 512, 640 cycles at widths 56, 8, 8, 1.
    // The last unit takes SIMD 16, not 1: it then has 40 words of 16 bits instead of 640 of one, which need no block
    // RAM (worth 380 LUTs), for some 30 LUTs of XNOR. The first is PE 2, SIMD 28, not PE 1, SIMD 56: as many XNORs, but
    // half the width converter after a threshold unit of one lane, which the choice kernel by kernel did not see.
    const slow = await folded(tfc(), { fps: 1e5 });
    expect(cycles(slow)).toMatchObject({ Thresholding_0: 784, MVAU_0: 896, MVAU_1: 512, MVAU_2: 512 });
    expect(cycles(slow)["MVAU_3"]).toBeLessThanOrEqual(640);
    expect(slow.kernels.find((k) => k.name === "MVAU_0")?.fold).toEqual({ PE: 2, SIMD: 28 });
    // At 1e6 fps: Thresholding PE 8 (98), MVAU 56, 64, 64, 80.
    const fast = await folded(tfc(), { fps: 1e6 });
    expect(fast.intervalCycles).toBe(98);
    expect(fast.kernels.find((k) => k.name === "Thresholding_0")?.fold).toEqual({ PE: 8 });
  });

  it("uses a folding that meets the target exactly, where FINN's strict comparison takes the next one up", async () => {
    // 64 × 64 weights at 8 a cycle. The solver would take more, to do without a block RAM, were they not given.
    const summary = await folded(bipolarNet([64, 64]), {
      targetCycles: 512,
      folding: { MVAU_0: { SIMD: 8 } },
    });
    expect(summary.kernels[0]?.fold).toEqual({ PE: 1, SIMD: 8 });
    expect(summary.intervalCycles).toBe(512);
    const widest = await folded(bipolarNet([64, 64]), { targetCycles: 1 });
    expect(widest.kernels[0]?.fold).toEqual({ PE: 64, SIMD: 64 });
  });

  it("names the slowest kernel and the rate that it allows", async () => {
    const summary = await folded(tfc(), { fps: 1000, clockMhz: 25 });
    expect(summary.bottleneck).toBe("MVAU_0");
    expect(summary.inferencesPerSecond).toBeCloseTo(25e6 / summary.intervalCycles, 6);
    expect(summary.inferencesPerSecond).toBeGreaterThanOrEqual(1000);
  });

  it("gives every folding of a matrix unit its formula: (MH/PE)·(MW/SIMD)", async () => {
    for (const [PE, SIMD] of [
      [1, 1],
      [2, 7],
      [64, 784],
      [16, 49],
    ] as const) {
      const summary = await folded(bipolarNet([784, 64]), { folding: { MVAU_0: { PE, SIMD } } });
      expect(summary.kernels[0]?.intervalCycles).toBe((64 / PE) * (784 / SIMD));
    }
  });

  it("keeps the thresholds of a matrix unit at its lanes and converts widths elsewhere", async () => {
    const summary = await folded(bipolarNet([64, 32, 16]), {
      folding: { MVAU_0: { PE: 8 }, MVAU_1: { SIMD: 4 } },
    });
    expect(summary.kernels.map((k) => k.name)).toEqual([
      "MVAU_0",
      "MVAU_0_Thresholding",
      "StreamingDataWidthConverter_0",
      "MVAU_1",
    ]);
    expect(summary.kernels[1]?.fold).toEqual({ PE: 8 });
  });
});

describe("a budget", () => {
  it("alone gives the fastest folding that fits, and with a rate one that keeps both", async () => {
    const cheap = await folded(tfc(), {});
    const budget = { lutCount: 2 * cheap.cost.resources.lutCount };
    const fast = await folded(tfc(), { budget });
    expect(fast.cost.resources.lutCount).toBeLessThanOrEqual(budget.lutCount);
    expect(fast.intervalCycles).toBeLessThan(cheap.intervalCycles);
    const both = await folded(tfc(), { budget, targetCycles: fast.intervalCycles });
    expect(both.intervalCycles).toBeLessThanOrEqual(fast.intervalCycles);
    expect(both.cost.resources.lutCount).toBeLessThanOrEqual(budget.lutCount);
  });

  it("that is too small is an error with what the network takes at least, and the rate that fits", async () => {
    expect(await problems(bipolarNet([16, 8]), { budget: { lutCount: 10 } })).toEqual([
      expect.objectContaining({
        code: "fold/over-budget",
        message: expect.stringMatching(
          /^Folded as far as it goes, the network takes at least \d+ lutCount \(budget 10\)\.$/,
        ),
      }),
    ]);
    const found = await problems(tfc(), { targetCycles: 100, budget: { lutCount: 3000 } });
    expect(found[0]?.message).toMatch(
      /^At 100 cycles a frame, the network takes at least \d+ lutCount \(budget 3000\)\.$/,
    );
    expect(found[0]?.hint).toMatch(/^the fastest folding that fits makes \d+ inferences\/s/);
  });

  it("is checked with the other options", () => {
    const budget = { lutCount: -1, luts: 3 } as object;
    expect(() => fold({ clockMhz: 1, budget, budgetShare: 2 })).toThrow(
      [
        "error: `budget.lutCount` is -1; it is a number of at least 0. [fold/bad-option]",
        "error: `budget` names `luts`, which is no resource. [fold/bad-option]",
        "  hint: the resources are lutCount, ffCount, bramCount, dspCount",
        "error: `budgetShare` is 2; it is above 0 and at most 1. [fold/bad-option]",
        "error: `budgetShare` is a share of a device, but there is no `target`. [fold/bad-option]",
        "  hint: name the target, or say the resources in `budget`",
      ].join("\n"),
    );
  });

  it("is checked with the depths of FIFOs", () => {
    expect(() => fold({ clockMhz: 1, fifoDepths: "deep" as never })).toThrow(
      'error: `fifoDepths` is "deep". [fold/bad-option]\n  hint: it can be free, least',
    );
  });

  it("names the targets that there are", async () => {
    expect(await problems(bipolarNet([4, 4]), { target: "nowhere" })).toEqual([
      expect.objectContaining({
        code: "fold/unknown-target",
        message: "`nowhere` is no target that a plugin brings.",
      }),
    ]);
  });
});

describe("the summary", () => {
  it("prices every kernel and says what the next step up costs", async () => {
    const now = await folded(tfc(), { fps: 1e5 });
    const sum = now.kernels.reduce((total, k) => total + k.cost.units, 0);
    expect(now.cost.units).toBeCloseTo(sum, 6);
    expect(new Set(now.kernels.map((k) => k.cost.source))).toContain("architectural proxy");
    expect(now.exact).toBe(true);
    const step = now.nextStep!;
    expect(step.intervalCycles).toBeLessThan(now.intervalCycles);
    expect(step.changes[0]?.name).toBe(now.bottleneck);
    // The step is the truth: asking for it gives it.
    const then = await folded(tfc(), { targetCycles: now.intervalCycles - 1 });
    expect(then.intervalCycles).toBe(step.intervalCycles);
    expect(then.cost.units).toBeCloseTo(now.cost.units + step.addedUnits, 6);
    expect(step.addedUnits).toBeGreaterThan(0);
  });

  it("frees only the slowest kernel of a given folding for its next step, and has none at the top", async () => {
    const folding = { MVAU_0: { PE: 2, SIMD: 8 }, MVAU_1: { PE: 4, SIMD: 1 } };
    const now = await folded(bipolarNet([64, 16, 8]), { folding });
    expect([now.bottleneck, now.intervalCycles]).toEqual(["MVAU_0", 64]);
    expect(now.nextStep?.changes.map((c) => c.name)).not.toContain("MVAU_1");
    expect(now.nextStep?.changes[0]?.name).toBe("MVAU_0");
    const top = await folded(bipolarNet([64, 16]), { folding: { MVAU_0: { PE: 16, SIMD: 64 } } });
    expect(top.nextStep).toBeUndefined();
  });
});

describe("folding files", () => {
  it("reads FINN's names and passes over what is not PE or SIMD", async () => {
    const folding = {
      Defaults: {},
      Thresholding_rtl_0: { PE: 49, runtime_writeable_weights: 0 },
      MVAU_hls_0: { PE: 16, SIMD: 49, ram_style: "block", resType: "lut", mem_mode: "internal_decoupled" },
      MatrixVectorActivation_1: { PE: 8, SIMD: 8 },
      StreamingFCLayer_Batch_2: { PE: 8, SIMD: 8 },
      MVAU_rtl_3: { PE: 10, SIMD: 8 },
      StreamingFIFO_0: { depth: 32 },
      LabelSelect_hls_0: { PE: 1 },
    };
    const summary = await folded(tfc(), { folding });
    expect(summary.folding).toEqual({
      Defaults: {},
      Thresholding_0: { PE: 49 },
      MVAU_0: { SIMD: 49, PE: 16 },
      MVAU_0_Thresholding: { PE: 16 },
      MVAU_1: { SIMD: 8, PE: 8 },
      MVAU_1_Thresholding: { PE: 8 },
      MVAU_2: { SIMD: 8, PE: 8 },
      MVAU_2_Thresholding: { PE: 8 },
      MVAU_3: { SIMD: 8, PE: 10 },
      LabelSelect_0: { PE: 1 },
    });
  });

  it("reads back what it wrote", async () => {
    const first = await folded(tfc(), { fps: 50_000 });
    const second = await folded(tfc(), { folding: first.folding });
    expect(second.kernels).toEqual(first.kernels);
  });

  it("reports every value that does not divide, with the legal ones", async () => {
    const folding = { MVAU_0: { PE: 3, SIMD: 4 }, MVAU_1: { SIMD: 7 } };
    expect(await problems(bipolarNet([16, 8, 4]), { folding })).toEqual([
      {
        code: "fold/illegal-fold",
        severity: "error",
        message: "MVAU_0: PE 3 does not divide 8.",
        loc: { file: "net.onnx", node: "dense_0" },
        notes: [],
        hint: "PE can be 1, 2, 4, 8",
      },
      {
        code: "fold/illegal-fold",
        severity: "error",
        message: "MVAU_1: SIMD 7 does not divide 8.",
        loc: { file: "net.onnx", node: "dense_1" },
        notes: [],
        hint: "SIMD can be 1, 2, 4, 8",
      },
    ]);
  });

  it("names the kernels and axes that there are", async () => {
    const folding = { MVAU_7: { PE: 1 }, MVAU_0: { MMV: 2 } };
    expect(await problems(bipolarNet([16, 8]), { folding })).toEqual([
      {
        code: "fold/unknown-kernel",
        severity: "error",
        message: "The folding names `MVAU_7`, which is no kernel of this network.",
        loc: {},
        notes: [],
        hint: "its kernels are MVAU_0",
      },
      {
        code: "fold/unknown-axis",
        severity: "error",
        message: "The folding gives `MVAU_0` an axis `MMV` that it does not have.",
        loc: {},
        notes: [],
        hint: "its axes are SIMD, PE",
      },
    ]);
  });

  it.each([
    [[1, 2], "it is a list"],
    ["fast", "it is string"],
    [{ MVAU_0: 3 }, "`MVAU_0` is 3"],
  ])("rejects %j", async (folding, reason) => {
    expect(await problems(bipolarNet([16, 8]), { folding })).toEqual([
      {
        code: "fold/bad-folding",
        severity: "error",
        message: `The folding is not an object of kernels: ${reason}.`,
        loc: {},
        notes: [],
        hint: 'write {"MVAU_0": {"PE": 4, "SIMD": 8}}, or take a folding.json that a build wrote',
      },
    ]);
  });
});

describe("a value that several ops read", () => {
  it("is forked, and each reader gets every beat", async () => {
    const graph = new GraphClass("main");
    const a = graph.addInput(tensor("u2", [1, 2]), "a");
    const w = Constant.build(graph, [], { value: tensorFrom("i2", [2, 2], [1, -1, 1, 1]) });
    const b = MatMul.build(graph, [a, w], { elem: elemForRange(-6, 6) });
    graph.setOutputs([b, b]);
    const summary = await folded(graph, {});
    expect(summary.kernels.map((k) => k.name)).toEqual(["MVAU_0", "DuplicateStreams_0"]);
  });
});

describe("what cannot be folded", () => {
  it("says which layer misses the rate, its least cycles, and what to ask for", async () => {
    expect(await problems(bipolarNet([64, 12], { argmax: true }), { fps: 1e9, clockMhz: 100 })).toEqual([
      {
        code: "fold/unreachable-rate",
        severity: "error",
        message:
          "MVAU_0 cannot reach 1000000000 inferences/s at 100 MHz: that is 0 cycles a frame, its least is 1.",
        loc: { file: "net.onnx", node: "dense_0" },
        notes: ["fully unfolded it has SIMD 64, PE 12"],
        hint: "ask for at most 100000000 inferences/s, or raise the clock",
      },
      expect.objectContaining({ code: "fold/unreachable-rate" }),
    ]);
  });

  it("rejects options that are not positive numbers, all of them", () => {
    expect(() => fold({ clockMhz: 0, fps: -1 })).toThrow(
      "error: `clockMhz` is 0; it is a positive number. [fold/bad-option]\nerror: `fps` is -1; it is a positive number. [fold/bad-option]",
    );
  });

  it("reports channels that are not innermost", async () => {
    const graph = new GraphClass("main");
    const x = graph.addInput(tensor("u4", [1, 4, 8]), "x");
    const t = Constant.build(graph, [], { value: tensorFrom("u4", [4, 1], [1, 2, 3, 4]) });
    const y = Threshold.build(graph, [x, t], { elem: "u1", axis: 1 }, { loc: { node: "wrong_axis" } });
    graph.setOutputs([y]);
    expect(await problems(graph, {})).toEqual([
      {
        code: "fold/no-kernel",
        severity: "error",
        message: "`q.threshold` has no streaming kernel: its channels are not the innermost axis.",
        loc: { node: "wrong_axis" },
        notes: [],
        hint: "attach a `fold.lowering` model to the op in a plugin, or leave this part of the network to the host",
      },
    ]);
  });
});

import {
  Constant,
  createCompiler,
  createModule,
  type DiagnosticError,
  type Graph,
  tensorFrom,
} from "@gatefold/core";
import * as q from "@gatefold/dialect-q";
import { describe, expect, it } from "vitest";
import { type FoldOptions, type FoldSummary, fold, foldSummary } from "../src/index.js";
import type { Fold } from "../src/refold.js";
import { type ConvSpec, convLayer } from "./conv-layer.js";

async function folded(graph: Graph, options: Partial<FoldOptions>): Promise<FoldSummary> {
  const compiler = createCompiler({ plugins: [fold({ clockMhz: 100, ...options })] });
  const compilation = compiler.start(createModule("net", graph));
  await compiler.run(compilation, { check: { rows: 2 } });
  return compilation.facts.need(foldSummary);
}

const messages = async (graph: Graph, options: Partial<FoldOptions>): Promise<readonly string[]> =>
  folded(graph, options).then(
    () => [],
    (e: DiagnosticError) => e.diagnostics.map((d) => `${d.message} [${d.code}]`),
  );

const foldsOf = (s: FoldSummary): Readonly<Record<string, unknown>> => {
  const { Defaults: _, ...own } = s.folding;
  return own;
};

const dense: ConvSpec = { size: 6, channels: 2, kernel: [3, 3], filters: 4 };
const depthwise: ConvSpec = { size: 6, channels: 4, kernel: [3, 3], depthwise: true };

describe("the parallel window", () => {
  it("lets a convolution take a pixel in a cycle", async () => {
    const summary = await folded(convLayer(dense), { targetCycles: 36 });
    expect(summary.intervalCycles).toBe(36);
    expect(foldsOf(summary)).toEqual({
      ConvolutionInputGenerator_0: { SIMD: 2, parallel_window: 1 },
      MVAU_0: { SIMD: 18, PE: 2 },
    });
    expect(await messages(convLayer(dense), { targetCycles: 35 })).toEqual([
      "ConvolutionInputGenerator_0 cannot take 35 cycles a frame; its least is 36. [fold/unreachable-rate]",
    ]);
  });

  it("lets a depthwise layer take a pixel in a cycle, and half of its channels in one", async () => {
    const whole = await folded(convLayer(depthwise), { targetCycles: 36 });
    expect(foldsOf(whole)).toEqual({
      ConvolutionInputGenerator_0: { SIMD: 4, parallel_window: 1 },
      VVAU_0: { PE: 4, SIMD: 9 },
    });
    const half = await folded(convLayer(depthwise), { targetCycles: 72 });
    expect(half.intervalCycles).toBe(72);
    const folds = foldsOf(half) as Record<string, Fold>;
    expect(folds["ConvolutionInputGenerator_0"]).toEqual({ SIMD: 2, parallel_window: 1 });
    expect(folds["VVAU_0"]!["PE"]).toBe(2);
  });

  it("is read back from the folding that was written", async () => {
    const first = await folded(convLayer(depthwise), { targetCycles: 72 });
    const second = await folded(convLayer(depthwise), { folding: first.folding });
    expect(second.kernels).toEqual(first.kernels);
  });

  it("does not fit a matrix unit with less than all channels, nor a vector unit with other lanes", async () => {
    const misfit = (from: string, to: string): string =>
      `As they are folded, ${to} does not read elements in the order in which ${from} sends them. [fold/misfit]`;
    const window = "ConvolutionInputGenerator_0";
    expect(
      await messages(convLayer(dense), { folding: { [window]: { SIMD: 1, parallel_window: 1 } } }),
    ).toEqual([misfit(window, "MVAU_0")]);
    const folding = { [window]: { SIMD: 2, parallel_window: 1 }, VVAU_0: { PE: 4 } };
    expect(await messages(convLayer(depthwise), { folding })).toEqual([misfit(window, "VVAU_0")]);
    const one = { [window]: { SIMD: 4, parallel_window: 0 }, VVAU_0: { PE: 2, SIMD: 3 } };
    expect(await messages(convLayer(depthwise), { folding: one })).toEqual([misfit(window, "VVAU_0")]);
  });

  it("is 0 or 1", async () => {
    const folding = { ConvolutionInputGenerator_0: { parallel_window: 9 } };
    expect(await messages(convLayer(dense), { folding })).toEqual([
      "ConvolutionInputGenerator_0: parallel_window is 9. [fold/illegal-fold]",
    ]);
  });
});

describe("FINN's folding files of image networks", () => {
  it("say parallel_window of windows and SIMD of vector units", async () => {
    const folding = {
      Defaults: {},
      ConvolutionInputGenerator_rtl_0: { SIMD: 2, parallel_window: 1, M: 1, ram_style: "distributed" },
      VVAU_rtl_0: { PE: 2, SIMD: 9, resType: "dsp" },
    };
    expect(foldsOf(await folded(convLayer(depthwise), { folding }))).toEqual({
      ConvolutionInputGenerator_0: { SIMD: 2, parallel_window: 1 },
      VVAU_0: { PE: 2, SIMD: 9 },
    });
  });

  it("mean a tap a beat where they are silent", async () => {
    const folding = { ConvolutionInputGenerator_rtl_0: { SIMD: 4 }, VVAU_hls_0: { PE: 4 } };
    expect(foldsOf(await folded(convLayer(depthwise), { folding, targetCycles: 1000 }))).toEqual({
      ConvolutionInputGenerator_0: { SIMD: 4, parallel_window: 0 },
      VVAU_0: { PE: 4, SIMD: 1 },
    });
  });

  it("know 1-D windows, padding, sums, pools, upsampling, concatenation and split by FINN's names", async () => {
    const graph = convLayer({ size: 6, channels: 4, kernel: [3, 3], pad: 1 }, (g, y) => {
      const codes = q.Threshold.build(
        g,
        [y, Constant.build(g, [], { value: tensorFrom("i9", [1, 3], [1, 5, 9]) })],
        { elem: "u2" },
      );
      const pooled = q.MaxPool.build(g, [codes], { kernel: [2, 2], strides: [2, 2] });
      const sum = q.Add.build(g, [codes, q.Upsample.build(g, [pooled], { scales: [2, 2] })], { elem: "u3" });
      const half = q.Slice.build(g, [sum], { first: 0, count: 2 });
      return q.Concat.build(g, [sum, half]);
    });
    const folding = {
      FMPadding_rtl_0: { SIMD: 2 },
      ConvolutionInputGenerator1D_0: { SIMD: 2, parallel_window: 0 },
      MVAU_rtl_0: { PE: 2, SIMD: 4 },
      DuplicateStreams_hls_0: { PE: 1 },
      StreamingMaxPool_hls_0: { PE: 4 },
      UpsampleNearestNeighbour_hls_0: { SIMD: 2 },
      AddStreams_hls_0: { PE: 2 },
      StreamingSplit_hls_0: { SIMD: 2 },
      StreamingConcat_hls_0: { SIMD: 1 },
      StreamingDataWidthConverter_rtl_0: { impl_style: "hls" },
    };
    expect(foldsOf(await folded(graph, { folding }))).toEqual({
      FMPadding_0: { SIMD: 2 },
      ConvolutionInputGenerator_0: { SIMD: 2, parallel_window: 0 },
      MVAU_0: { PE: 2, SIMD: 4 },
      MVAU_0_Thresholding: { PE: 2 },
      ConvolutionInputGenerator_1: { SIMD: 4, parallel_window: 0 },
      Pool_0: { SIMD: 4 },
      UpsampleNearestNeighbour_0: { SIMD: 2 },
      AddStreams_0: { PE: 2 },
      StreamingSplit_0: { SIMD: 2 },
      StreamingConcat_0: { SIMD: 1 },
    });
  });
});

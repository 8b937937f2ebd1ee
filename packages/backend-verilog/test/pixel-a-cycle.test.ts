import {
  Constant,
  elemForRange,
  evaluate,
  Graph,
  numbers,
  product,
  randomInteger,
  seededRandom,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { Conv, Threshold } from "@gatefold/dialect-q";
import { type FoldingFile, foldSummary } from "@gatefold/pass-fold";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import { buildVerilog, compileBuilt, drawFrames, runFrames, steadyInterval } from "./simulate.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const size = 8;
const channels = 4;
const frames = 6;

/** A 3x3 convolution with padding, `groups` of channels, and 2-bit codes behind it. */
function network(groups: number): Graph {
  const random = seededRandom(groups);
  const graph = new Graph("main");
  const x = graph.addInput(tensor("u3", [1, size, size, channels]), "x");
  const shape = [channels, 3, 3, channels / groups];
  const weights = Array.from({ length: product(shape) }, () => randomInteger(random, -4, 3));
  const w = Constant.build(graph, [], { value: tensorFrom("i3", shape, weights) });
  const attrs = { elem: elemForRange(-1100, 1100), pads: [1, 1, 1, 1], groups };
  const y = Conv.build(graph, [x, w], attrs);
  const rows = Array.from({ length: channels * 3 }, (_, i) => (i % 3) * 9 - 12 + Math.floor(i / 3));
  const t = Constant.build(graph, [], { value: tensorFrom("i9", [channels, 3], rows) });
  graph.setOutputs([Threshold.build(graph, [y, t], { elem: "u2" })]);
  return graph;
}

async function run(
  groups: number,
  options: { readonly targetCycles?: number; readonly folding?: FoldingFile },
): Promise<{ readonly interval: number; readonly folding: FoldingFile }> {
  const graph = network(groups);
  const built = await buildVerilog(graph, options);
  const design = await compileBuilt(built, toolchain);
  const free = runFrames(built, design, frames);
  const [input] = built.verilog.inputs;
  const x = numbers(drawFrames(input!, frames, 7));
  const count = x.length / frames;
  const expected = Array.from({ length: frames }, (_, i) => {
    const values = x.slice(i * count, (i + 1) * count) as Float64Array;
    return [...numbers(evaluate(graph, [tensorFrom("u3", input!.type.shape, values)])[0]!)];
  });
  expect(free.got).toEqual(expected.flat());
  const stalled = runFrames(built, design, frames, { input: 0.3, output: 0.3, seed: 1 });
  expect(stalled.got).toEqual(expected.flat());
  return { interval: steadyInterval(free), folding: built.compilation.facts.need(foldSummary).folding };
}

const padded = (size + 2) ** 2;

describe("a layer that takes a pixel in each cycle, in simulated Verilog", () => {
  it("is a convolution with all inputs and neurons at once", async () => {
    const folding = {
      FMPadding_0: { SIMD: 4 },
      ConvolutionInputGenerator_0: { SIMD: 4, parallel_window: 1 },
      MVAU_0: { SIMD: 36, PE: 4 },
    };
    expect((await run(1, { folding })).interval).toBe(padded);
  });

  it("is a depthwise one with all taps and channels at once", async () => {
    const found = await run(channels, { targetCycles: padded });
    expect(found.interval).toBe(padded);
    expect(found.folding["VVAU_0"]).toEqual({ PE: 4, SIMD: 9 });
  });

  it.each([
    [2, 9, 2 * padded],
    [1, 3, 3 * 4 * size * size],
    [4, 3, 3 * size * size],
  ])("takes its share with PE %i and SIMD %i of a depthwise one", async (PE, SIMD, interval) => {
    const folding = {
      ConvolutionInputGenerator_0: { SIMD: PE, parallel_window: 1 },
      VVAU_0: { PE, SIMD },
      FMPadding_0: { SIMD: 4 },
      Thresholding_0: { PE: 4 },
    };
    expect((await run(channels, { folding })).interval).toBe(interval);
  });
});

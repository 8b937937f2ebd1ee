import {
  Constant,
  cloneModule,
  createCompiler,
  evaluate,
  Graph,
  numbers,
  seededRandom,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { Affine } from "@gatefold/dialect-q";
import { streamline } from "@gatefold/pass-streamline";
import { createToolchain } from "@gatefold/toolchain";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { difference } from "../../pass-streamline/test/helpers/agree.js";
import { buildConvNet, convNet } from "../../pass-streamline/test/helpers/conv-net.js";
import { type Built, buildVerilog, compileBuilt, drawFrames, runFrames, steadyInterval } from "./simulate.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const runs = Number(process.env["GATEFOLD_RUNS"] ?? 12);
const frames = 8;

/** What the integer network gives for the frames that a run streams. */
function integers(graph: Graph, built: Built): number[] {
  const { type } = built.verilog.inputs[0]!;
  const drawn = numbers(drawFrames(built.verilog.inputs[0]!, frames, 7));
  const size = drawn.length / frames;
  return Array.from({ length: frames }, (_, i) => {
    const frame = tensorFrom(type.elem, type.shape, drawn.slice(i * size, (i + 1) * size) as Float64Array);
    return [...numbers(evaluate(graph, [frame])[0]!)];
  }).flat();
}

/** The graph folded for a rate between the lowest and four times that, where that many kernels allow it. */
async function folded(graph: Graph, seed: number): Promise<Built> {
  const options = {
    memories: seed % 2 === 0 ? "files" : "inline",
    multipliers: seed % 3 === 0 ? "logic" : "auto",
  } as const;
  const slow = await buildVerilog(graph, options);
  const share = [1, 2, 3, 4][Math.floor(seededRandom(seed)() * 4)]!;
  if (share === 1) return slow;
  const targetCycles = Math.ceil(slow.intervalCycles / share);
  return buildVerilog(graph, { ...options, targetCycles }).catch((error: Error) => {
    if (!error.message.includes("fold/unreachable-rate")) throw error;
    return slow;
  });
}

describe("network = integers = Verilog", () => {
  it(
    "on random networks over images, with and without stalls, at the predicted interval",
    async () => {
      await fc.assert(
        fc.asyncProperty(convNet, async (spec) => {
          const compiler = createCompiler({ plugins: [streamline()] });
          const compilation = compiler.start(buildConvNet(spec));
          const before = cloneModule(compilation.module);
          await compiler.run(compilation);
          expect(difference({ before, compilation }, spec.seed)).toBeUndefined();
          const { main } = compilation.module;
          const built = await folded(main, spec.seed);
          const expected = integers(main, built);
          const design = await compileBuilt(built, toolchain);
          const free = runFrames(built, design, frames);
          expect(free.got).toEqual(expected);
          expect(steadyInterval(free)).toBe(built.intervalCycles);
          const stalled = runFrames(built, design, frames, { input: 0.4, output: 0.4, seed: spec.seed });
          expect(stalled.got).toEqual(expected);
        }),
        { numRuns: runs, seed: Number(process.env["GATEFOLD_SEED"] ?? 3), endOnFailure: runs < 50 },
      );
    },
    Math.max(180_000, runs * 10_000),
  );

  it("with unsigned parameters of an affine kernel, which reads them as signed", async () => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor("u4", [1, 3]), "x");
    const [scale, offset] = [
      [1, 2, 3],
      [7, 0, 4],
    ].map((v, i) => Constant.build(graph, [], { value: tensorFrom(i === 0 ? "u2" : "u3", [3], v) }));
    graph.setOutputs([Affine.build(graph, [x, scale!, offset!], { elem: "u7" })]);
    const built = await buildVerilog(graph);
    const { got } = runFrames(built, await compileBuilt(built, toolchain), frames);
    expect(got).toEqual(integers(graph, built));
  });
});

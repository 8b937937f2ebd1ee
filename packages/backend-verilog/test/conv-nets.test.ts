import {
  Constant,
  cloneModule,
  createCompiler,
  evaluate,
  Graph,
  numbers,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { Affine } from "@gatefold/dialect-q";
import { streamline } from "@gatefold/pass-streamline";
import { createToolchain } from "@gatefold/toolchain";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { difference } from "../../pass-streamline/test/helpers/agree.js";
import { buildConvNet, type ConvNetSpec, convNet } from "../../pass-streamline/test/helpers/conv-net.js";
import { folded } from "./random-folding.js";
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

/** A network as integers, as evaluated kernels and as simulated Verilog gives the same, at the predicted interval. */
async function expectAgreement(spec: ConvNetSpec): Promise<void> {
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
}

/** Networks that went wrong once, by what was wrong. */
const remembered: readonly (readonly [string, ConvNetSpec])[] = [
  [
    "a converter gathers a word while the one before waits for its reader",
    { seed: 14, spatial: 2, steps: ["conv", "average_pool"], ending: "max" },
  ],
  [
    "thresholds that nothing reaches count beyond the type of the codes",
    { seed: 579805, spatial: 2, steps: ["resize", "transposed"], ending: "dense" },
  ],
  [
    "every channel has one code only: the factor of all is 0",
    { seed: 115409, spatial: 2, steps: ["depthwise", "depthwise", "concat"], ending: "dense" },
  ],
];

describe("network = integers = Verilog", () => {
  it(
    "on random networks over images, with and without stalls, at the predicted interval",
    async () => {
      await fc.assert(fc.asyncProperty(convNet, expectAgreement), {
        numRuns: runs,
        seed: Number(process.env["GATEFOLD_SEED"] ?? 3),
        endOnFailure: runs < 50,
      });
    },
    Math.max(180_000, runs * 10_000),
  );

  it.each(remembered)("where %s", (_, spec) => expectAgreement(spec));

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

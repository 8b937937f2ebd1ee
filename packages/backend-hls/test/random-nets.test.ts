import {
  cloneModule,
  createCompiler,
  evaluate,
  type Graph,
  numbers,
  seededRandom,
  tensorFrom,
} from "@gatefold/core";
import { streamline } from "@gatefold/pass-streamline";
import { createToolchain } from "@gatefold/toolchain";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type NetSpec, randomNet } from "../../backend-verilog/test/nets.js";
import { folded } from "../../backend-verilog/test/random-folding.js";
import { type Built, compileBuilt, drawFrames, runFrames } from "../../backend-verilog/test/simulate.js";
import { difference } from "../../pass-streamline/test/helpers/agree.js";
import { buildConvNet, type ConvNetSpec, convNet } from "../../pass-streamline/test/helpers/conv-net.js";
import { hls, hostBuild, runHls } from "../src/index.js";
import { compilers, emitted } from "./build.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const runs = Number(process.env["GATEFOLD_RUNS"] ?? 3);
const frames = 6;
const report = {
  numRuns: runs,
  seed: Number(process.env["GATEFOLD_SEED"] ?? 4),
  endOnFailure: runs < 50,
};
const timeoutMs = Math.max(180_000, runs * 20_000);

/** The frames that `runFrames` streams. */
function rowsOf({ verilog }: Built): ReturnType<typeof tensorFrom>[] {
  const { type } = verilog.inputs[0]!;
  const drawn = numbers(drawFrames(verilog.inputs[0]!, frames, 7));
  const size = drawn.length / frames;
  return Array.from({ length: frames }, (_, i) =>
    tensorFrom(type.elem, type.shape, drawn.slice(i * size, (i + 1) * size) as Float64Array),
  );
}

/** Outputs of the folded graph as C++, compiled without a warning by a compiler that the seed picks. */
async function compiled(
  { compilation }: Built,
  rows: ReturnType<typeof rowsOf>,
  seed: number,
): Promise<number[]> {
  const compiler = createCompiler({ plugins: [hls({ testFrames: 1, seed })] });
  const again = compiler.start(compilation.module);
  await compiler.emit(again);
  const { design, files } = emitted(again);
  const build = await hostBuild(design, files, {
    compiler: compilers[seed % compilers.length],
    flags: ["-O0", "-Wall", "-Wextra"],
  });
  if ("skipped" in build) throw new Error(build.skipped);
  try {
    expect(build.messages).toBe("");
    const got = await runHls(
      build,
      rows.map((row) => [row]),
    );
    return got.flatMap(([y]) => [...numbers(y!)]);
  } finally {
    await build.close();
  }
}

/** The integer graph, its folded kernels as C++ and as simulated Verilog give the same, at a random folding. */
async function expectAgreement(graph: Graph, seed: number): Promise<void> {
  const built = await folded(graph, seed);
  const rows = rowsOf(built);
  const integers = rows.flatMap((row) => [...numbers(evaluate(graph, [row])[0]!)]);
  expect(await compiled(built, rows, seed)).toEqual(integers);
  expect(runFrames(built, await compileBuilt(built, toolchain), frames).got).toEqual(integers);
}

const layer = fc.record({
  neurons: fc.constantFrom(1, 2, 3, 6, 8),
  weights: fc.constantFrom("bipolar" as const, "i2" as const, "u2" as const, "i4" as const, "i8" as const),
  activation: fc.constantFrom(
    "threshold" as const,
    "lookup" as const,
    "affine" as const,
    "netlist" as const,
    "none" as const,
  ),
  output: fc.constantFrom("bipolar" as const, "u1" as const, "u2" as const, "i3" as const),
  shared: fc.boolean(),
});

const denseNet: fc.Arbitrary<NetSpec> = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  input: fc.constantFrom("bipolar" as const, "u2" as const, "i3" as const, "u8" as const, "i8" as const),
  inputs: fc.constantFrom(1, 4, 6, 9, 12),
  layers: fc.array(layer, { minLength: 1, maxLength: 3 }),
  argmax: fc.boolean(),
});

describe.skipIf(compilers.length === 0)("network = integers = Verilog = compiled C++", () => {
  it(
    "on random networks over images",
    async () => {
      const expectNet = async (spec: ConvNetSpec): Promise<void> => {
        const compiler = createCompiler({ plugins: [streamline()] });
        const compilation = compiler.start(buildConvNet(spec));
        const before = cloneModule(compilation.module);
        await compiler.run(compilation);
        expect(difference({ before, compilation }, spec.seed)).toBeUndefined();
        await expectAgreement(compilation.module.main, spec.seed);
      };
      await fc.assert(fc.asyncProperty(convNet, expectNet), report);
    },
    timeoutMs,
  );

  it(
    "on random dense networks",
    async () => {
      const expectNet = (spec: NetSpec): Promise<void> =>
        expectAgreement(randomNet(spec, seededRandom(spec.seed)), spec.seed);
      await fc.assert(fc.asyncProperty(denseNet, expectNet), report);
    },
    timeoutMs,
  );
});

import {
  type Compilation,
  Constant,
  cloneModule,
  createCompiler,
  evaluate,
  Graph,
  numbers,
  randomInteger,
  seededRandom,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { Concat, Gvu, Mvu } from "@gatefold/dialect-hw";
import { Conv } from "@gatefold/dialect-q";
import { streamline } from "@gatefold/pass-streamline";
import { createToolchain } from "@gatefold/toolchain";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { difference } from "../../pass-streamline/test/helpers/agree.js";
import {
  buildConvNet,
  type ConvNetSpec,
  type ConvStep,
} from "../../pass-streamline/test/helpers/conv-net.js";
import { type Built, buildVerilog, compileBuilt, drawFrames, runFrames, steadyInterval } from "./simulate.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const runs = Number(process.env["GATEFOLD_RUNS"] ?? 5);
const frames = 6;

/** What the integer network gives for the frames that a run streams. */
function integers(compilation: Compilation, built: Built): number[] {
  const [port] = built.verilog.inputs;
  const drawn = numbers(drawFrames(port!, frames, 7));
  const size = drawn.length / frames;
  return Array.from({ length: frames }, (_, i) => {
    const codes = drawn.slice(i * size, (i + 1) * size) as Float64Array;
    const frame = tensorFrom(port!.type.elem, port!.type.shape, codes);
    return [...numbers(evaluate(compilation.module.main, [frame])[0]!)];
  }).flat();
}

/** At the lowest rate, or at one that asks every kernel for more, and a grouped convolution for several units. */
async function folded(compilation: Compilation, seed: number): Promise<Built> {
  const { main } = compilation.module;
  const memories = seed % 2 === 0 ? "files" : "inline";
  const slow = await buildVerilog(cloneModule(compilation.module).main, { memories });
  const share = [1, 2, 3, 6][Math.floor(seededRandom(seed)() * 4)]!;
  if (share === 1) return slow;
  const targetCycles = Math.ceil(slow.intervalCycles / share);
  return buildVerilog(main, { memories, targetCycles }).catch((error: Error) => {
    if (!error.message.includes("fold/unreachable-rate")) throw error;
    return slow;
  });
}

/** A network as integers and as simulated Verilog gives the same, at the predicted interval. */
async function expectAgreement(spec: ConvNetSpec): Promise<void> {
  const compiler = createCompiler({ plugins: [streamline()] });
  const compilation = compiler.start(buildConvNet(spec));
  const before = cloneModule(compilation.module);
  await compiler.run(compilation);
  expect(difference({ before, compilation }, spec.seed)).toBeUndefined();
  const built = await folded(compilation, spec.seed);
  const expected = integers(compilation, built);
  const design = await compileBuilt(built, toolchain);
  const free = runFrames(built, design, frames);
  expect(free.got).toEqual(expected);
  expect(steadyInterval(free)).toBe(built.intervalCycles);
  const stalled = runFrames(built, design, frames, { input: 0.4, output: 0.4, seed: spec.seed });
  expect(stalled.got).toEqual(expected);
}

describe.each<readonly [string, readonly ConvStep[]]>([
  ["transposed convolutions", ["transposed"]],
  ["depth to space and space to depth", ["depth_to_space", "space_to_depth"]],
  ["grouped convolutions", ["grouped", "depthwise"]],
])("network = integers = Verilog: %s", (_, steps) => {
  it(
    "on random networks and foldings, with and without stalls, at the predicted interval",
    async () => {
      const net = fc.record({
        seed: fc.integer({ min: 1, max: 1e6 }),
        spatial: fc.constantFrom(2 as const, 2 as const, 1 as const),
        steps: fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 2 }),
        ending: fc.constantFrom("image" as const, "max" as const),
      });
      await fc.assert(fc.asyncProperty(net, expectAgreement), {
        numRuns: runs,
        seed: Number(process.env["GATEFOLD_SEED"] ?? 5),
        endOnFailure: runs < 50,
      });
    },
    Math.max(180_000, runs * 10_000),
  );
});

it(
  "network = integers = Verilog: where thresholds of a signed sum are all positive, and of an unsigned type",
  () => expectAgreement({ seed: 891568, spatial: 2, steps: ["transposed"], ending: "max" }),
  60_000,
);

describe("a grouped convolution in as few units as the rate asks for", () => {
  const [pixels, taps, groups] = [12, 4, 4];
  // 4 groups of 2 channels and 3 filters, 2 x 2 taps.
  const grouped = (): Graph => {
    const random = seededRandom(3);
    const graph = new Graph("main");
    const x = graph.addInput(tensor("u3", [1, 5, 4, 8]), "x");
    const values = Array.from({ length: 12 * taps * 2 }, () => randomInteger(random, -4, 3));
    const w = Constant.build(graph, [], { value: tensorFrom("i3", [12, 2, 2, 2], values) });
    graph.setOutputs([Conv.build(graph, [x, w], { elem: "i8", groups })]);
    return graph;
  };
  it.each([
    ["one grouped unit, slowly", undefined, 1, [Gvu, Gvu]],
    ["one grouped unit at its widest", pixels * taps * groups, 1, [Gvu, Gvu]],
    ["two grouped units", pixels * taps * groups - 1, 2, [Gvu, Concat]],
    ["a matrix unit a group", pixels * taps * 2 - 1, 4, [Mvu, Concat]],
  ] as const)(
    "%s",
    async (_, targetCycles, units, [unit, joined]) => {
      const built = await buildVerilog(grouped(), targetCycles === undefined ? {} : { targetCycles });
      const ops = [...built.compilation.module.main.ops()];
      expect(ops.filter((op) => unit.is(op))).toHaveLength(units);
      expect(ops.filter((op) => joined.is(op))).toHaveLength(joined === unit ? units : units - 1);
      if (targetCycles !== undefined) expect(built.intervalCycles).toBeLessThanOrEqual(targetCycles);
      const design = await compileBuilt(built, toolchain);
      const free = runFrames(built, design, frames);
      expect(free.got).toEqual(free.expected);
      expect(steadyInterval(free)).toBe(built.intervalCycles);
      expect(runFrames(built, design, frames, { input: 0.4, output: 0.4, seed: 1 }).got).toEqual(
        free.expected,
      );
      const { main } = built.compilation.module;
      const x = drawFrames(built.verilog.inputs[0]!, 1, 9);
      const frame = tensorFrom(x.elem, [1, 5, 4, 8], [...numbers(x)]);
      expect([...numbers(evaluate(main, [frame])[0]!)]).toEqual([
        ...numbers(evaluate(grouped(), [frame])[0]!),
      ]);
    },
    60_000,
  );
});

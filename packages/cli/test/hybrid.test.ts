import { verilog, verilogDesign } from "@gatefold/backend-verilog";
import {
  createCompiler,
  createModule,
  type ElemType,
  type Graph,
  type Random,
  seededRandom,
} from "@gatefold/core";
import { type FoldOptions, fold, foldSummary, type LayerForms, networkLatency } from "@gatefold/pass-fold";
import { implementations, spatial } from "@gatefold/pass-spatial";
import { streamline } from "@gatefold/pass-streamline";
import { createToolchain } from "@gatefold/toolchain";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type NetSpec, randomNet } from "../../backend-verilog/test/nets.js";
import { type Built, compileBuilt, runFrames, steadyInterval } from "../../backend-verilog/test/simulate.js";
import { buildConvNet, type ConvNetSpec } from "../../pass-streamline/test/helpers/conv-net.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const layer = fc.record({
  neurons: fc.constantFrom(2, 3, 4, 6, 8),
  weights: fc.constantFrom<ElemType>("bipolar", "i2", "i3"),
  activation: fc.constantFrom("threshold" as const, "threshold" as const, "lookup" as const, "none" as const),
  output: fc.constantFrom<ElemType>("bipolar", "u1", "u2", "i2"),
  shared: fc.boolean(),
});
const net: fc.Arbitrary<NetSpec> = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  input: fc.constantFrom<ElemType>("bipolar", "u2", "i3"),
  inputs: fc.constantFrom(2, 4, 6),
  layers: fc.array(layer, { minLength: 2, maxLength: 4 }),
  argmax: fc.boolean(),
});

async function build(graph: Graph, options: Partial<FoldOptions>): Promise<Built> {
  const space = { effort: 0.25 };
  const compiler = createCompiler({
    plugins: [
      fold({ clockMhz: 100, implementations: implementations(space), ...options }),
      spatial(space),
      verilog({ testFrames: 3 }),
    ],
  });
  const compilation = compiler.start(createModule("net", graph));
  await compiler.run(compilation);
  await compiler.emit(compilation);
  return {
    compilation,
    verilog: compilation.facts.need(verilogDesign),
    files: Object.fromEntries(compilation.outputs.map(({ path, content }) => [path, content as string])),
    intervalCycles: compilation.facts.need(foldSummary).intervalCycles,
    latencyCycles: compilation.facts.need(networkLatency),
  };
}

const layersOf = ({ compilation }: Built): readonly LayerForms[] =>
  compilation.facts.need(foldSummary).layers;

/** A form for each layer that has a choice: those that have a price, or were only too dear. */
function drawForms(layers: readonly LayerForms[], random: Random): Record<string, string> {
  const open = layers.map(({ layer: name, forms }) => ({
    name,
    forms: forms.filter(({ reason }) => reason === undefined || reason.includes("LUTs, which")),
  }));
  return Object.fromEntries(
    open
      .filter(({ forms }) => forms.length > 0)
      .map(({ name, forms }) => [name, forms[Math.floor(random() * forms.length)]!.form]),
  );
}

/** Builds a graph with its layers in forms drawn at random, and compares the simulated Verilog; gives the forms. */
async function agrees(
  make: () => Promise<Graph>,
  seed: number,
  frames: number,
  cycles: number,
): Promise<ReadonlySet<string>> {
  const random = seededRandom(seed);
  const implementationOf = drawForms(layersOf(await build(await make(), {})), random);
  const built = await build(await make(), { implementationOf, targetCycles: cycles });
  const chosen = Object.fromEntries(layersOf(built).map((l) => [l.layer, l.chosen]));
  expect(chosen).toMatchObject(implementationOf);
  expect(built.compilation.diagnostics.all.map((d) => d.code)).not.toContain("fold/stalls");
  const design = await compileBuilt(built, toolchain);
  const free = runFrames(built, design, frames);
  expect(free.got).toEqual(free.expected);
  expect(steadyInterval(free)).toBe(built.intervalCycles);
  // The simulation begins with the reset, which the first frame may still feel.
  expect(Math.abs(free.frameCycles[0]! - built.latencyCycles)).toBeLessThan(4);
  const stalled = runFrames(built, design, frames, { input: 0.4, output: 0.4, seed });
  expect(stalled.got).toEqual(free.expected);
  return new Set(Object.values(chosen));
}

const runs = Number(process.env["GATEFOLD_RUNS"] ?? 4);
const seed = Number(process.env["GATEFOLD_SEED"] ?? 17);

describe("a network of kernels and spatial circuits, layer by layer at random", () => {
  it("is its integers in Verilog, at the predicted interval and latency, with stalls too", {
    timeout: 180_000 + runs * 10_000,
  }, async () => {
    let mixed = 0;
    await fc.assert(
      fc.asyncProperty(net, async (spec) => {
        const make = async (): Promise<Graph> => randomNet(spec, seededRandom(spec.seed));
        const forms = await agrees(make, spec.seed, 24, spec.seed % 2 === 0 ? 8 : 1000);
        if (forms.size > 1) mixed++;
      }),
      { numRuns: runs, seed, endOnFailure: true },
    );
    expect(mixed).toBeGreaterThan(0);
  });

  it("has windows before circuits that read an image", { timeout: 180_000 + runs * 10_000 }, async () => {
    const forms = new Set<string>();
    for (let run = 0; run < Math.ceil(runs / 4); run++) {
      const spec: ConvNetSpec = { seed: seed + run, spatial: 2, steps: ["conv", "conv"], ending: "image" };
      const make = async (): Promise<Graph> => {
        const compiler = createCompiler({ plugins: [streamline()] });
        const compilation = compiler.start(buildConvNet(spec));
        await compiler.run(compilation);
        return compilation.module.main;
      };
      for (const form of await agrees(make, spec.seed, 6, 200)) forms.add(form);
    }
    expect(forms).toContain("adder-graph");
  });
});

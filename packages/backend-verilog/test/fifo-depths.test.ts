import { createCompiler, type Graph, InterfaceTable } from "@gatefold/core";
import { fifoSummary } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { createToolchain } from "@gatefold/toolchain";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { simulateTokens, type TokenRun } from "../../pass-fold/src/token-sim.js";
import { buildConvNet, type ConvNetSpec, convNet } from "../../pass-streamline/test/helpers/conv-net.js";
import { folded } from "./random-folding.js";
import {
  type Built,
  buildVerilog,
  compileBuilt,
  fifoAt,
  fifosOf,
  runFrames,
  steadyInterval,
} from "./simulate.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const runs = Number(process.env["GATEFOLD_RUNS"] ?? 8);
const frames = 8;
const tokens = (built: Built, options: Partial<Parameters<typeof simulateTokens>[0]> = {}): TokenRun =>
  simulateTokens({
    graph: built.compilation.module.main,
    interfaces: new InterfaceTable(),
    wantedCycles: built.intervalCycles,
    ...options,
  });

async function integers(spec: ConvNetSpec): Promise<Graph> {
  const compiler = createCompiler({ plugins: [streamline()] });
  const compilation = compiler.start(buildConvNet(spec));
  await compiler.run(compilation);
  return compilation.module.main;
}

describe("token runs", () => {
  it("see a beat that enters a window's buffer in the cycle in which its reader looked", async () => {
    const spec: ConvNetSpec = {
      seed: 33,
      spatial: 1,
      steps: ["depthwise", "grouped", "conv"],
      ending: "max",
    };
    const built = await buildVerilog(await integers(spec), { targetCycles: 15 });
    const { frameCycles } = runFrames(built, await compileBuilt(built, toolchain), frames);
    expect(tokens(built, { frames, wantedCycles: 0 }).frameCycles).toEqual(frameCycles);
  });

  it("end each frame in the cycle in which the simulated Verilog does", { timeout: 180_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(convNet, async (spec) => {
        const built = await buildVerilog(await integers(spec));
        const { frameCycles } = runFrames(built, await compileBuilt(built, toolchain), frames);
        const run = tokens(built, { frames, wantedCycles: 0 });
        // The simulation begins with the reset, which the first frame may still feel.
        const late = frameCycles.map((cycle, i) => cycle - run.frameCycles[i]!).slice(1);
        expect(late).toEqual(late.map(() => late[0]));
        expect(Math.abs(late[0]!)).toBeLessThan(4);
      }),
      { numRuns: runs, seed: Number(process.env["GATEFOLD_SEED"] ?? 6), endOnFailure: true },
    );
  });
});

describe("FIFOs of random networks at random foldings", () => {
  it("are enough for the predicted interval, frame for frame", { timeout: 180_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(convNet, async (spec) => {
        const built = await folded(await integers(spec), spec.seed);
        expect(built.compilation.diagnostics.all.map((d) => d.code)).not.toContain("fold/stalls");
        const { frameCycles } = tokens(built, { frames: 12, wantedCycles: 0 });
        expect(frameCycles.length).toBe(12);
        expect(frameCycles.at(-1)! - frameCycles.at(-5)!).toBeLessThanOrEqual(4 * built.intervalCycles);
      }),
      { numRuns: 2 * runs, seed: Number(process.env["GATEFOLD_SEED"] ?? 8), endOnFailure: true },
    );
  });
});

/** Networks whose ways from a fork to a join need FIFOs. */
const forked: readonly ConvNetSpec[] = [
  { seed: 978366, spatial: 2, steps: ["depthwise", "residual"], ending: "global_average" },
  { seed: 999990, spatial: 2, steps: ["split", "conv"], ending: "max" },
  { seed: 6, spatial: 2, steps: ["residual"], ending: "global_average" },
  { seed: 452669, spatial: 2, steps: ["conv", "concat"], ending: "image" },
];

describe("least FIFO depths", () => {
  it.each(forked)(
    "one beat less, and the network stalls: $steps, seed $seed",
    { timeout: 180_000 },
    async (spec) => {
      const options = { fifoDepths: "least" } as const;
      const whole = await buildVerilog(await integers(spec), options);
      expect(tokens(whole).keepsPace).toBe(true);
      expect(steadyInterval(runFrames(whole, await compileBuilt(whole, toolchain), frames))).toBe(
        whole.intervalCycles,
      );
      const summary = whole.compilation.facts.need(fifoSummary);
      expect(summary.length).toBeGreaterThan(0);
      const fifos = fifosOf(whole.compilation.module.main);
      for (const [index, fifo] of fifos.entries()) {
        const found = summary.find((s) => s.loc === fifo.loc && s.depth === fifo.attrs["depth"]);
        if (found?.leastDepth === undefined) continue;
        const less = found.leastDepth === 2 ? 0 : found.leastDepth - 1;
        const shallow = await buildVerilog(await integers(spec), {
          ...options,
          plugins: [fifoAt(index, less)],
        });
        const run = tokens(shallow);
        expect(run.keepsPace).toBe(false);
        const design = await compileBuilt(shallow, toolchain);
        const measured = ((): number => {
          try {
            return steadyInterval(runFrames(shallow, design, frames));
          } catch (error) {
            expect(String(error)).toMatch(/idle|stuck|deadlock|no beat/i);
            return Number.POSITIVE_INFINITY;
          }
        })();
        const [last, before] = [run.frameCycles.at(-1) ?? 0, run.frameCycles.at(-4) ?? 0];
        expect(measured === Number.POSITIVE_INFINITY).toBe(run.stuck.length > 0);
        if (run.stuck.length === 0) expect(Math.abs(measured - (last - before) / 3)).toBeLessThan(1);
        expect(measured).toBeGreaterThan(whole.intervalCycles);
      }
    },
  );
});

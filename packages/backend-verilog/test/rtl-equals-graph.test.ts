import {
  Constant,
  divisors,
  type ElemType,
  Graph,
  seededRandom,
  tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { Add, MatMul, Threshold } from "@gatefold/dialect-q";
import type { FoldingFile } from "@gatefold/pass-fold";
import { createToolchain } from "@gatefold/toolchain";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type NetSpec, randomNet } from "./nets.js";
import { buildVerilog, compileBuilt, fifoAt, fifosOf, runFrames, steadyInterval } from "./simulate.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const inputs: readonly ElemType[] = ["bipolar", "u1", "u2", "i2", "i3", "u4", "u8", "i8"];
const outputs: readonly ElemType[] = ["bipolar", "u1", "u2", "i2", "i3", "u3"];
const weights: readonly ElemType[] = ["bipolar", "i2", "i3", "u2", "i4", "i8"];

const layer = fc.record({
  neurons: fc.constantFrom(1, 2, 3, 4, 6, 8),
  weights: fc.constantFrom(...weights),
  activation: fc.constantFrom(
    "threshold" as const,
    "threshold" as const,
    "lookup" as const,
    "affine" as const,
    "netlist" as const,
    "none" as const,
  ),
  output: fc.constantFrom(...outputs),
  shared: fc.boolean(),
});

const net: fc.Arbitrary<NetSpec> = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  input: fc.constantFrom(...inputs),
  inputs: fc.constantFrom(1, 2, 4, 6, 9, 12),
  layers: fc.array(layer, { minLength: 1, maxLength: 3 }),
  argmax: fc.boolean(),
});

/** A random legal folding of every matrix unit. */
function randomFolding(spec: NetSpec): FoldingFile {
  const random = seededRandom(spec.seed + 1);
  const pick = (extent: number): number => {
    const legal = divisors(extent);
    return legal[Math.floor(random() * legal.length)]!;
  };
  let width = spec.inputs;
  return Object.fromEntries(
    spec.layers.map(({ neurons }, i) => {
      const entry = [`MVAU_${i}`, { PE: pick(neurons), SIMD: pick(width) }] as const;
      width = neurons;
      return entry;
    }),
  );
}

const runs = Number(process.env["GATEFOLD_RUNS"] ?? 12);

describe("emitted Verilog = the integer graph", () => {
  it(
    "on random dense networks with random foldings, with and without stalls, at the predicted interval",
    async () => {
      await fc.assert(
        fc.asyncProperty(net, async (spec) => {
          const graph = randomNet(spec, seededRandom(spec.seed));
          const built = await buildVerilog(graph, {
            folding: randomFolding(spec),
            memories: spec.seed % 2 === 0 ? "files" : "inline",
            multipliers: spec.seed % 3 === 0 ? "logic" : "auto",
          });
          const design = await compileBuilt(built, toolchain);
          const free = runFrames(built, design, 24);
          expect(free.got).toEqual(free.expected);
          expect(steadyInterval(free)).toBe(built.intervalCycles);
          expect(free.frameCycles[0]).toBeLessThanOrEqual(
            built.latencyCycles + 4 * built.compilation.module.main.inputs.length + 40,
          );
          const stalled = runFrames(built, design, 24, { input: 0.4, output: 0.4, seed: spec.seed });
          expect(stalled.got).toEqual(free.expected);
        }),
        { numRuns: runs, seed: Number(process.env["GATEFOLD_SEED"] ?? 20), endOnFailure: true },
      );
    },
    Math.max(120_000, runs * 5_000),
  );

  it("with a way past a matrix unit needs its FIFO, which no shallower one replaces", async () => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor("u3", [1, 12]), "x");
    const constant = (elem: ElemType, shape: readonly number[], value: (i: number) => number): Value =>
      Constant.build(graph, [], {
        value: tensorFrom(
          elem,
          shape,
          Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
        ),
      });
    const w = constant("i3", [12, 12], (i) => ((i * 7) % 8) - 4);
    const sums = MatMul.build(graph, [x, w], { elem: "i10" });
    const levels = Threshold.build(graph, [sums, constant("i10", [1, 3], (i) => 20 * i - 30)], {
      elem: "u2",
    });
    graph.setOutputs([Add.build(graph, [x, levels], { elem: "u4" })]);
    const folding = { MVAU_0: { PE: 1, SIMD: 1 } };
    const whole = await buildVerilog(graph, { folding });
    const fifos = fifosOf(whole.compilation.module.main);
    expect(fifos).toHaveLength(1);
    const free = runFrames(whole, await compileBuilt(whole, toolchain), 8);
    expect(free.got).toEqual(free.expected);
    expect(steadyInterval(free)).toBe(whole.intervalCycles);
    const shallow = await buildVerilog(graph, { folding, plugins: [fifoAt(0, 2)] });
    const design = await compileBuilt(shallow, toolchain);
    expect(() => runFrames(shallow, design, 8)).toThrow();
  });
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Compilation,
  createCompiler,
  evaluate,
  InterfaceTable,
  numbers,
  tensorFrom,
} from "@gatefold/core";
import { openNpz } from "@gatefold/datasets";
import { Fifo, Fork } from "@gatefold/dialect-hw";
import { frontendOnnx } from "@gatefold/frontend-onnx";
import { fold, foldSummary } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { compileDesign, runStreams } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import { leastDepth } from "../../pass-fold/src/fifo-depths.js";
import { simulateTokens } from "../../pass-fold/src/token-sim.js";
import { packBeats, unpackBeats, verilog, verilogDesign } from "../src/index.js";

const shared = process.env["GATEFOLD_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const model = join(shared, "models/nn2fpga__resnet8_a4w4b32.onnx");
const golden = join(shared, "models/nn2fpga__resnet8_a4w4b32__golden.npz");

const toolchain = createToolchain();
afterAll(() => toolchain.close());

async function build(targetCycles: number): Promise<Compilation> {
  const compiler = createCompiler({
    plugins: [
      frontendOnnx(),
      streamline(),
      fold({ clockMhz: 100, targetCycles }),
      verilog({ testFrames: 0 }),
    ],
  });
  const compilation = await compiler.import({ name: model, bytes: readFileSync(model) });
  await compiler.run(compilation);
  await compiler.emit(compilation);
  return compilation;
}

const found = existsSync(model);
/** The design that is simulated. */
const built: Promise<Compilation> = found ? build(200_000) : new Promise(() => undefined);

describe.skipIf(!found)("ResNet-8 (4 bits)", () => {
  it("in simulated Verilog gives the recorded logits of an image", async () => {
    const { module, outputs, facts } = await built;
    const design = facts.need(verilogDesign);
    const rtl = outputs.filter(({ path }) => path.startsWith("rtl/"));
    const files = Object.fromEntries(rtl.map(({ path, content }) => [path.slice(4), content]));
    const circuit = await compileDesign({ files, top: design.top, toolchain });
    const arrays = openNpz(readFileSync(golden));
    const read = (name: string): number[] => Array.from(arrays.get(name)!().data, Number);
    const [pixels, mean, std] = [read("input_uint8").slice(0, 3072), read("mean"), read("std")];
    const f = Math.fround;
    const image = pixels.map((v, i) => f(f(f(v / 255) - mean[i >> 10]!) / std[i >> 10]!));
    const [codes] = evaluate(module.head!, [tensorFrom("f32", [1, 3, 32, 32], image)]);
    const [from, to] = [design.inputs[0]!, design.outputs[0]!];
    const { beats } = runStreams(circuit, {
      input: { prefix: from.prefix, beats: packBeats(codes!, from.type) },
      output: { prefix: to.prefix, expectedBeats: to.beatsPerFrame },
      idleLimitCycles: 500_000,
    }).outputs[0]!;
    const row = tensorFrom(to.type.elem, module.main.outputs[0]!.type.shape, [
      ...numbers(unpackBeats(beats, to.type)),
    ]);
    const logits = Array.from(numbers(evaluate(module.tail!, [row])[0]!), (v) => v + 0);
    expect(logits).toEqual(
      read("output")
        .slice(0, 10)
        .map((v) => v + 0),
    );
  }, 180_000);

  it("by tokens keeps the interval with the least depth of a skip FIFO, and not with one beat less", async () => {
    const { module, facts } = await build(25_000);
    const { intervalCycles } = facts.need(foldSummary);
    const fifos = [...module.main.ops()].filter(
      (op) => Fifo.is(op) && Fork.match(op.operand(0)) !== undefined,
    );
    const depthOf = (op: (typeof fifos)[number]): number => op.attrs["depth"] as number;
    const deepest = fifos.reduce((a, b) => (depthOf(a) >= depthOf(b) ? a : b));
    const run = (depth: number): ReturnType<typeof simulateTokens> =>
      simulateTokens({
        graph: module.main,
        interfaces: new InterfaceTable(),
        wantedCycles: intervalCycles,
        fifoDepth: (op) => (op === deepest ? depth : depthOf(op)),
      });
    const works = (depth: number): boolean => run(depth).keepsPace;
    const least = leastDepth({ enough: depthOf(deepest), works });
    expect(least).toBeGreaterThan(100);
    expect([works(least), works(least - 1)]).toEqual([true, false]);
    expect(run(least).stuck).toHaveLength(0);
    expect(works(Math.floor(least / 2))).toBe(false);
  }, 180_000);
});

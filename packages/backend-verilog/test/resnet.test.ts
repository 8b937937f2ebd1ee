import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Compilation,
  cloneModule,
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
import { simulateTokens } from "../../pass-fold/src/token-sim.js";
import { packBeats, unpackBeats, verilog, verilogDesign } from "../src/index.js";

const shared = process.env["GATEFOLD_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const model = join(shared, "models/nn2fpga__resnet8_a4w4b32.onnx");
const golden = join(shared, "models/nn2fpga__resnet8_a4w4b32__golden.npz");

const toolchain = createToolchain();
afterAll(() => toolchain.close());

async function build(): Promise<Compilation> {
  const compiler = createCompiler({
    plugins: [
      frontendOnnx(),
      streamline(),
      fold({ clockMhz: 100, targetCycles: 200_000 }),
      verilog({ testFrames: 0 }),
    ],
  });
  const compilation = await compiler.import({ name: model, bytes: readFileSync(model) });
  await compiler.run(compilation);
  await compiler.emit(compilation);
  return compilation;
}

const found = existsSync(model);
/** The one design that all tests look at. */
const built: Promise<Compilation> = found ? build() : new Promise(() => undefined);

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

  it("runs by tokens without a deadlock, and deadlocks when a skip FIFO is half as deep", async () => {
    const { module, facts } = await built;
    const { intervalCycles } = facts.need(foldSummary);
    const run = (main: typeof module.main): ReturnType<typeof simulateTokens> =>
      simulateTokens(main, new InterfaceTable(), {
        frames: 5,
        capacityOf: (v) => Fifo.match(v)?.attrs.depth ?? 2,
      });
    const { stuck, frameCycles } = run(module.main);
    expect(stuck).toHaveLength(0);
    // The last frames leave while the source is silent already.
    expect(frameCycles[2]! - frameCycles[1]!).toBeLessThanOrEqual(intervalCycles);
    const shallow = cloneModule(module).main;
    const skips = [...shallow.ops()].filter((op) => Fifo.is(op) && Fork.match(op.operand(0)) !== undefined);
    const depthOf = (op: (typeof skips)[number]): number => op.attrs["depth"] as number;
    const deepest = skips.reduce((a, b) => (depthOf(a) >= depthOf(b) ? a : b));
    const depth = Math.floor(depthOf(deepest) / 2);
    shallow.replaceOp(deepest, [Fifo.build(shallow, [deepest.operand(0)], { depth }, { before: deepest })]);
    expect(run(shallow).stuck.length).toBeGreaterThan(0);
  }, 120_000);
});

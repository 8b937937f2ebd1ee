import { packBeats, unpackBeats, verilog, verilogDesign } from "@gatefold/backend-verilog";
import {
  createCompiler,
  drawInputs,
  evaluate,
  evaluateModule,
  numbers,
  type OutputFile,
  tensorFrom,
} from "@gatefold/core";
import { frontendOnnx } from "@gatefold/frontend-onnx";
import { fold, foldSummary } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { compileDesign, runStreams } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, expect, it } from "vitest";
import { hello, helloBoard } from "../src/index.js";
import { powerTrigger } from "./model.js";

const frames = 200;
const toolchain = createToolchain();
afterAll(() => toolchain.close());

/** The sources and memories of a simulation, by file name. */
function rtlFiles(outputs: readonly OutputFile[]): Record<string, string | Uint8Array> {
  const rtl = outputs.filter(({ path }) => path.startsWith("rtl/"));
  return Object.fromEntries(rtl.map(({ path, content }) => [path.slice("rtl/".length), content]));
}

it.each([64, 4])("network and simulated Verilog agree at %i cycles an inference", async (targetCycles) => {
  const lines: string[] = [];
  const compiler = createCompiler({
    plugins: [
      frontendOnnx({ inputs: ["int4:scale=1/8"] }),
      streamline(),
      hello({ timings: (line) => lines.push(line) }),
      fold({ clockMhz: helloBoard.defaultClockMhz, targetCycles }),
      verilog({ testFrames: 0 }),
    ],
  });
  const compilation = await compiler.import({ name: "trigger.onnx", bytes: powerTrigger() });
  const { module, facts } = compilation;
  const rows = drawInputs(module, { rows: frames, seed: 1 });
  const wanted = rows.map((row) => Array.from(numbers(evaluateModule(module, row)[0]!)));

  await compiler.run(compilation, { check: "semantics" });
  await compiler.emit(compilation);
  expect(lines.some((line) => / ms {2}hello\/find-squares$/.test(line))).toBe(true);
  expect(facts.need(foldSummary).kernels.map(({ name }) => name)).toContain("Squarer_0");
  expect(facts.need(foldSummary).intervalCycles).toBeLessThanOrEqual(targetCycles);

  const { top, inputs, outputs } = facts.need(verilogDesign);
  const [from, to] = [inputs[0]!.type, outputs[0]!];
  const design = await compileDesign({ files: rtlFiles(compilation.outputs), top, toolchain });
  const codes = rows.flatMap((row) => Array.from(numbers(evaluate(module.head!, row)[0]!)));
  const simulated = runStreams(design, {
    input: {
      prefix: inputs[0]!.prefix,
      beats: packBeats(tensorFrom(from.elem, [codes.length], codes), from),
    },
    output: { prefix: to.prefix, expectedBeats: frames * to.beatsPerFrame },
    stalls: { input: 0.2, output: 0.2, seed: 1 },
  });
  const results = numbers(unpackBeats(simulated.outputs[0]!.beats, to.type));
  const size = results.length / frames;
  const found = rows.map((_, i) => {
    const frame = tensorFrom(to.type.elem, to.type.shape, results.slice(i * size, (i + 1) * size));
    return Array.from(numbers(evaluate(module.tail!, [frame])[0]!));
  });
  expect(found).toEqual(wanted);
  expect(new Set(found.flat()).size).toBeGreaterThan(2);
});

// Steady-state interval in simulated Verilog against the folding formula, on many foldings of two networks, with the
// results checked with and without random stalls. Prints a table; exits 1 on a difference.
//
//   node bench/foldings.mjs [model.onnx input-encoding …]
//
// Without arguments it takes the shipped digit network and, when it is found, FINN's TFC.
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { packBeats, unpackBeats, verilog, verilogDesign } from "@gatefold/backend-verilog";
import {
  createCompiler,
  divisors,
  evaluate,
  numbers,
  randomInteger,
  seededRandom,
  tensorFrom,
} from "@gatefold/core";
import { frontendOnnx, parseInputEncoding } from "@gatefold/frontend-onnx";
import { fold, foldSummary } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { compileDesign, runStreams } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";

const foldingsPerNetwork = Number(process.env.FOLDINGS ?? 12);
const shared = process.env.GATEFOLD_SHARED ?? new URL("../../shared", import.meta.url).pathname;
const root = new URL("..", import.meta.url).pathname;
const tfc = `${shared}/models/finn__tfc_w1a1.onnx`;
const given = process.argv.slice(2);
const networks =
  given.length > 0
    ? Array.from({ length: given.length / 2 }, (_, i) => given.slice(2 * i, 2 * i + 2))
    : [
        [`${root}examples/digits/digits.onnx`, "uint8:scale=1/255"],
        ...(existsSync(tfc) ? [[tfc, "uint8"]] : []),
      ];

async function build(model, encoding, folding) {
  const compiler = createCompiler({
    plugins: [
      frontendOnnx({ inputs: [parseInputEncoding(encoding)] }),
      streamline(),
      fold({ clockMhz: 100, folding }),
      verilog({ testFrames: 0 }),
    ],
  });
  const compilation = await compiler.import({ name: basename(model), bytes: readFileSync(model) });
  await compiler.run(compilation);
  await compiler.emit(compilation);
  return compilation;
}

/** Random legal folds of every kernel that is not tied to another; at most `limit` wide, so that Yosys stays quick. */
function randomFolding(summary, random, limit) {
  const own = summary.kernels.filter(
    (k) => Object.keys(k.fold).length > 0 && !k.name.endsWith("_Thresholding"),
  );
  return Object.fromEntries(
    own.map(({ name, extents }) => {
      let room = limit;
      const fold = Object.fromEntries(
        Object.entries(extents).map(([axis, extent]) => {
          const legal = divisors(extent).filter((v) => v <= room);
          const value = legal[randomInteger(random, 0, legal.length - 1)];
          room = Math.floor(room / value);
          return [axis, value];
        }),
      );
      return [name, fold];
    }),
  );
}

const toolchain = createToolchain();
let wrong = 0;
let count = 0;
for (const [model, encoding] of networks) {
  const random = seededRandom(2);
  const { facts } = await build(model, encoding, undefined);
  const base = facts.need(foldSummary);
  for (let i = 0; i < foldingsPerNetwork; i++) {
    const compilation = await build(model, encoding, randomFolding(base, random, 128));
    const design = compilation.facts.need(verilogDesign);
    const summary = compilation.facts.need(foldSummary);
    const files = Object.fromEntries(
      compilation.outputs.filter((f) => f.path.startsWith("rtl/")).map((f) => [f.path.slice(4), f.content]),
    );
    const circuit = await compileDesign({ files, top: design.top, toolchain });
    const [input, output] = [design.inputs[0], design.outputs[0]];
    const frames = 10;
    const size = input.type.shape.reduce((a, b) => a * b, 1);
    const data = Uint8Array.from({ length: frames * size }, () => randomInteger(random, 0, 255));
    const x = tensorFrom("u8", [frames, size], data);
    const expected = Array.from({ length: frames }, (_, n) => {
      const frame = tensorFrom("u8", input.type.shape, data.subarray(n * size, (n + 1) * size));
      return [...numbers(evaluate(compilation.module.main, [frame])[0])];
    }).flat();
    const run = (stalls) =>
      runStreams(circuit, {
        input: { prefix: input.prefix, beats: packBeats(x, input.type) },
        output: { prefix: output.prefix, expectedBeats: frames * output.beatsPerFrame },
        ...(stalls ? { stalls } : {}),
      }).outputs[0];
    const [free, stalled] = [run(undefined), run({ input: 0.3, output: 0.3, seed: i })];
    const ends = Array.from({ length: frames }, (_, n) => free.cycles[(n + 1) * output.beatsPerFrame - 1]);
    const interval = (ends[frames - 1] - ends[frames / 2]) / (frames / 2 - 1);
    const equal = [free, stalled].map((o) =>
      [...numbers(unpackBeats(o.beats, output.type))].every((v, k) => v === expected[k]),
    );
    const ok = equal.every(Boolean) && interval === summary.intervalCycles;
    count++;
    if (!ok) wrong++;
    const folds = summary.kernels
      .filter((k) => k.kind === "MVAU")
      .map((k) => `${k.fold.PE}x${k.fold.SIMD}`)
      .join(" ");
    console.log(
      `${basename(model).padEnd(20)} PExSIMD ${folds.padEnd(28)} formula ${String(summary.intervalCycles).padStart(6)}  simulated ${String(interval).padStart(6)}  equal ${equal[0]}  under stalls ${equal[1]}`,
    );
  }
}
await toolchain.close();
console.log(`${count - wrong} of ${count} foldings agree`);
process.exitCode = wrong === 0 ? 0 : 1;

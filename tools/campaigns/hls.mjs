// Networks of others, and the one that ships, as C++ compiled on the host: their integers against the executor's, element by
// element, and the time beside the simulated Verilog's.
//
//   node tools/campaigns/hls.mjs [part of a name …]
//
// Needs g++ or clang++. Reads the sample networks folder (GATEFOLD_SHARED, or `shared` beside the repository); says so when
// it is not there. Exits 1 when an integer differs.
import { existsSync } from "node:fs";
import { hls, hlsDesign, hostBuild, runHls } from "@gatefold/backend-hls";
import { packBeats, unpackBeats, verilog, verilogDesign } from "@gatefold/backend-verilog";
import { createCompiler, evaluate, numbers, product, tensorFrom } from "@gatefold/core";
import { createExecutor } from "@gatefold/exec";
import { frontendOnnx } from "@gatefold/frontend-onnx";
import { fold, foldSummary } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { compileDesign, runStreams } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { cnvFolding, modelAt, normalizedPixels, numbersOf, shared, unitPixels } from "./samples.mjs";

const root = new URL("../../", import.meta.url).pathname;

const networks = [
  {
    name: "digits",
    model: `${root}examples/digits/digits.onnx`,
    inputs: ["uint8:scale=1/255"],
    folding: { fps: 10_000, clockMhz: 25 },
    data: () => numbersOf(`${root}examples/digits/test.npz`, "input"),
    samples: 1000,
    simulated: 50,
  },
  {
    name: "finn__tfc_w1a1",
    inputs: ["uint8"],
    folding: { fps: 20_000 },
    data: () => numbersOf(modelAt("finn__tfc_w1a1_input.npy")),
    samples: 4,
    simulated: 4,
  },
  {
    name: "bnn-pynq__lfcW1A1_mnist",
    inputs: ["uint8"],
    folding: { fps: 2_000 },
    data: () => numbersOf(modelAt("mnist200__expected.npz"), "image_uint8"),
    samples: 200,
    simulated: 4,
  },
  {
    name: "mlperftiny__kws_w3a3_QONNX_model",
    inputs: ["int8:scale=0.33674246072769165"],
    folding: { fps: 10_000 },
    data: () => numbersOf(modelAt("mlperftiny__kws_w3a3__io1000.npz"), "input_int8"),
    samples: 1000,
    simulated: 10,
  },
  {
    name: "bnn-pynq__cnvW1A1_cifar10",
    inputs: ["uint8"],
    folding: { folding: cnvFolding, targetCycles: 32768 },
    data: () => numbersOf(modelAt("bnn-pynq__cnvW1A1_cifar10__io.npz"), "input"),
    samples: 10,
    simulated: 1,
  },
  {
    name: "nn2fpga__resnet8_a4w4b32",
    folding: { targetCycles: 200_000 },
    data: normalizedPixels,
    samples: 10,
    simulated: 1,
  },
  {
    name: "nn2fpga__resnet8_a8w8b16",
    folding: { targetCycles: 200_000 },
    data: unitPixels,
    samples: 10,
    simulated: 1,
  },
  {
    name: "brevitas-radioml__VGG10_w8a8",
    folding: { targetCycles: 200_000 },
    data: () => numbersOf(modelAt("brevitas-radioml__VGG10_w8a8__golden.npz"), "input"),
    samples: 10,
    simulated: 1,
  },
];

const toolchain = createToolchain();

/** The network folded, as C++ and as Verilog. */
async function emit({ name, model = modelAt(`${name}.onnx`), inputs = [], folding }) {
  const compiler = createCompiler({
    plugins: [
      frontendOnnx({ inputs }),
      streamline(),
      fold({ clockMhz: 100, ...folding }),
      hls({ testFrames: 1 }),
      verilog({ testFrames: 0 }),
    ],
  });
  const compilation = await compiler.import(model);
  await compiler.run(compilation);
  await compiler.emit(compilation);
  return compilation;
}

/** Codes of the integer graph's input, a tensor a sample: as many as were recorded, `count` at most. */
function rowsOf({ head, main }, pixels, count) {
  const [from] = (head ?? main).inputs;
  const [input] = main.inputs;
  const size = product(from.type.shape);
  const found = Math.min(count, pixels.length / size);
  return Array.from({ length: found }, (_, i) => {
    const sample = tensorFrom(from.type.elem, from.type.shape, pixels.slice(i * size, (i + 1) * size));
    const [codes] = head ? evaluate(head, [sample]) : [sample];
    return tensorFrom(input.type.elem, input.type.shape, [...numbers(codes)]);
  });
}

/** Outputs of the simulated Verilog, and the seconds that simulating took. */
async function simulate(compilation, rows) {
  const design = compilation.facts.need(verilogDesign);
  const { intervalCycles } = compilation.facts.need(foldSummary);
  const rtl = compilation.outputs.filter((file) => file.path.startsWith("rtl/"));
  const files = Object.fromEntries(rtl.map((file) => [file.path.slice(4), file.content]));
  const circuit = await compileDesign({ files, top: design.top, toolchain });
  const [from, to] = [design.inputs[0], design.outputs[0]];
  const codes = rows.flatMap((row) => [...numbers(row)]);
  const x = tensorFrom(from.type.elem, [rows.length, codes.length / rows.length], codes);
  const started = performance.now();
  const { beats } = runStreams(circuit, {
    input: { prefix: from.prefix, beats: packBeats(x, from.type) },
    output: { prefix: to.prefix, expectedBeats: rows.length * to.beatsPerFrame },
    idleLimitCycles: 4 * intervalCycles + 100_000,
  }).outputs[0];
  return { values: [...numbers(unpackBeats(beats, to.type))], seconds: (performance.now() - started) / 1000 };
}

const same = (a, b) => a.length === b.length && a.every((v, i) => v === b[i]);

async function run(network) {
  const compilation = await emit(network);
  const { module, facts, outputs } = compilation;
  const rows = rowsOf(module, network.data(), network.samples);
  const executor = createExecutor(module.main);
  const expected = rows.map((row) =>
    [...executor.run({ data: Float64Array.from(numbers(row)), count: 1 }).outputs[0]].map(Number),
  );
  const build = await hostBuild(
    facts.need(hlsDesign),
    outputs.map((file) => [file.path, file.content]),
  );
  if (build.skipped) return build;
  const started = performance.now();
  const got = await runHls(
    build,
    rows.map((row) => [row]),
  );
  const seconds = (performance.now() - started) / 1000;
  await build.close();
  const equal = got.filter(([y], i) => same([...numbers(y)], expected[i])).length;
  const few = rows.slice(0, network.simulated);
  const verilogRun = await simulate(compilation, few);
  const verilogEqual = same(verilogRun.values, expected.slice(0, few.length).flat());
  return {
    samples: rows.length,
    equal,
    compileSeconds: build.compileSeconds,
    seconds,
    few: few.length,
    verilogRun,
    verilogEqual,
  };
}

const wanted = process.argv.slice(2);
let failures = 0;
console.log(
  "network                           compile  samples  equal  samples/s   Verilog: samples  samples/s  faster by",
);
for (const network of networks) {
  if (wanted.length > 0 && !wanted.some((part) => network.name.includes(part))) continue;
  if (!existsSync(network.model ?? modelAt(`${network.name}.onnx`))) {
    console.log(`${network.name}: not in ${shared}, not run`);
    continue;
  }
  const result = await run(network);
  if (result.skipped) {
    console.log(`${network.name}: ${result.skipped}, not run`);
    continue;
  }
  const { samples, equal, compileSeconds, seconds, few, verilogRun, verilogEqual } = result;
  const [rate, slow] = [samples / seconds, few / verilogRun.seconds];
  const columns = [
    network.name.padEnd(32),
    `${compileSeconds.toFixed(1)} s`.padStart(8),
    String(samples).padStart(8),
    String(equal).padStart(6),
    rate.toFixed(1).padStart(10),
    `${few}${verilogEqual ? "" : " DIFFER"}`.padStart(18),
    slow.toFixed(2).padStart(10),
    `${Math.round(rate / slow)}x`.padStart(10),
  ];
  console.log(columns.join(" "));
  if (equal !== samples || !verilogEqual) failures++;
}
await toolchain.close();
process.exitCode = failures === 0 ? 0 : 1;

// Convolutional networks of others as simulated Verilog: outputs against the integer network and against what was
// recorded of them, and measured cycles a frame against the formula.
//
//   npm run campaign:networks [-- <part of a name> …]
//
// Reads the sample networks folder (GATEFOLD_SHARED, or `shared` beside the repository); says so when it is not there.
// Exits 1 when a figure is not what it should be.
import { existsSync } from "node:fs";
import { packBeats, unpackBeats, verilog, verilogDesign } from "@gatefold/backend-verilog";
import { createCompiler, evaluate, numbers, tensorFrom } from "@gatefold/core";
import { frontendOnnx } from "@gatefold/frontend-onnx";
import { fold, foldSummary } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { compileDesign, runStreams } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { cnvFolding, modelAt, normalizedPixels, numbersOf, shared, unitPixels } from "./samples.mjs";

if (!existsSync(modelAt(""))) {
  console.log(`the sample networks are not in ${shared}: nothing was run`);
  process.exit(0);
}
const array = (file, key) => numbersOf(modelAt(file), key);

const networks = [
  {
    name: "bnn-pynq__cnvW1A1_cifar10",
    inputs: ["uint8"],
    images: 3,
    shape: [1, 3, 32, 32],
    folding: { folding: cnvFolding, targetCycles: 32768 },
    data: () => array("bnn-pynq__cnvW1A1_cifar10__io.npz", "input"),
    expected: () => array("bnn-pynq__cnvW1A1_cifar10__io.npz", "expected_output"),
    classes: 10,
  },
  {
    name: "nn2fpga__resnet8_a4w4b32",
    images: 3,
    shape: [1, 3, 32, 32],
    folding: { targetCycles: 200_000 },
    data: normalizedPixels,
    expected: () => array("nn2fpga__resnet8_a4w4b32__golden.npz", "output"),
    classes: 10,
  },
  {
    name: "nn2fpga__resnet8_a8w8b16",
    images: 3,
    shape: [1, 3, 32, 32],
    folding: { targetCycles: 200_000 },
    data: unitPixels,
    expected: () => array("nn2fpga__resnet8_a8w8b16__golden.npz", "output"),
    classes: 10,
  },
  {
    name: "brevitas-radioml__VGG10_w8a8",
    images: 3,
    folding: { targetCycles: 200_000 },
    data: () => array("brevitas-radioml__VGG10_w8a8__golden.npz", "input"),
    expected: () => array("brevitas-radioml__VGG10_w8a8__golden.npz", "output"),
    classes: 24,
    tolerance: 1e-6,
  },
];

const toolchain = createToolchain();

/** One network, from its file to its simulated outputs. */
async function run({ name, inputs = [], images, shape, folding, data, expected, classes, tolerance = 0 }) {
  const started = performance.now();
  const compiler = createCompiler({
    plugins: [
      frontendOnnx({ inputs }),
      streamline(),
      fold({ clockMhz: 100, ...folding }),
      verilog({ testFrames: 0 }),
    ],
  });
  const compilation = await compiler.import(modelAt(`${name}.onnx`));
  await compiler.run(compilation);
  await compiler.emit(compilation);
  const { module } = compilation;
  const { intervalCycles } = compilation.facts.need(foldSummary);
  const design = compilation.facts.need(verilogDesign);
  const rtl = compilation.outputs.filter((file) => file.path.startsWith("rtl/"));
  const files = Object.fromEntries(rtl.map((file) => [file.path.slice(4), file.content]));
  const circuit = await compileDesign({ files, top: design.top, toolchain });
  const [from, to] = [design.inputs[0], design.outputs[0]];
  const pixels = data();
  const imageShape = shape ?? (module.head ?? module.main).inputs[0].type.shape;
  const size = imageShape.reduce((a, b) => a * b, 1);
  const codes = Array.from({ length: images }, (_, i) => {
    const image = tensorFrom("f32", imageShape, pixels.slice(i * size, (i + 1) * size));
    return [...numbers(module.head ? evaluate(module.head, [image])[0] : image)];
  }).flat();
  const { beats, cycles } = runStreams(circuit, {
    input: {
      prefix: from.prefix,
      beats: packBeats(tensorFrom(from.type.elem, [images, codes.length / images], codes), from.type),
    },
    output: { prefix: to.prefix, expectedBeats: images * to.beatsPerFrame },
    idleLimitCycles: 4 * intervalCycles + 100_000,
  }).outputs[0];
  const got = [...numbers(unpackBeats(beats, to.type))];
  const wanted = expected();
  let equal = 0;
  for (let i = 0; i < images; i++) {
    const row = got.slice((i * got.length) / images, ((i + 1) * got.length) / images);
    const integers = tensorFrom(to.type.elem, module.main.outputs[0].type.shape, row);
    const logits = [...numbers(module.tail ? evaluate(module.tail, [integers])[0] : integers)];
    if (logits.every((v, k) => Math.abs(v - wanted[i * classes + k]) <= tolerance)) equal++;
  }
  const measured = cycles[cycles.length - 1] - cycles[cycles.length - 1 - to.beatsPerFrame];
  return { name, images, equal, measured, intervalCycles, seconds: (performance.now() - started) / 1000 };
}

const wanted = process.argv.slice(2);
let failures = 0;
console.log("network                        images  equal  cycles a frame   formula  seconds");
for (const network of networks) {
  if (wanted.length > 0 && !wanted.some((part) => network.name.includes(part))) continue;
  const { name, images, equal, measured, intervalCycles, seconds } = await run(network);
  const columns = [
    name.padEnd(30),
    String(images).padStart(6),
    String(equal).padStart(6),
    String(measured).padStart(15),
    String(intervalCycles).padStart(9),
    seconds.toFixed(1).padStart(8),
  ];
  console.log(columns.join(" "));
  if (equal !== images || measured !== intervalCycles) failures++;
}
await toolchain.close();
process.exitCode = failures === 0 ? 0 : 1;

// What zero padding costs a binarized network: three layers of 3x3 convolutions with random weights, once with a
// padding of −1 (one bit a pixel) and once with 0 (ternary codes of two bits), simulated and synthesized.
//
//   node tools/campaigns/padding.mjs [ice40|xilinx7] [pixels] [channels]
//
// Exits 1 when network, integers and Verilog differ anywhere.
import { packBeats, unpackBeats, verilog, verilogDesign } from "@gatefold/backend-verilog";
import {
  Constant,
  cloneModule,
  createCompiler,
  createModule,
  evaluate,
  evaluateModule,
  Graph,
  numbers,
  seededRandom,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { fold, foldSummary } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { compileDesign, runStreams } from "@gatefold/sim";
import { synthesize } from "@gatefold/synth";
import { createToolchain } from "@gatefold/toolchain";

const [target = "ice40", pixels = "8", channels = "8"] = process.argv.slice(2);
const [size, width] = [Number(pixels), Number(channels)];
const frames = 4;

/** Input, three padded convolutions with batch norm and sign, all with binary weights. */
function network(padding) {
  const random = seededRandom(11);
  const graph = new Graph("main");
  const constant = (values, shape) => Constant.build(graph, [], { value: tensorFrom("f32", shape, values) });
  const draw = (count, make) => Array.from({ length: count }, make);
  const x = graph.addInput(tensor("bipolar", [1, width, size, size]), "x");
  let value = nn.Dequantize.build(graph, [x, constant([1], []), constant([0], [])]);
  for (let layer = 0; layer < 3; layer++) {
    const w = constant(
      draw(width * width * 9, () => (random() < 0.5 ? -1 : 1)),
      [width, width, 3, 3],
    );
    const pads = [1, 1, 1, 1];
    value =
      padding === 0
        ? nn.Conv.build(graph, [value, w], { pads })
        : nn.Conv.build(graph, [
            nn.Pad.build(graph, [value, constant([padding], [])], { pads: [0, 0, 1, 1, 0, 0, 1, 1] }),
            w,
          ]);
    const parameters = [
      draw(width, () => 0.5 + random()),
      draw(width, () => random() - 0.5),
      draw(width, () => 8 * random() - 4),
      draw(width, () => 1 + random()),
    ].map((list) => constant(list, [width]));
    value = nn.BatchNorm.build(graph, [value, ...parameters]);
    value = nn.BipolarQuant.build(graph, [value, constant([1], [])]);
  }
  graph.setOutputs([value]);
  return createModule("bnn", graph);
}

const toolchain = createToolchain();

/** Builds, checks and synthesizes the network with one padding. */
async function measure(padding) {
  const compiler = createCompiler({
    plugins: [
      streamline({ bipolarPadding: "ternary" }),
      fold({ clockMhz: 50, targetCycles: size * size * 9 * width }),
      verilog({ testFrames: 0 }),
    ],
  });
  const compilation = compiler.start(network(padding));
  const before = cloneModule(compilation.module);
  await compiler.run(compilation);
  await compiler.emit(compilation);
  const { module } = compilation;
  const design = compilation.facts.need(verilogDesign);
  const rtl = compilation.outputs.filter((file) => file.path.startsWith("rtl/"));
  const files = Object.fromEntries(rtl.map((file) => [file.path.slice(4), file.content]));
  const random = seededRandom(5);
  const count = width * size * size;
  const images = Array.from({ length: frames }, () =>
    Array.from({ length: count }, () => (random() < 0.5 ? -1 : 1)),
  );
  const inputs = images.map((image) => tensorFrom("bipolar", [1, width, size, size], image));
  const [from, to] = [design.inputs[0], design.outputs[0]];
  const codes = inputs.flatMap((x) => [...numbers(module.head ? evaluate(module.head, [x])[0] : x)]);
  const circuit = await compileDesign({ files, top: design.top, toolchain });
  const { beats, cycles } = runStreams(circuit, {
    input: {
      prefix: from.prefix,
      beats: packBeats(tensorFrom("bipolar", [frames, count], codes), from.type),
    },
    output: { prefix: to.prefix, expectedBeats: frames * to.beatsPerFrame },
  }).outputs[0];
  const got = [...numbers(unpackBeats(beats, to.type))];
  let equal = 0;
  inputs.forEach((x, i) => {
    const real = [...numbers(evaluateModule(before, [x])[0])];
    const integers = [...numbers(evaluateModule(module, [x])[0])];
    const row = tensorFrom(
      to.type.elem,
      module.main.outputs[0].type.shape,
      got.slice(i * count, (i + 1) * count),
    );
    const simulated = [...numbers(module.tail ? evaluate(module.tail, [row])[0] : row)];
    if (real.every((v, k) => v === integers[k] && v === simulated[k])) equal++;
  });
  const cells = await synthesize({ files, top: design.top, target, toolchain });
  const { intervalCycles } = compilation.facts.need(foldSummary);
  const measured = cycles[cycles.length - 1] - cycles[cycles.length - 1 - to.beatsPerFrame];
  return { equal, intervalCycles, measured, ...cells };
}

console.log(`${size}x${size} pixels, ${width} channels, three 3x3 layers, ${target}`);
const [minusOne, zero] = [await measure(-1), await measure(0)];
await toolchain.close();
for (const [name, m] of [
  ["padding -1, 1 bit", minusOne],
  ["padding 0, 2 bits", zero],
]) {
  const { equal, measured, intervalCycles, wallSeconds, log, cells, sourceCommand, toolVersion, ...counts } =
    m;
  console.log(
    name,
    `${equal}/${frames} images equal, ${measured} cycles (formula ${intervalCycles})`,
    counts,
  );
}
const ok = [minusOne, zero].every((m) => m.equal === frames && m.measured === m.intervalCycles);
process.exitCode = ok ? 0 : 1;

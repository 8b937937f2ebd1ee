// Inferences per second of the executor on real networks, as a ratio to onnxruntime-node that runs the same network in
// float32 (see float-twin.mjs), one thread each, in turns in the same run. Run after `npm run build`:
//
//   GATEFOLD_PEERS=<folder with node_modules/onnxruntime-node> node bench/networks.mjs
//
// Names (`CNV`) as arguments choose networks; `--plan` prints the executor's plans.
//
// Ours runs `module.main`, from integer codes to integers; the twin from the real values of the same codes to the
// network's own reals. Their results are compared. Networks lie in $GATEFOLD_SHARED/models.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createCompiler, evaluate, makeTensor, numbers, product } from "@gatefold/core";
import { openNpz } from "@gatefold/datasets";
import { createExecutor, printPlan } from "@gatefold/exec";
import { frontendOnnx, parseInputEncoding } from "@gatefold/frontend-onnx";
import { streamline } from "@gatefold/pass-streamline";
import { floatTwin } from "./float-twin.mjs";

const shared = process.env.GATEFOLD_SHARED ?? new URL("../../shared", import.meta.url).pathname;
const peers = process.env.GATEFOLD_PEERS;
const seconds = Number(process.env.BENCH_SECONDS ?? 3);
const manySamples = 4096;
const manyBatches = [1, 64, 1024];
const kwsScale = 0.33674246072769165;
const networks = [
  {
    name: "LFC (w1a1)",
    model: "bnn-pynq__lfcW1A1_mnist.onnx",
    encoding: "uint8",
    scale: 1,
    data: ["mnist200__expected.npz", "image_uint8"],
    aim: "ratio of 1",
  },
  {
    name: "KWS (w3a3)",
    model: "mlperftiny__kws_w3a3_QONNX_model.onnx",
    encoding: `int8:scale=${kwsScale}`,
    scale: kwsScale,
    data: ["mlperftiny__kws_w3a3__io1000.npz", "input_int8"],
    aim: "5 000 inferences/s",
  },
  {
    name: "CNV (w1a1)",
    model: "bnn-pynq__cnvW1A1_cifar10.onnx",
    encoding: "uint8",
    scale: 1,
    data: ["cifar40__cnv_expected.npz", "image_uint8"],
    samples: 256,
    batches: [1, 8, 32],
    aim: "ratio of 2",
  },
];

function loadPeer() {
  try {
    return createRequire(`${peers ?? "."}/node_modules/x.js`)("onnxruntime-node");
  } catch {
    return undefined;
  }
}

async function compile(model, encoding) {
  const inputs = [parseInputEncoding(encoding)];
  const compiler = createCompiler({ plugins: [frontendOnnx({ inputs }), streamline()] });
  const compilation = await compiler.import({ name: model, bytes: readFileSync(model) });
  await compiler.run(compilation);
  return compilation.module;
}

/** Inferences per second of one run of `count` samples. */
async function rateOf(run, count) {
  const start = performance.now();
  let done = 0;
  do {
    await run();
    done += count;
  } while (performance.now() - start < 100);
  return (1000 * done) / (performance.now() - start);
}

/** The best rate of each of some runs that take turns, so that a busy moment of the machine meets them all. */
async function bestRates(runs) {
  const best = runs.map(() => 0);
  for (const end = performance.now() + 1000 * seconds * runs.length; performance.now() < end; ) {
    for (const [i, { run, count }] of runs.entries()) best[i] = Math.max(best[i], await rateOf(run, count));
  }
  return best;
}

/** Recorded images, channels first, in the order in which `main` reads images `[1, H, W, C]`; else as they are. */
function channelsLast(codes, shape, head) {
  if (![...(head?.ops() ?? [])].some(({ def }) => def.name === "nn.transpose")) return codes;
  const [, height, width, channels] = shape;
  const size = height * width * channels;
  const ordered = new codes.constructor(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const pixel = Math.floor((i % size) / channels);
    ordered[i] = codes[i - (i % size) + (i % channels) * height * width + pixel];
  }
  return ordered;
}

const ort = loadPeer();
if (!ort) console.log("onnxruntime-node: not found in $GATEFOLD_PEERS/node_modules, so there is no ratio");
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
for (const network of networks.filter(
  ({ name }) => wanted.length === 0 || wanted.includes(name.split(" ")[0]),
)) {
  const { name, model, encoding, scale, data, aim } = network;
  const { samples = manySamples, batches: peerBatches = manyBatches } = network;
  const path = `${shared}/models/${model}`;
  if (!existsSync(path)) {
    console.log(`${name}: skipped, ${model} is not in $GATEFOLD_SHARED/models`);
    continue;
  }
  const { head, main, tail } = await compile(path, encoding);
  const recorded = openNpz(readFileSync(`${shared}/models/${data[0]}`)).get(data[1])().data;
  const [{ type }] = main.inputs;
  const size = product(type.shape);
  const codes = new recorded.constructor(samples * size);
  for (let i = 0; i < codes.length; i++) codes[i] = recorded[i % recorded.length];
  const ordered = channelsLast(codes, type.shape, head);
  const executor = createExecutor(main);
  const ours = { run: () => executor.run({ data: ordered, count: samples }), count: samples };
  if (process.argv.includes("--plan")) console.log(printPlan(executor.plan));
  if (!ort) {
    const [rate] = await bestRates([ours]);
    console.log(`${name}: ${Math.round(rate)} inferences/s; aim: ${aim}`);
    continue;
  }
  const session = await ort.InferenceSession.create(floatTwin(readFileSync(path)), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
  });
  const inputDims = session.inputMetadata[0].shape.slice(1);
  const feed = (count) => {
    const values = Float32Array.from(codes.subarray(0, count * size), (v) => v * scale);
    return { [session.inputNames[0]]: new ort.Tensor("float32", values, [count, ...inputDims]) };
  };
  const twins = peerBatches.map((count) => {
    const feeds = feed(count);
    return { run: () => session.run(feeds), count };
  });

  const checked = Math.min(256, recorded.length / size);
  const reals = (await session.run(feed(checked)))[session.outputNames[0]].data;
  const integers = ours.run().outputs;
  const width = reals.length / checked;
  let equal = 0;
  for (let s = 0; s < checked; s++) {
    const results = main.outputs.map(({ type: t }, i) => {
      const n = product(t.shape);
      return makeTensor(t.elem, t.shape, integers[i].slice(s * n, (s + 1) * n));
    });
    const row = numbers((tail ? evaluate(tail, results) : results)[0]);
    if ([...row].every((v, k) => Math.abs(v - reals[s * width + k]) <= 1e-4 * Math.max(1, Math.abs(v))))
      equal++;
  }
  const [rate, ...peerRates] = await bestRates([ours, ...twins]);
  const best = Math.max(...peerRates);
  const table = peerBatches.map((b, i) => `${Math.round(peerRates[i])} at batch ${b}`).join(", ");
  console.log(
    `${name}: ${Math.round(rate)} inferences/s; onnxruntime-node ${ort.env.versions.node} ${table}; ` +
      `ratio ${(rate / best).toFixed(2)} to its best batch, ${(rate / peerRates[0]).toFixed(2)} to batch 1; ` +
      `results equal on ${equal} of ${checked} samples; aim: ${aim}`,
  );
  // Float32 sums land on the other side of a quantizer's step now and then; more than that is a different function.
  if (equal < 0.97 * checked) process.exitCode = 1;
  await executor.close();
}

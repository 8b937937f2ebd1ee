// The training engine: GFLOP/s of matrix products in both engines, then whole training steps beside other JavaScript libraries
// that do the same step on the same values, in turns in the same run. Run after `npm run build`:
//
//   node bench/train.mjs [--peers <folder>] [--only gemm|steps] [--net <name>]
//
// The folder (or $GATEFOLD_PEERS) is one in which `npm install @jax-js/jax @tensorflow/tfjs @tensorflow/tfjs-backend-wasm`
// was run. A step is: copy the batch in, forward, softmax cross entropy, backward, Adam on all parameters; weights and activations
// have 2 bits with constant scales, batch normalization follows each layer. The first three losses are compared: the first to
// 1e-4; later ones drift apart where float32 rounding moves a sum across a quantizer's step.
import { parseArgs } from "node:util";
import { jsKernels, ops, Tape, wasmKernels } from "@gatefold/train";
import { jaxPeer, tfjsPeer } from "./train-peers.mjs";

const { values: options } = parseArgs({
  options: { peers: { type: "string" }, only: { type: "string" }, net: { type: "string" } },
});
const peers = options.peers ?? process.env.GATEFOLD_PEERS;
const seconds = Number(process.env.BENCH_SECONDS ?? 2);
const batch = 100;

/** Numbers in [0, 1), the same in each run. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The best time in ms of each of some runs that take turns, so that a busy moment of the machine meets them all. */
function bestTimes(runs) {
  const best = runs.map(() => Number.POSITIVE_INFINITY);
  for (const end = performance.now() + 1000 * seconds * runs.length; performance.now() < end; ) {
    for (const [i, run] of runs.entries()) {
      const start = performance.now();
      let count = 0;
      do {
        run();
        count++;
      } while (performance.now() - start < 2);
      best[i] = Math.min(best[i], (performance.now() - start) / count);
    }
  }
  return best;
}

function benchGemm() {
  const shapes = [
    { m: 128, n: 128, k: 128 },
    { m: 256, n: 256, k: 256 },
    { m: 512, n: 512, k: 512 },
    { m: 512, n: 512, k: 512, transposeA: true },
    { m: 512, n: 512, k: 512, transposeB: true },
    { m: 100, n: 64, k: 784 },
    { m: 784, n: 64, k: 100, transposeA: true },
    { m: 100, n: 784, k: 64, transposeB: true },
    { m: 100, n: 10, k: 784 },
    { m: 144, n: 32, k: 6400, transposeA: true },
    { m: 6400, n: 32, k: 144 },
  ];
  const engines = [jsKernels(), wasmKernels(), wasmKernels({ threads: 2 })];
  console.log("c[m×n] = a · b, GFLOP/s".padEnd(38), "js", "wasm", "wasm, 2 threads");
  for (const { m, n, k, transposeA = false, transposeB = false } of shapes) {
    const runs = engines.map((kernels) => {
      kernels.release();
      const [a, b, c] = [kernels.scratch(m * k), kernels.scratch(k * n), kernels.scratch(m * n)];
      kernels.fill(a, 0.5);
      kernels.fill(b, 0.25);
      return () => kernels.gemm({ m, n, k, a, b, c, transposeA, transposeB });
    });
    const rates = bestTimes(runs).map((ms) => ((2 * m * n * k) / ms / 1e6).toFixed(1).padStart(6));
    const name = `m ${m}, n ${n}, k ${k}${transposeA ? ", aᵀ" : ""}${transposeB ? ", bᵀ" : ""}`;
    console.log(name.padEnd(36), rates.join("  "));
  }
  for (const kernels of engines) kernels.dispose();
}

const weightQuantizer = (inputs) => ({ scale: 1 / Math.sqrt(inputs), low: -1, high: 1 });
const quantizer = { scale: 0.5, low: -2, high: 1 };

/** `sizes` are the layers' outputs; the first `convolutions` of them are 3 × 3 over images of `size` × `size`, without padding. */
function network(name, samples, sizes, { inputs = 784, convolutions = 0, size = 0 } = {}) {
  const random = generator(7);
  const initial = [];
  let channels = inputs;
  let side = size;
  const layers = sizes.map((outputs, i) => {
    const convolution = i < convolutions;
    if (i === convolutions && i > 0) channels *= side * side;
    if (convolution) side -= 2;
    const taps = convolution ? 9 : undefined;
    const fanIn = channels * (taps ?? 1);
    const layer = {
      inputs: fanIn,
      outputs,
      channels,
      taps,
      kernel: 3,
      height: side,
      width: side,
      weightQuantizer: weightQuantizer(fanIn),
      quantizer: i < sizes.length - 1 ? quantizer : undefined,
    };
    const bound = 1.5 / Math.sqrt(fanIn);
    const weights = Float32Array.from({ length: fanIn * outputs }, () => bound * (2 * random() - 1));
    initial.push({ role: "weight", data: weights, shape: [fanIn, outputs] });
    initial.push({ role: "gamma", data: new Float32Array(outputs).fill(1), shape: [outputs] });
    initial.push({ role: "beta", data: new Float32Array(outputs), shape: [outputs] });
    channels = outputs;
    return layer;
  });
  return { name, samples, batch, layers, initial, inputs: size ? size * size * inputs : inputs };
}

const networks = [
  network("TFC (784-64-64-64-10)", 60000, [64, 64, 64, 10]),
  network("SFC (784-256-256-256-10)", 60000, [256, 256, 256, 10]),
  network("digits CNN (conv 16-16-32, 8 × 8)", 1797, [16, 16, 32, 10], {
    inputs: 1,
    convolutions: 3,
    size: 8,
  }),
];

/** The step on the package's ops. */
function ours(threads) {
  return {
    name: `gatefold, ${threads} thread${threads > 1 ? "s" : ""}`,
    create(net) {
      const kernels = wasmKernels({ threads });
      const tape = new Tape(kernels);
      const tensor = (shape, data, needsGrad) => {
        const values = kernels.alloc(data.length);
        values.set(data);
        const grad = needsGrad ? kernels.alloc(data.length) : undefined;
        return { shape, data: values, needsGrad, grad };
      };
      const parameters = net.initial.map(({ shape, data, role }, i) => {
        const { taps, kernel, channels, outputs } = net.layers[Math.floor(i / 3)];
        const stored = role === "weight" && taps ? [kernel, kernel, channels, outputs] : shape;
        return tensor(stored, data, true);
      });
      const state = parameters.map(({ data }) => [kernels.alloc(data.length), kernels.alloc(data.length)]);
      const scales = net.layers.map((layer) => ({
        weight: tensor([1], [layer.weightQuantizer.scale], false),
        activation: tensor([1], [quantizer.scale], false),
        running: { mean: kernels.alloc(layer.outputs), variance: kernels.alloc(layer.outputs) },
      }));
      let count = 0;
      const step = (x, labels) => {
        tape.reset();
        const { layers } = net;
        const side = layers[0].taps ? [layers[0].height + 2, layers[0].width + 2, 1] : [net.inputs];
        let h = tape.tensor([net.batch, ...side]);
        h.data.set(x);
        const target = tape.tensor([net.batch]);
        target.data.set(labels);
        for (const [i, layer] of layers.entries()) {
          const [w, gamma, beta] = parameters.slice(3 * i, 3 * i + 3);
          const weights = ops.quantizeUniform(tape, w, scales[i].weight, layer.weightQuantizer);
          h = layer.taps ? ops.conv2d(tape, h, weights) : ops.matmul(tape, ops.flatten(tape, h), weights);
          h = ops.batchNorm(tape, h, gamma, beta, { mode: "batch", running: scales[i].running });
          if (layer.quantizer) h = ops.quantizeUniform(tape, h, scales[i].activation, layer.quantizer);
        }
        const loss = ops.softmaxCrossEntropy(tape, h, target);
        for (const { grad } of parameters) kernels.fill(grad, 0);
        tape.backward(loss);
        count++;
        for (const [i, { data, grad }] of parameters.entries()) {
          kernels.adam({
            parameter: data,
            gradient: grad,
            first: state[i][0],
            second: state[i][1],
            step: count,
            rate: 0.001,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            decay: 0,
          });
        }
        return loss.data[0];
      };
      return { step, dispose: () => kernels.dispose() };
    },
  };
}

async function benchSteps() {
  const found = [];
  for (const [name, load] of [
    ["@jax-js/jax", jaxPeer],
    ["@tensorflow/tfjs-backend-wasm", tfjsPeer],
  ]) {
    const peer = peers ? await load(peers) : undefined;
    if (peer) found.push(peer);
    else console.log(`${name}: not found, not measured`);
  }
  for (const net of networks) {
    if (options.net && !net.name.includes(options.net)) continue;
    const random = generator(3);
    const batches = Array.from({ length: 8 }, () => ({
      x: Float32Array.from({ length: batch * net.inputs }, random),
      labels: Uint8Array.from({ length: batch }, () => Math.floor(10 * random())),
    }));
    const engines = [ours(1), ours(2), ...found].map((engine) => ({ ...engine, ...engine.create(net) }));
    console.log(`\n${net.name}, batch ${batch}, ${net.samples} samples an epoch`);
    const losses = engines.map(({ step }) => [0, 1, 2].map((i) => step(batches[i].x, batches[i].labels)));
    let differs = false;
    for (const [i, values] of losses.entries()) {
      const off = values.map((v, k) => Math.abs(v - losses[0][k]));
      if (off[0] > 1e-4 || off[1] > 0.05 || off[2] > 0.05) differs = true;
      console.log(`  ${engines[i].name.padEnd(26)} losses ${values.map((v) => v.toFixed(5)).join(", ")}`);
    }
    let turn = 0;
    const times = bestTimes(
      engines.map(({ step }) => () => {
        const { x, labels } = batches[turn++ % batches.length];
        step(x, labels);
      }),
    );
    for (const [i, ms] of times.entries()) {
      const epoch = (ms * net.samples) / batch / 1000;
      const ratio = (ms / times[0]).toFixed(2);
      const figures = `${ms.toFixed(3).padStart(9)} ms/step ${epoch.toFixed(2).padStart(8)} s/epoch`;
      console.log(`  ${engines[i].name.padEnd(26)} ${figures}   ${ratio} × gatefold's time on one thread`);
    }
    for (const engine of engines) engine.dispose();
    if (differs) {
      console.error("  the losses differ: the steps are not the same");
      process.exitCode = 1;
    }
  }
}

if (options.only !== "steps") benchGemm();
if (options.only !== "gemm") await benchSteps();

// Sparse low-bit networks on MNIST, as LogicNets has them (arXiv:2004.03021): every neuron reads 6 inputs of 2 bits, so that it fits a
// table of 12 address bits. Inputs drawn at random against inputs that training chooses, at the same fan-in and widths.
//
//   npm run campaign:sparse [-- --seeds 1,2,3 --epochs 16]
//
// Trains on all 60 000 images; the test images are looked at once. Exits 1 when a claim does not hold.
import { existsSync } from "node:fs";
import { loadArray } from "@gatefold/datasets";
import {
  activation,
  adam,
  batchNorm,
  cosine,
  dense,
  evaluate,
  fanIn,
  int,
  liveCone,
  train,
  wasmKernels,
} from "@gatefold/train";
import { checker, mean, option, percent, seedsOf } from "./common.mjs";
import { shared } from "./optdigits.mjs";

if (!existsSync(`${shared}/data/mnist`)) {
  console.log("MNIST is not there (GATEFOLD_SHARED): nothing was run");
  process.exit(0);
}
const seeds = seedsOf();
const [epochs] = option("epochs", ["16"]).map(Number);
const widths = [256, 128, 128];
const inputsOfNeuron = 6;
const engine = wasmKernels({ threads: 1 });

function load(part) {
  const images = loadArray(`${shared}/data/mnist/${part}-images-idx3-ubyte.gz`);
  const labels = loadArray(`${shared}/data/mnist/${part}-labels-idx1-ubyte.gz`);
  const data = Float32Array.from(images.data, (v) => v / 255);
  return { x: { shape: [labels.data.length, 784], data }, y: labels.data };
}
const [all, test] = [load("train"), load("t10k")];
const batch = 100;
const dense0 = Math.round(epochs / 4);
const stepsOfEpoch = all.y.length / batch;

const model = {
  input: {
    shape: [784],
    quantizer: int({ bits: 2, signed: false, scale: { kind: "constant", value: 1 / 3 } }),
  },
  layers: [
    ...widths.flatMap((outputs) => [
      dense({ outputs }),
      batchNorm(),
      activation({ kind: "relu", quantizer: int({ bits: 2, signed: false, scale: { kind: "learned" } }) }),
    ]),
    dense({ outputs: 10 }),
    batchNorm(),
  ],
};
const ways = {
  "at random": { kind: "random" },
  "the largest of a dense phase": { kind: "learned", denseEpochs: dense0 },
  "pruned and regrown": {
    kind: "regrow",
    everySteps: 20,
    untilStep: Math.round(0.75 * epochs * stepsOfEpoch),
  },
};

const rows = {};
for (const [name, choose] of Object.entries(ways)) {
  const accuracies = [];
  const live = [];
  for (const seed of seeds) {
    const trained = await train({
      model,
      data: { train: all },
      optimizer: adam({ rate: 0.005 }),
      schedule: cosine(),
      batch,
      epochs,
      seed,
      engine,
      plugins: [fanIn({ fanIn: inputsOfNeuron, choose })],
    });
    accuracies.push(evaluate(trained.model, test).accuracy);
    live.push(liveCone(trained.model));
  }
  rows[name] = { accuracy: mean(accuracies), live: mean(live.map((layers) => sum(layers))) };
  const layers = live[0].map(({ liveNeurons, neurons }) => `${liveNeurons}/${neurons}`).join(" ");
  console.log(
    `${name.padEnd(30)} ${percent(accuracies)} %  live neurons ${rows[name].live.toFixed(0)} (first seed: ${layers})`,
  );
}

function sum(layers) {
  return layers.reduce((count, { liveNeurons }) => count + liveNeurons, 0);
}

const checks = checker();
const random = rows["at random"];
checks.claim(
  "inputs that are pruned and regrown beat random ones in accuracy",
  rows["pruned and regrown"].accuracy > random.accuracy,
);
checks.exit();

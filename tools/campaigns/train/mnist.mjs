// MNIST's 784-64-64-64-10 (TFC) and 784-256-256-256-10 (SFC) at 1 and 2 bits: accuracy over seeds, time, and whether the exported
// network's codes are equal to the compiled integers on all 10 000 test images.
//
//   npm run campaign:mnist [-- --nets tfc-w1a1,sfc-w1a1 --seeds 1,2,3 --epochs 30]
//
// Trains on all 60 000 images with a recipe that was chosen on 5 000 of them; the test images are looked at once, at the end.
// Exits 1 when a claim does not hold.
import { existsSync } from "node:fs";
import { loadArray } from "@gatefold/datasets";
import { createExecutor } from "@gatefold/exec";
import { classesOf, layersOf, withTaps } from "@gatefold/fault";
import { evaluate, train, wasmKernels } from "@gatefold/train";
import { checker, integersOf, mean, option, percent, seedsOf } from "./common.mjs";
import { mlp, networks, recipe } from "./mnist-nets.mjs";
import { shared } from "./optdigits.mjs";

if (!existsSync(`${shared}/data/mnist`)) {
  console.log("MNIST is not there (GATEFOLD_SHARED): nothing was run");
  process.exit(0);
}
const wanted = { "tfc-w1a1": 0.93, "tfc-w1a2": 0.945, "tfc-w2a2": 0.964, "sfc-w1a1": 0.975 };
const names = option("nets", Object.keys(networks));
const seeds = seedsOf();
const [epochs] = option("epochs", ["30"]).map(Number);
const [threads] = option("threads", ["1"]).map(Number);

function load(part) {
  const images = loadArray(`${shared}/data/mnist/${part}-images-idx3-ubyte.gz`);
  const labels = loadArray(`${shared}/data/mnist/${part}-labels-idx1-ubyte.gz`);
  const data = Float32Array.from(images.data, (v) => v / 127.5 - 1);
  return { x: { shape: [labels.data.length, 784], data }, y: labels.data };
}

/** Codes of the input quantizer: the integer network reads these. */
function inputCodes(data, bits) {
  if (bits === 1) return Int8Array.from(data, (v) => (v >= 0 ? 1 : -1));
  const most = 2 ** (bits - 1) - 1;
  return Int8Array.from(data, (v) => Math.max(-most, Math.min(most, roundToEven(v * most))));
}

function roundToEven(v) {
  const low = Math.floor(v);
  if (v - low !== 0.5) return Math.round(v);
  return low % 2 === 0 ? low : low + 1;
}

/** Codes of the hidden layers by the training's own forward run, layer after layer, and its classes. */
function trainedCodes(model, set) {
  const layers = new Map();
  const { logits, accuracy } = evaluate(model, set, {
    tap: (tap, value, scale) => {
      if (tap.site === "activation") {
        const codes = Array.from(value.data, (v, i) => Math.round(v / scale[i % scale.length]));
        layers.set(tap.layer, (layers.get(tap.layer) ?? []).concat(codes));
      }
      return value;
    },
  });
  const classes = Array.from(set.y, (_, i) => {
    const scores = logits.subarray(i * 10, i * 10 + 10);
    return scores.indexOf(Math.max(...scores));
  });
  return { codes: [...layers.values()], classes, accuracy };
}

/** The same by the compiled integers. */
function compiledCodes(module, input, count) {
  const taps = layersOf(module.main).map(({ activation }) => activation.result());
  const { outputs } = createExecutor(withTaps(module.main, taps)).run({ data: input, count });
  const own = module.main.outputs.length;
  return { codes: outputs.slice(own), classes: classesOf(module)(outputs.slice(0, own), count) };
}

const differences = (a, b) => a.reduce((count, v, i) => count + (v === b[i] ? 0 : 1), 0);

const [all, test] = [load("train"), load("t10k")];
const engine = wasmKernels({ threads });
const checks = checker();
for (const name of names) {
  const net = networks[name];
  const accuracies = [];
  const seconds = [];
  let [different, total, classesDifferent] = [0, 0, 0];
  for (const seed of seeds) {
    const startMs = performance.now();
    const { model } = await train({ model: mlp(net), data: { train: all }, ...recipe, epochs, seed, engine });
    seconds.push((performance.now() - startMs) / 1000);
    const module = await integersOf(model);
    const trained = trainedCodes(model, test);
    accuracies.push(trained.accuracy);
    const compiled = compiledCodes(module, inputCodes(test.x.data, net.activationBits), test.y.length);
    trained.codes.forEach((codes, i) => {
      different += differences(codes, compiled.codes[i]);
      total += codes.length;
    });
    classesDifferent += differences(trained.classes, compiled.classes);
  }
  console.log(
    `${name}  ${percent(accuracies)} %  ${mean(seconds).toFixed(0)} s a training of ${epochs} epochs  ${different} of ${total} hidden codes and ${classesDifferent} of ${seeds.length * test.y.length} classes differ from the integers`,
  );
  checks.claim(`${name}: at least ${(100 * wanted[name]).toFixed(1)} %`, mean(accuracies) >= wanted[name]);
  checks.claim(`${name}: within ten minutes`, Math.max(...seconds) <= 600);
  checks.claim(
    `${name}: every hidden code and class is that of the integers`,
    different + classesDifferent === 0,
  );
}
checks.exit();

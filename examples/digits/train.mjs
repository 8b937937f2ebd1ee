/**
 * Trains the digit network and writes digits.onnx and test.npz beside this file.
 *
 *   node examples/digits/train.mjs              the shipped files again, byte for byte
 *   node examples/digits/train.mjs --baselines  also a linear classifier and a float network on the same data
 */
import { writeFileSync } from "node:fs";
import { digits, writeNpz } from "@gatefold/datasets";
import { fitLayers } from "./fit.mjs";
import { evaluate } from "./frozen.mjs";
import { denseLayer } from "./layers.mjs";
import { exportQonnx } from "./qonnx.mjs";
import { bipolar, real, relu, sign, signed2, ternary, unsigned2 } from "./quantizers.mjs";

const PIXELS = 256;
const SHIPPED_TESTS = 1000;
const training = { epochs: 20, batch: 100, rate: 0.005, seed: 5 };

// Seed 2 was for choosing sizes and rates; 3 is the test set and was looked at once.
const train = digits({ seed: 1, count: 20_000 });
const test = digits({ seed: 3, count: 2000 });

function run(title, layers, log) {
  const startMs = Date.now();
  fitLayers(layers, train.images.data, train.labels.data, { ...training, log });
  const frozen = layers.map((layer) => layer.freeze());
  const result = evaluate(frozen, test.images.data, test.labels.data);
  const seconds = ((Date.now() - startMs) / 1000).toFixed(1);
  console.log(
    `${title}: ${(100 * result.accuracy).toFixed(2)} % of ${test.labels.data.length}, ${seconds} s`,
  );
  return { frozen, result };
}

const { frozen, result } = run(
  "quantized 256-64-32-10",
  [
    denseLayer({
      inputs: PIXELS,
      outputs: 64,
      weights: ternary,
      activation: unsigned2,
      seed: 1,
      first: true,
    }),
    denseLayer({ inputs: 64, outputs: 32, weights: bipolar, activation: sign, seed: 2 }),
    denseLayer({ inputs: 32, outputs: 10, weights: signed2, seed: 3 }),
  ],
  console.log,
);
const negativeGains = frozen.map((layer) => (layer.activation ? layer.gamma.filter((g) => g < 0).length : 0));
console.log(`nearest any sum comes to a change of code: ${result.margin.toExponential(2)}`);
console.log(`channels with a negative gain: ${negativeGains.join(", ")}`);

const model = exportQonnx(frozen, { name: "digits", version: "0.0.0" });
const archive = writeNpz({
  input: {
    dtype: "uint8",
    shape: [SHIPPED_TESTS, PIXELS],
    data: test.images.data.slice(0, SHIPPED_TESTS * PIXELS),
  },
  label: { dtype: "uint8", shape: [SHIPPED_TESTS], data: test.labels.data.slice(0, SHIPPED_TESTS) },
  output: { dtype: "float64", shape: [SHIPPED_TESTS, 10], data: result.logits.slice(0, SHIPPED_TESTS * 10) },
});
for (const [name, bytes] of [
  ["digits.onnx", model],
  ["test.npz", archive],
]) {
  writeFileSync(new URL(name, import.meta.url), bytes);
  console.log(`${name}: ${bytes.length} bytes`);
}

if (process.argv.includes("--baselines")) {
  run("linear classifier, float", [
    denseLayer({ inputs: PIXELS, outputs: 10, weights: real, seed: 1, first: true }),
  ]);
  run("float 256-64-32-10", [
    denseLayer({ inputs: PIXELS, outputs: 64, weights: real, activation: relu, seed: 1, first: true }),
    denseLayer({ inputs: 64, outputs: 32, weights: real, activation: relu, seed: 2 }),
    denseLayer({ inputs: 32, outputs: 10, weights: real, seed: 3 }),
  ]);
}

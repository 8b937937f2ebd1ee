// Trains the digit network and writes digits.onnx and test.npz beside this file, byte for byte the same on each run and with
// any number of threads:
//
//   node examples/digits/train.mjs [threads]
//
// The training alone is `gatefold train examples/digits/train.config.ts -o out/run`; its model.onnx is digits.onnx.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { train } from "@gatefold/cli";
import { createCompiler, evaluate, makeTensor, numbers } from "@gatefold/core";
import { digits, writeNpz } from "@gatefold/datasets";
import { frontendOnnx } from "@gatefold/frontend-onnx";

const here = import.meta.dirname;
const pixels = 256;
const shipped = 1000;
// The test set of data.ts.
const test = digits({ seed: 3, count: 2000 });

/** The exported network on `[count, 256]` bytes by the reference evaluator, in float64: logits `[count, 10]`. */
async function logitsOf(file, bytes) {
  const compiler = createCompiler({ plugins: [frontendOnnx({ inputs: ["uint8:scale=1/255"] })] });
  const { module } = await compiler.import(file);
  const rows = [];
  for (let at = 0; at < bytes.length; at += pixels) {
    const codes = makeTensor("u8", [1, pixels], bytes.slice(at, at + pixels));
    rows.push(...numbers(evaluate(module.main, [codes])[0]));
  }
  return Float64Array.from(rows);
}

function classOf(logits, image) {
  const scores = logits.subarray(10 * image, 10 * image + 10);
  return scores.indexOf(Math.max(...scores));
}

const { folder, metrics } = await train({
  config: join(here, "train.config.ts"),
  out: "out/digits-training",
  force: true,
  threads: process.argv[2] === undefined ? undefined : Number(process.argv[2]),
  onEpoch: ({ epoch, metrics }) => {
    const [loss, accuracy] = [metrics["validation.loss"], 100 * metrics["validation.accuracy"]];
    console.log(`epoch ${epoch + 1}: validation loss ${loss.toFixed(4)}, ${accuracy.toFixed(2)} % right`);
  },
});

const model = join(folder, "model.onnx");
const logits = await logitsOf(model, test.images.data);
const right = (count) =>
  test.labels.data.subarray(0, count).filter((l, i) => classOf(logits, i) === l).length;
const count = test.labels.data.length;
console.log(`test: ${right(count)} of ${count} right, ${right(shipped)} of the first ${shipped}`);
// The training counted in float32 on its own engine.
if (right(count) !== Math.round(metrics["test.accuracy"] * count))
  throw new Error(
    `the training counts ${100 * metrics["test.accuracy"]} % right, the evaluator ${right(count)}`,
  );

const archive = writeNpz({
  input: { dtype: "uint8", shape: [shipped, pixels], data: test.images.data.slice(0, shipped * pixels) },
  label: { dtype: "uint8", shape: [shipped], data: test.labels.data.slice(0, shipped) },
  output: { dtype: "float64", shape: [shipped, 10], data: logits.slice(0, shipped * 10) },
});
for (const [name, bytes] of [
  ["digits.onnx", readFileSync(model)],
  ["test.npz", archive],
]) {
  writeFileSync(join(here, name), bytes);
  console.log(`${name}: ${bytes.length} bytes`);
}

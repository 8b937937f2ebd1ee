// Dense networks of others against what was recorded of them, in integers and in simulated Verilog.
//
//   node tools/campaigns/dense.mjs
//
// Reads the sample networks folder (GATEFOLD_SHARED, or `shared` beside the repository); says so when it is not there.
// Exits 1 when a figure is not what it should be.
import { existsSync } from "node:fs";
import { packBeats, unpackBeats, verilog, verilogDesign } from "@gatefold/backend-verilog";
import { createCompiler, evaluate, numbers, tensorFrom } from "@gatefold/core";
import { loadArray } from "@gatefold/datasets";
import { createExecutor } from "@gatefold/exec";
import { frontendOnnx } from "@gatefold/frontend-onnx";
import { fold, foldSummary } from "@gatefold/pass-fold";
import { streamline } from "@gatefold/pass-streamline";
import { compileDesign, runStreams } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { shared } from "./samples.mjs";

const at = (path) => `${shared}/${path}`;
if (!existsSync(at("models"))) {
  console.log(`the sample networks are not in ${shared}: nothing was run`);
  process.exit(0);
}
const toolchain = createToolchain();
let failures = 0;
const check = (what, ok, figure) => {
  if (!ok) failures++;
  console.log(`${ok ? "ok  " : "FAIL"} ${what.padEnd(58)} ${figure}`);
};

/** A model as integers, with what runs it on codes of its first input. */
async function integers(file, input) {
  const compiler = createCompiler({ plugins: [frontendOnnx({ inputs: [input] }), streamline()] });
  const compilation = await compiler.import(at(`models/${file}`));
  await compiler.run(compilation);
  const { module } = compilation;
  const executor = createExecutor(module.main);
  const run = (data, count) => executor.run({ data, count }).outputs[0];
  const { elem, shape } = module.main.outputs[0].type;
  const tail = (codes) => {
    const value = tensorFrom(elem, shape, codes);
    return [...(module.tail ? evaluate(module.tail, [value])[0] : value).data].map(Number);
  };
  return { run, tail, size: shape.reduce((a, b) => a * b, 1) };
}

/** Outputs of the simulated Verilog on codes, one row of integers a frame. */
async function simulated(file, input, data, count, fps) {
  const compiler = createCompiler({
    plugins: [
      frontendOnnx({ inputs: [input] }),
      streamline(),
      fold({ clockMhz: 100, fps }),
      verilog({ testFrames: 0 }),
    ],
  });
  const compilation = await compiler.import(at(`models/${file}`));
  await compiler.run(compilation);
  await compiler.emit(compilation);
  const design = compilation.facts.need(verilogDesign);
  const rtl = compilation.outputs.filter((f) => f.path.startsWith("rtl/"));
  const files = Object.fromEntries(rtl.map((f) => [f.path.slice(4), f.content]));
  const circuit = await compileDesign({ files, top: design.top, toolchain });
  const [from, to] = [design.inputs[0], design.outputs[0]];
  const beats = packBeats(tensorFrom(from.type.elem, [count, data.length / count], data), from.type);
  const result = runStreams(circuit, {
    input: { prefix: from.prefix, beats },
    output: { prefix: to.prefix, expectedBeats: count * to.beatsPerFrame },
  }).outputs[0];
  const { cycles } = result;
  const interval = cycles[cycles.length - 1] - cycles[cycles.length - 1 - to.beatsPerFrame];
  const { intervalCycles } = compilation.facts.need(foldSummary);
  return { values: [...numbers(unpackBeats(result.beats, to.type))], interval, intervalCycles };
}

const argmax = (row) => row.reduce((best, v, i) => (v > row[best] ? i : best), 0);

{
  const pixels = Uint8Array.from(loadArray(at("models/finn__tfc_w1a1_input.npy")).data);
  const { run } = await integers("finn__tfc_w1a1.onnx", "uint8");
  check(
    "TFC: 4 digits in integers",
    [...run(pixels, 4)].join() === "7,2,1,0",
    [...run(pixels, 4)].join(", "),
  );
  const rtl = await simulated("finn__tfc_w1a1.onnx", "uint8", pixels, 4, 20_000);
  check("TFC: 4 digits in simulated Verilog", rtl.values.join() === "7,2,1,0", rtl.values.join(", "));
  check(
    "TFC: interval",
    rtl.interval === rtl.intervalCycles,
    `${rtl.interval} cycles, formula ${rtl.intervalCycles}`,
  );
}
{
  const file = "bnn-pynq__lfcW1A1_mnist.onnx";
  const lfc = await integers(file, "uint8");
  const images = loadArray(at("models/mnist200__expected.npz"), { key: "image_uint8" }).data;
  const expected = loadArray(at("models/mnist200__expected.npz"), { key: "bnn-pynq__lfcW1A1_mnist" }).data;
  const got = lfc.run(images, 200);
  const equal = Array.from({ length: 200 }, (_, i) =>
    lfc.tail(got.subarray(i * 10, i * 10 + 10)).every((v, k) => v === Number(expected[i * 10 + k])),
  );
  check("LFC: 200 recorded outputs", equal.every(Boolean), `${equal.filter(Boolean).length} equal`);
  const test = loadArray(at("data/mnist/t10k-images-idx3-ubyte.gz")).data;
  const labels = loadArray(at("data/mnist/t10k-labels-idx1-ubyte.gz")).data;
  const all = lfc.run(test, 10_000);
  const right = Array.from(
    labels,
    (label, i) => argmax([...all.subarray(i * 10, i * 10 + 10)]) === Number(label),
  ).filter(Boolean).length;
  check("LFC: MNIST, 10 000 images", right >= 9_825, `${(right / 100).toFixed(2)} %`);
}
{
  const file = "mlperftiny__kws_w3a3_QONNX_model.onnx";
  const encoding = "int8:scale=0.33674246072769165";
  const kws = await integers(file, encoding);
  const samples = loadArray(at("models/mlperftiny__kws_w3a3__io1000.npz"), { key: "input_int8" }).data;
  const recorded = loadArray(at("models/mlperftiny__kws_w3a3__io1000.npz"), { key: "recorded_pred" }).data;
  const labels = loadArray(at("models/mlperftiny__kws_w3a3__io1000.npz"), { key: "true_label" }).data;
  const codes = kws.run(samples, 1000);
  const rows = Array.from({ length: 1000 }, (_, i) =>
    kws.tail(codes.subarray(i * kws.size, (i + 1) * kws.size)),
  );
  const classes = rows.map(argmax);
  const unlike = classes.flatMap((c, i) => (c === Number(recorded[i]) ? [] : [i]));
  const ties = unlike.every((i) => Math.abs(rows[i][classes[i]] - rows[i][Number(recorded[i])]) < 1e-6);
  const named = unlike.map(
    (i) => `sample ${i}: classes ${classes[i]} and ${recorded[i]} both ${rows[i][classes[i]]}`,
  );
  check(
    "KWS: 1 000 recorded predictions",
    unlike.length <= 2 && ties,
    `${1000 - unlike.length} equal; ${named.join("; ")}`,
  );
  const right = classes.filter((c, i) => c === Number(labels[i])).length;
  check("KWS: accuracy", right >= 824 && right <= 826, `${(right / 10).toFixed(1)} %`);
  const few = samples.subarray(0, 20 * 490);
  const rtl = await simulated(file, encoding, few, 20, 20_000);
  const same = rtl.values.every((v, i) => v === Number(codes[i]));
  check(
    "KWS: simulated Verilog = integers, 20 samples",
    same,
    `interval ${rtl.interval}, formula ${rtl.intervalCycles}`,
  );
}
await toolchain.close();
process.exitCode = failures === 0 ? 0 : 1;

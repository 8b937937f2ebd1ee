import { readFileSync } from "node:fs";
import {
  evaluate,
  evaluateModule,
  type Module,
  makeTensor,
  numbers,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import { type DatasetArray, readNpy } from "@gatefold/datasets";
import { describe, expect, it } from "vitest";
import {
  decodeTensor,
  type ImportOptions,
  importOnnx,
  parseInputEncoding,
  readTensor,
} from "../src/index.js";
import { npzArrays } from "./helpers/npz.js";
import { sharedModel } from "./helpers/shared.js";

const floatquant = sharedModel("qonnx__floatquant_fp8.onnx");

const load = (name: string, options: ImportOptions = {}): Module =>
  importOnnx(sharedModel(name)!, options).module;
const npy = (name: string): DatasetArray => readNpy(readFileSync(sharedModel(name)!));

/** Sample `index` of an array, under the shape of the network's input. */
function sample(
  array: DatasetArray,
  index: number,
  shape: readonly number[],
  map = (v: number) => v,
): Tensor {
  const size = shape.reduce((n, d) => n * d, 1);
  const values = Array.from({ length: size }, (_, i) => map(Number(array.data[index * size + i])));
  return tensorFrom("f32", shape, values);
}

/** Row `index`, with -0 as 0. */
const row = (array: DatasetArray, index: number, size: number): number[] =>
  Array.from({ length: size }, (_, i) => Number(array.data[index * size + i]) + 0);

function run(module: Module, x: Tensor): number[] {
  return Array.from(numbers(evaluateModule(module, [x])[0]!), (v) => v + 0);
}

const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values));

describe.skipIf(!floatquant)("real networks compute their recorded outputs", () => {
  it("FINN's TFC: four digits", () => {
    const module = load("finn__tfc_w1a1.onnx");
    const input = npy("finn__tfc_w1a1_input.npy");
    const got = [0, 1, 2, 3].map((i) => run(module, sample(input, i, [1, 1, 28, 28]))[0]);
    expect(got).toEqual(Array.from(npy("finn__tfc_w1a1_expected.npy").data, Number));
    expect(got).toEqual([7, 2, 1, 0]);
  });

  it("BNN-PYNQ's LFC: logits of four digits, equal", () => {
    const module = load("bnn-pynq__lfcW1A1_mnist.onnx");
    const io = npzArrays("bnn-pynq__lfcW1A1_mnist__io.npz");
    for (let i = 0; i < 4; i++) {
      const got = run(module, sample(io("input"), i, [1, 1, 28, 28]));
      expect(got).toEqual(row(io("expected_output"), i, 10));
    }
  });

  it("BNN-PYNQ's CNV: logits of two images, equal", () => {
    const module = load("bnn-pynq__cnvW1A1_cifar10.onnx");
    const io = npzArrays("bnn-pynq__cnvW1A1_cifar10__io.npz");
    for (let i = 0; i < 2; i++) {
      const got = run(module, sample(io("input"), i, [1, 3, 32, 32]));
      expect(got).toEqual(row(io("expected_output"), i, 10));
    }
  });

  it("MLPerf-Tiny's keyword spotter from its int8 codes: 50 predictions, and logits", () => {
    const io = npzArrays("mlperftiny__kws_w3a3__io1000.npz");
    const scale = Number(io("input_scale").data[0]);
    const encoding = parseInputEncoding(`int8:scale=${scale}`);
    const module = load("mlperftiny__kws_w3a3_QONNX_model.onnx", { inputs: [encoding] });
    const { shape, elem } = module.main.inputs[0]!.type;
    expect(elem).toBe("i8");
    let near = 0;
    for (let i = 0; i < 50; i++) {
      const codes = Int8Array.from(row(io("input_int8"), i, 490));
      const [logits] = evaluate(module.main, [makeTensor("i8", shape, codes)]);
      const got = Array.from(numbers(logits!), (v) => v + 0);
      expect(argmax(got)).toBe(io("recorded_pred").data[i]);
      const expected = row(io("ref_logits"), i, 12);
      if (got.every((v, j) => Math.abs(v - expected[j]!) < 1e-4)) near++;
      // The head gives the codes back from the real input.
      expect(
        run(
          module,
          sample(io("input_int8"), i, shape, (v) => v * scale),
        ),
      ).toEqual(got);
    }
    // The recording was computed in float32, which takes a 3-bit code across a rounding boundary now and then.
    expect(near).toBeGreaterThanOrEqual(45);
  });

  it("nn2FPGA's ResNet-8, 8 bits: logits of two images, equal", () => {
    const module = load("nn2fpga__resnet8_a8w8b16.onnx");
    const io = npzArrays("nn2fpga__resnet8_a8w8b16__golden.npz");
    const scale = Number(io("input_scale").data[0]);
    for (let i = 0; i < 2; i++) {
      const got = run(
        module,
        sample(io("input_uint8"), i, [1, 3, 32, 32], (v) => v * scale),
      );
      expect(got).toEqual(row(io("output"), i, 10));
    }
  });

  it("nn2FPGA's ResNet-8, 4 bits: logits of two images, equal", () => {
    const module = load("nn2fpga__resnet8_a4w4b32.onnx");
    const io = npzArrays("nn2fpga__resnet8_a4w4b32__golden.npz");
    const [mean, std] = [io("mean").data, io("std").data];
    for (let i = 0; i < 2; i++) {
      const raw = sample(io("input_uint8"), i, [1, 3, 32, 32]);
      const x = Float64Array.from(numbers(raw), (v, at) => {
        const channel = Math.floor(at / 1024);
        return (v / 255 - Number(mean[channel])) / Number(std[channel]);
      });
      expect(run(module, makeTensor("f32", [1, 3, 32, 32], x))).toEqual(row(io("output"), i, 10));
    }
  });

  it("the radio VGG10: outputs of three signals", () => {
    const module = load("brevitas-radioml__VGG10_w8a8.onnx");
    const io = npzArrays("brevitas-radioml__VGG10_w8a8__golden.npz");
    for (let i = 0; i < 3; i++) {
      const got = run(module, sample(io("input"), i, [1, 2, 1024]));
      const expected = row(io("output"), i, 24);
      expect(got.every((v, j) => Math.abs(v - expected[j]!) < 1e-4)).toBe(true);
    }
  });

  it("a plain float network of opset 8, to 1e-3", () => {
    const module = load("qonnx__mnist-conv.onnx");
    const tensor = (name: string): Tensor => {
      const source = { path: undefined, maxElements: 2 ** 20 };
      return readTensor(decodeTensor(readFileSync(sharedModel(name)!)), source, {}) as Tensor;
    };
    const got = run(module, tensor("qonnx__mnist-conv_input_0.pb"));
    const expected = Array.from(numbers(tensor("qonnx__mnist-conv_output_0.pb")));
    const near = got.every((v, j) => Math.abs(v - expected[j]!) < 1e-3 * Math.max(1, Math.abs(v)));
    expect(near).toBe(true);
  });

  it("an fp8 network with FloatQuant: its own sums are in float32", () => {
    const module = load("qonnx__floatquant_fp8.onnx");
    const got = run(module, sample(npy("qonnx__floatquant_fp8_input.npy"), 0, [1, 3]));
    const expected = row(npy("qonnx__floatquant_fp8_output.npy"), 0, 16);
    expect(got.every((v, j) => Math.abs(v - expected[j]!) <= 2 ** -23)).toBe(true);
  });

  it("every node of every network is mapped", () => {
    const names = [
      "finn__tfc_w1a1.onnx",
      "bnn-pynq__lfcW1A1_mnist.onnx",
      "mlperftiny__kws_w3a3_QONNX_model.onnx",
      "brevitas-radioml__VGG10_w8a8.onnx",
      "nn2fpga__resnet8_a8w8b16.onnx",
    ];
    for (const name of names) {
      const { coverage } = importOnnx(sharedModel(name)!);
      expect(coverage.mappedCount).toBe(coverage.entries.length);
    }
  });
});

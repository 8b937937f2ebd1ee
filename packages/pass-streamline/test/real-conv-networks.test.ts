import { evaluateModule, type Module, numbers, tensorFrom } from "@gatefold/core";
import { describe, expect, it } from "vitest";
import { compileOnnx, npzArray, runDevice, sharedModel } from "./helpers/shared.js";

const cnv = sharedModel("bnn-pynq__cnvW1A1_cifar10.onnx");

/** The outputs of the whole network, host parts included, on real images. */
function outputs(
  module: Module,
  images: ArrayLike<number>,
  count: number,
  shape: readonly number[],
): number[][] {
  const size = images.length / count;
  return Array.from({ length: count }, (_, i) => {
    const image = Array.from({ length: size }, (_, k) => images[i * size + k]!);
    return Array.from(numbers(evaluateModule(module, [tensorFrom("f32", shape, image)])[0]!));
  });
}

/** Channels-first images with their channels last, as the device reads them. */
function channelsLast(data: ArrayLike<number>, count: number, channels: number): Uint8Array {
  const size = data.length / count;
  const pixels = size / channels;
  return Uint8Array.from({ length: data.length }, (_, i) => {
    const [n, own] = [Math.floor(i / size), i % size];
    return data[n * size + (own % channels) * pixels + Math.floor(own / channels)]!;
  });
}

describe.skipIf(!cnv)("convolutional networks on integers compute their recorded outputs", () => {
  it("CNV: all logits of its recorded images and of 40 of CIFAR-10", async () => {
    const { module } = await compileOnnx(cnv!, "uint8");
    for (const [file, input, output, count] of [
      ["bnn-pynq__cnvW1A1_cifar10__io.npz", "input", "expected_output", 7],
      ["cifar40__cnv_expected.npz", "image_uint8", "bnn-pynq__cnvW1A1_cifar10", 40],
    ] as const) {
      const path = sharedModel(file)!;
      const images = npzArray(path, input).data as Uint8Array;
      const rows = runDevice(module, channelsLast(images, count, 3), count);
      expect(rows.flatMap((row) => Array.from(row))).toEqual(Array.from(npzArray(path, output).data, Number));
    }
  }, 120_000);

  it.each(["a8w8b16", "a4w4b32"])(
    "ResNet-8 %s: 20 rows of logits",
    async (name) => {
      const { module } = await compileOnnx(sharedModel(`nn2fpga__resnet8_${name}.onnx`)!, undefined);
      const path = sharedModel(`nn2fpga__resnet8_${name}__golden.npz`)!;
      const pixels = Array.from(npzArray(path, "input_uint8").data, Number);
      const f = Math.fround;
      let images: number[];
      if (name === "a8w8b16") {
        images = pixels.map((v) => f(v / 255));
      } else {
        const [mean, std] = ["mean", "std"].map((key) => Array.from(npzArray(path, key).data, Number));
        images = pixels.map((v, i) => {
          const c = Math.floor(i / 1024) % 3;
          return f(f(f(v / 255) - mean![c]!) / std![c]!);
        });
      }
      const rows = outputs(module, images, 20, [1, 3, 32, 32]);
      const zero = (v: number): number => v + 0;
      const expected = Array.from(npzArray(path, "output").data, Number).map(zero);
      expect(rows.flat().map(zero)).toEqual(expected);
    },
    120_000,
  );

  it("VGG10 on radio signals: 3 rows within 1e-6", async () => {
    const { module } = await compileOnnx(sharedModel("brevitas-radioml__VGG10_w8a8.onnx")!, undefined);
    const path = sharedModel("brevitas-radioml__VGG10_w8a8__golden.npz")!;
    const images = Array.from(npzArray(path, "input").data, Number);
    const inputShape = (module.head ?? module.main).inputs[0]!.type.shape;
    const expected = Array.from(npzArray(path, "output").data, Number);
    const got = outputs(module, images, 3, inputShape).flat();
    expect(got).toHaveLength(expected.length);
    expect(Math.max(...got.map((v, i) => Math.abs(v - expected[i]!)))).toBeLessThan(1e-6);
  }, 120_000);
});

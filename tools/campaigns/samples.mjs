// The sample networks that campaigns run: where they lie, and what is known of them.
import { loadArray } from "@gatefold/datasets";

/** The folder of the sample networks; it need not be there. */
export const shared = process.env.GATEFOLD_SHARED ?? new URL("../../../shared", import.meta.url).pathname;

export const modelAt = (path) => `${shared}/models/${path}`;

export const numbersOf = (file, key) =>
  Array.from(loadArray(file, key === undefined ? {} : { key }).data, Number);

/** FINN's folding of CNV: 32 768 cycles an image. */
export const cnvFolding = Object.fromEntries(
  [
    [16, 3],
    [32, 32],
    [16, 32],
    [16, 32],
    [4, 32],
    [1, 32],
    [1, 4],
    [1, 8],
    [5, 1],
  ].map(([PE, SIMD], i) => [`MVAU_${i}`, { PE, SIMD }]),
);

const f = Math.fround;

/** CIFAR's pixels `<images x 3 x 32 x 32>` as the first ResNet-8 wants them, in float32 as it was trained. */
export function normalizedPixels() {
  const file = modelAt("nn2fpga__resnet8_a4w4b32__golden.npz");
  const [mean, std] = [numbersOf(file, "mean"), numbersOf(file, "std")];
  return numbersOf(file, "input_uint8").map((v, i) => {
    const c = Math.floor(i / 1024) % 3;
    return f(f(f(v / 255) - mean[c]) / std[c]);
  });
}

/** The same pixels as the second one wants them. */
export const unitPixels = () =>
  numbersOf(modelAt("nn2fpga__resnet8_a8w8b16__golden.npz"), "input_uint8").map((v) => f(v / 255));

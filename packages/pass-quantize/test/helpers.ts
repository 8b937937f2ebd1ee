import type { QuantizeOptions } from "../src/index.js";

/** Inputs of four elements, −2 … 2, and the integers 0 … 3 for networks that read codes. */
export const calibration: readonly Float32Array[] = [
  [0, 1, 2, 3],
  [3, 0, 1, 1],
  [2, 2, 0, 1],
].map((sample) => Float32Array.from(sample));

export const options: QuantizeOptions = { bits: { weights: 4, activations: 3 }, calibration };

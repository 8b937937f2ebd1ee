/** UCI's optical recognition of handwritten digits: 8 × 8 pixels of 0 … 16, and the digit. */
import { existsSync } from "node:fs";
import { loadArray, random } from "@gatefold/datasets";

export const shared = process.env.GATEFOLD_SHARED ?? new URL("../../../../shared", import.meta.url).pathname;

function load(file) {
  const { shape, data } = loadArray(`${shared}/data/digits/${file}`);
  const [count, columns] = shape;
  const pixels = new Float32Array(count * 64);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 64; k++) pixels[i * 64 + k] = data[i * columns + k] / 16;
    labels[i] = data[i * columns + 64];
  }
  return { pixels, labels };
}

const pick = ({ pixels, labels }, rows) => {
  const data = new Float32Array(rows.length * 64);
  rows.forEach((row, i) => {
    data.set(pixels.subarray(row * 64, row * 64 + 64), i * 64);
  });
  return { x: { shape: [rows.length, 64], data }, y: Uint8Array.from(rows, (row) => labels[row]) };
};

/** 3 000 to train on, 823 to choose by, and the 1 797 of other writers to measure on. `undefined` when the data is not there. */
export function optdigits() {
  if (!existsSync(`${shared}/data/digits/optdigits.tra`)) return undefined;
  const all = load("optdigits.tra");
  const test = load("optdigits.tes");
  const order = [...random(2026).permutation(all.labels.length)];
  return {
    train: pick(all, order.slice(0, 3000)),
    validation: pick(all, order.slice(3000)),
    test: pick(test, Array.from(test.labels.keys())),
  };
}

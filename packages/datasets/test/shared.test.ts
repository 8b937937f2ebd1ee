import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadArray, readNpz } from "../src/index.js";

const shared = process.env["GATEFOLD_SHARED"] ?? join(import.meta.dirname, "../../../../shared");

describe.skipIf(!existsSync(join(shared, "data")))("files of others", () => {
  test("MNIST's test set, gzip idx", () => {
    const images = loadArray(join(shared, "data/mnist/t10k-images-idx3-ubyte.gz"));
    expect(images.shape).toEqual([10_000, 28, 28]);
    const labels = loadArray(join(shared, "data/mnist/t10k-labels-idx1-ubyte.gz"));
    expect([...labels.data.subarray(0, 4)]).toEqual([7, 2, 1, 0]);
    // The set's published mean is 0.1325 of full scale.
    const mean = (images.data as Uint8Array).reduce((sum, p) => sum + p, 0) / images.data.length / 255;
    expect(mean).toBeCloseTo(0.1325, 4);
  });

  test("optdigits, comma-separated text without a header", () => {
    expect(loadArray(join(shared, "data/digits/optdigits.tes")).shape).toEqual([1797, 65]);
  });

  test("npz files made by NumPy", () => {
    const arrays = readNpz(readFileSync(join(shared, "data/jsc/jsc_openml_testvectors_1000.npz")));
    expect(arrays.size).toBeGreaterThan(1);
    for (const array of arrays.values()) {
      expect(array.data.length).toBe(array.shape.reduce((product, size) => product * size, 1));
    }
  });
});

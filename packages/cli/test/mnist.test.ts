import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { datasetArray, loadArray, writeNpy } from "@gatefold/datasets";
import { describe, expect, it } from "vitest";
import { gatefold, type Ran, temporaryFolder } from "./helpers/run.js";

const shared = process.env["GATEFOLD_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const model = join(shared, "models/qonnx__mnist-conv.onnx");
const data = (name: string): string => join(shared, "data/mnist", name);
const images = data("t10k-images-idx3-ubyte.gz");
const labels = data("t10k-labels-idx1-ubyte.gz");
const present = [model, images, labels, data("train-images-idx3-ubyte.gz")].every(existsSync);
const folder = temporaryFolder();
const testCount = 500;

/** The first pictures or labels of the test set, in a file of their own. */
function firstOf(path: string, name: string): string {
  const { shape, data: all } = loadArray(path);
  const [, ...inner] = shape;
  const size = inner.reduce((product, d) => product * d, 1);
  const part = (all as Uint8Array).slice(0, testCount * size);
  writeFileSync(join(folder, name), writeNpy(datasetArray("uint8", [testCount, ...inner], part)));
  return join(folder, name);
}

const json = <T>({ stdout }: Ran): T => JSON.parse(stdout) as T;

interface Quantized {
  readonly accuracy: { readonly samples: number; readonly rightBefore: number; readonly rightAfter: number };
  readonly buildable: boolean;
  readonly layers: readonly { readonly name: string }[];
}

interface Verified {
  readonly bitExact: boolean;
  readonly accuracy: { readonly right: number; readonly samples: number };
  readonly checks: readonly { readonly claim: string; readonly samples: number }[];
}

/** A float convolutional network of MNIST, as others published it: 98.9 % of the test set right. */
describe.skipIf(!present)("the float MNIST network", () => {
  it.each([
    [8, 0.98],
    [4, 0.975],
  ] as const)(
    "quantized to %i bits, is as accurate within a per cent, and its Verilog gives its integers",
    { timeout: 240_000 },
    async (bits, least) => {
      const test = ["--data", firstOf(images, "x.npy"), "--labels", firstOf(labels, "y.npy")];
      const out = join(folder, `w${bits}.onnx`);
      const quantized = await gatefold([
        ...["quantize", model, "--bits", String(bits), "-o", out, "--json"],
        ...["--calibrate", data("train-images-idx3-ubyte.gz"), "--calibrate-count", "64"],
        ...[...test, "-n", "100"],
      ]);
      expect(quantized.stderr).not.toContain("error");
      const result = json<Quantized>(quantized);
      expect(result.buildable).toBe(true);
      expect(result.layers.map(({ name }) => name)).toEqual(["Convolution28", "Convolution110", "Times212"]);
      expect(result.accuracy.samples).toBe(100);
      expect(result.accuracy.rightAfter).toBeGreaterThanOrEqual(result.accuracy.rightBefore - 1);

      const verified = await gatefold([
        ...["verify", out, ...test],
        ...["--verify", "8", "--rtl-verify", "1", "--fps", "200", "--json"],
      ]);
      const { bitExact, accuracy, checks } = json<Verified>(verified);
      expect(bitExact).toBe(true);
      expect(checks.map(({ claim, samples }) => [claim, samples])).toEqual([
        ["network = integers", 8],
        ["integers = kernels", 4],
        ["integers = Verilog", 1],
      ]);
      expect(accuracy.samples).toBe(testCount);
      expect(accuracy.right / accuracy.samples).toBeGreaterThan(least);
    },
  );
});

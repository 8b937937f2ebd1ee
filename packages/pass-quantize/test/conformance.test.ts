import { readFileSync } from "node:fs";
import { definePlugin } from "@gatefold/core";
import { nnOps } from "@gatefold/dialect-nn";
import { conformance, parseCases } from "@gatefold/testkit";
import { quantize } from "../src/index.js";
import { options } from "./helpers.js";

const cases = parseCases(
  readFileSync(new URL("./cases/quantize-network.gf", import.meta.url), "utf8"),
  "quantize-network.gf",
);

await conformance(() => quantize(options), {
  with: [definePlugin({ name: "nn", ops: nnOps })],
  samples: { "two layers": cases[0]!.input, residual: cases[1]!.input },
  badOptions: [
    { make: () => quantize({ ...options, bits: { weights: 1, activations: 4 } }), path: "bits.weights" },
    { make: () => quantize({ ...options, calibration: [] }), path: "calibration" },
    { make: () => quantize({ ...options, calibrator: { name: "x" } as never }), path: "calibrator" },
    {
      make: () => quantize({ ...options, bits: { weights: 4, activations: 4, layers: { first: 40 } } }),
      path: "bits.layers.first",
    },
  ],
  packageJson: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as Record<
    string,
    unknown
  >,
});

import { nnOps } from "@gatefold/dialect-nn";
import { runCases } from "@gatefold/testkit";
import { minMax, quantize } from "../src/index.js";
import { options } from "./helpers.js";

const plugin = quantize({
  ...options,
  calibrator: minMax(),
  weightCalibrator: minMax(),
  biasCorrection: false,
});

await runCases(new URL("./cases", import.meta.url), { plugins: [plugin], ops: nnOps });

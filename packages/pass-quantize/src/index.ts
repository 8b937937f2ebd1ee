import { definePlugin, type Plugin } from "@gatefold/core";
import { checkQuantizeOptions, type QuantizeOptions } from "./options.js";
import { quantizePass } from "./quantize-pass.js";

export type { Calibrator, CodeSpan, Range } from "./calibrator.js";
export { minMax, mse, type PercentileOptions, percentile } from "./calibrators.js";
export type { Observed } from "./histogram.js";
export type { CalibrationSample } from "./measure.js";
export type { QuantizeOptions } from "./options.js";
export {
  type QuantizedActivation,
  type QuantizedLayer,
  type QuantizeSummary,
  quantizeSummary,
} from "./quantize-pass.js";

/** Post-training quantization: a float network gets quantizers, with ranges from calibration samples. */
export function quantize(options: QuantizeOptions): Plugin {
  return definePlugin({ name: "quantize", passes: [quantizePass(checkQuantizeOptions(options))] });
}

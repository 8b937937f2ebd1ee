import { type Module, product, type Tensor } from "@gatefold/core";
import {
  type CalibrationSample,
  type Calibrator,
  type QuantizeSummary,
  quantize as quantizePlugin,
  quantizeSummary,
} from "@gatefold/pass-quantize";
import { samplesFor } from "../data/inputs.js";
import { spread } from "../data/rows.js";
import { defined } from "../defined.js";
import { checkOutputFile } from "../output/file.js";
import { counted, range } from "../print/numbers.js";
import {
  type AccuracyChange,
  accuracyChange,
  hasIntegers,
  openNetwork,
  type RewriteOptions,
  runPlugin,
  writeNetwork,
} from "./float-network.js";

export interface QuantizeModelOptions extends RewriteOptions {
  /** Files of samples to calibrate with, `[input=]file[:key]`; no labels are needed. */
  readonly calibrate: string | readonly string[];
  /** Of these, how many are taken, evenly spread; 256 unless given. */
  readonly calibrateCount?: number | undefined;
  /** Bits of weights; 8 unless given. */
  readonly weightBits?: number | undefined;
  /** Bits of activations; 8 unless given. */
  readonly activationBits?: number | undefined;
  /** Bits of inputs that have no encoding; 8 unless given. */
  readonly inputBits?: number | undefined;
  /** Ranges of activations. */
  readonly calibrator?: Calibrator | undefined;
  readonly powerOfTwoScales?: boolean | undefined;
  readonly biasCorrection?: boolean | undefined;
}

export interface QuantizeResult {
  readonly file: string;
  readonly out: string | undefined;
  readonly summary: QuantizeSummary;
  /** With `data` and `labels`. */
  readonly accuracy: AccuracyChange | undefined;
  /** Whether the quantized network can be built; what hinders is told as warnings. */
  readonly buildable: boolean;
  readonly network: Module;
}

const usualBits = 8;
const usualSamples = 256;

/** Quantizes a trained float network with calibration samples, and writes it as QONNX. Throws `DiagnosticError`. */
export async function quantize(options: QuantizeModelOptions): Promise<QuantizeResult> {
  const { out, onEvent, calibrator, powerOfTwoScales, biasCorrection } = options;
  if (out !== undefined) checkOutputFile(out);
  const { file, network } = await openNetwork(options);
  const plugin = quantizePlugin({
    bits: {
      weights: options.weightBits ?? usualBits,
      activations: options.activationBits ?? usualBits,
      ...defined({ input: options.inputBits }),
    },
    calibration: calibrationOf(network, options),
    ...defined({ calibrator, powerOfTwoScales, biasCorrection }),
  });
  const { module, facts } = await runPlugin(network, plugin, "quantize", options);
  const summary = facts.need(quantizeSummary);
  onEvent?.({
    kind: "done",
    stage: "quantize",
    subject: counted(summary.layers.length, "layer"),
    facts: [
      `weights of ${range(
        summary.layers.map((l) => l.bits),
        "bit",
      )}`,
      counted(summary.activations.length, "quantizer of activations", "quantizers of activations"),
      `${summary.calibrator} on ${counted(summary.sampleCount, "sample")}`,
    ],
  });
  const accuracy = await accuracyChange(network, module, options);
  const buildable = await hasIntegers(module, options);
  await writeNetwork(module, options);
  return { file, out, summary, accuracy, buildable, network: module };
}

function calibrationOf(network: Module, options: QuantizeModelOptions): readonly CalibrationSample[] {
  const { calibrate, calibrateCount } = options;
  const { rows } = samplesFor(network, { data: calibrate }, 1);
  const frames = spread(rows.count, calibrateCount ?? usualSamples).map((frame) => rows.row(frame));
  return rows.entry === "codes" ? frames : frames.map(oneArray);
}

/** The inputs of a network one behind the other. */
function oneArray(tensors: readonly Tensor[]): Float64Array {
  const all = new Float64Array(tensors.reduce((sum, { shape }) => sum + product(shape), 0));
  let at = 0;
  for (const { data } of tensors) {
    all.set(Float64Array.from(data as ArrayLike<number>), at);
    at += data.length;
  }
  return all;
}

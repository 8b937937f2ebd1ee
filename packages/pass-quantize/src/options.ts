import { checkOptions, type OptionSchema, option } from "@gatefold/core";
import type { Calibrator } from "./calibrator.js";
import type { CalibrationSample } from "./measure.js";

export interface QuantizeOptions {
  readonly bits: {
    /** 2 to 16; codes −(2^(bits−1) − 1) … 2^(bits−1) − 1. */
    readonly weights: number;
    /** 2 to 16; unsigned where no value below 0 was seen. */
    readonly activations: number;
    /** Of network inputs without an encoding, behind elementwise ops on them alone. Default: 8. */
    readonly input?: number;
    /** Bits of the weights of single layers, by the name of the node. */
    readonly layers?: Readonly<Record<string, number>>;
  };
  /** Inputs like those that the network will see; a few hundred are enough. */
  readonly calibration: readonly CalibrationSample[];
  /** Ranges of activations. Default: `mse()`. */
  readonly calibrator?: Calibrator;
  /** Ranges of weights. Default: `mse()`. */
  readonly weightCalibrator?: Calibrator;
  /** A scale an output channel (default), or one for the layer. */
  readonly weightScales?: "channel" | "tensor";
  /** Scales that are powers of two. Default: false. */
  readonly powerOfTwoScales?: boolean;
  /** Adds back by how much rounded weights shift the mean of a channel. Default: true. */
  readonly biasCorrection?: boolean;
}

const isObject = (v: unknown): v is Readonly<Record<string, unknown>> => typeof v === "object" && v !== null;

const bits = option.integer({ min: 2, max: 16 });
const calibrator = option.optional(
  option.custom(
    "a calibrator: an object with `name` and `range(observed, codes)`",
    (v) => isObject(v) && typeof v["name"] === "string" && typeof v["range"] === "function",
  ),
);
const isSample = (v: unknown): boolean =>
  v instanceof Float32Array || v instanceof Float64Array || (Array.isArray(v) && v.every(isObject));

const schema: OptionSchema = {
  bits: option.object({
    weights: bits,
    activations: bits,
    input: option.optional(bits),
    layers: option.optional(option.record(bits)),
  }),
  calibration: option.custom(
    "a list of samples, at least one, each a Float32Array or a list of tensors",
    (v) => Array.isArray(v) && v.length > 0 && v.every(isSample),
  ),
  calibrator,
  weightCalibrator: calibrator,
  weightScales: option.optional(option.oneOf(["channel", "tensor"])),
  powerOfTwoScales: option.optional(option.boolean()),
  biasCorrection: option.optional(option.boolean()),
};

/** Throws `DiagnosticError` with every option that is wrong. */
export function checkQuantizeOptions(options: QuantizeOptions): QuantizeOptions {
  return checkOptions("quantize", options, schema);
}

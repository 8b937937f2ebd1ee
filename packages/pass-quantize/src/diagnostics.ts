import { DiagnosticError, diagnostic } from "@gatefold/core";
import type { Range } from "./calibrator.js";

// All the words that this package says, sorted by code.

export const alreadyQuantized = (): DiagnosticError =>
  new DiagnosticError([
    diagnostic(
      "quantize/already-quantized",
      "The weights of every layer of the network are quantized already.",
      {
        hint: "build the network as it is, or quantize the float network that it was made from",
      },
    ),
  ]);

export const badRange = (calibrator: string, where: string, { lo, hi }: Range): DiagnosticError =>
  new DiagnosticError([
    diagnostic(
      "quantize/bad-range",
      `The calibrator \`${calibrator}\` gives the range ${lo} … ${hi} for \`${where}\`.`,
      { hint: "a range is finite and holds 0; this is a defect of the calibrator" },
    ),
  ]);

export const notACode = (sample: number, reason: string): DiagnosticError =>
  new DiagnosticError([
    diagnostic(
      "quantize/not-a-code",
      `Calibration sample ${sample} does not fit an input of integer codes: ${reason}.`,
      {
        hint: "give the codes that the network reads, or the float network without an encoding",
      },
    ),
  ]);

export const notFinite = (where: string, sample: number, reason: string): DiagnosticError =>
  new DiagnosticError([
    diagnostic("quantize/not-finite", `\`${where}\` has ${reason} on calibration sample ${sample}.`, {
      hint: "leave samples out that hold NaN or infinity, and scale the data as in training",
    }),
  ]);

export const nothingToQuantize = (): DiagnosticError =>
  new DiagnosticError([
    diagnostic(
      "quantize/no-weights",
      "No matmul, gemm or convolution of the network has constant real weights.",
      {
        hint: "quantize the network as trained, before it is streamlined",
      },
    ),
  ]);

export const sampleSize = (sample: number, found: number, wanted: number): DiagnosticError =>
  new DiagnosticError([
    diagnostic(
      "quantize/sample-size",
      `Calibration sample ${sample} has ${found} elements, and the network's inputs have ${wanted}.`,
      { hint: "give each sample as one array that holds all inputs, one behind the other" },
    ),
  ]);

export const unknownLayer = (name: string, names: readonly string[]): DiagnosticError =>
  new DiagnosticError([
    diagnostic("quantize/unknown-layer", `No layer with weights is called \`${name}\`.`, {
      hint: `name one of ${names.join(", ")}`,
    }),
  ]);

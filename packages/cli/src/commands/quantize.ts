import { basename, extname } from "node:path";
import type { Calibrator, QuantizeSummary } from "@gatefold/pass-quantize";
import { quantize } from "../api/quantize.js";
import { exitCodes } from "../exit-codes.js";
import { grouped } from "../print/numbers.js";
import type { Reporter } from "../print/reporter.js";
import { table } from "../print/table.js";
import type { CliCommand } from "./command.js";
import { needed, quantizeFlags, readRewriteOptions } from "./compress-flags.js";
import { dataAt, pathAt } from "./flags.js";

const figure = (value: number): string => String(Number(value.toPrecision(4)));

function print({ layers, activations }: QuantizeSummary, { line }: Reporter): void {
  const weights = layers.map((layer) => [
    layer.name,
    String(layer.bits),
    grouped(layer.scaleCount),
    Number.isFinite(layer.signalToNoiseDb) ? layer.signalToNoiseDb.toFixed(1) : "exact",
    layer.largestCorrection === undefined ? "" : figure(layer.largestCorrection),
  ]);
  const header = ["layer", "bits", "scales", "signal to noise dB", "largest correction"];
  for (const row of table(header, weights)) line(`  ${row}`);
  const places = activations.map((place) => [
    place.name,
    `${place.signed ? "i" : "u"}${place.bits}`,
    figure(place.scale),
    figure(place.min),
    figure(place.max),
    (100 * place.clippedShare).toFixed(3),
  ]);
  if (places.length === 0) return;
  for (const row of table(["activation", "codes", "scale", "least", "greatest", "clipped %"], places))
    line(`  ${row}`);
}

export const quantizeCommand: CliCommand = {
  name: "quantize",
  summary: "Quantizes a trained float network with calibration samples, and writes it as QONNX.",
  argument: { name: "model", text: "an ONNX file, or .gf text" },
  addFlags: quantizeFlags,
  run: async ({ io, reporter, flags }, model) => {
    const given = needed<readonly string[]>(
      flags["calibrate"],
      "--calibrate",
      "gatefold quantize",
      "samples like those that the network will see",
    );
    const shared = await readRewriteOptions(
      io,
      flags,
      `out/${basename(model, extname(model))}.quantized.onnx`,
    );
    const bits = flags["bits"] as number | undefined;
    const { network, summary, ...result } = await quantize({
      ...shared,
      model: pathAt(io, model),
      calibrate: given.map((spec) => dataAt(io, spec)),
      calibrateCount: flags["calibrateCount"] as number | undefined,
      weightBits: (flags["weightBits"] as number | undefined) ?? bits,
      activationBits: (flags["activationBits"] as number | undefined) ?? bits,
      inputBits: flags["inputBits"] as number | undefined,
      calibrator: flags["calibrator"] as Calibrator | undefined,
      powerOfTwoScales: flags["powerOfTwo"] as boolean | undefined,
      // commander gives `true` where the flag is not there
      biasCorrection: flags["biasCorrection"] === false ? false : undefined,
      onEvent: reporter.onEvent,
    });
    print(summary, reporter);
    return { exitCode: exitCodes.ok, json: { ...result, ...summary } };
  },
};

import { inputDomains } from "@gatefold/core";
import type { Toolchain } from "@gatefold/toolchain";
import { samplesFor } from "../data/inputs.js";
import type { Compiled } from "./compile.js";
import { deviceInputs } from "./integers.js";
import type { DataOptions } from "./options.js";
import { type BuiltDesign, openRtl, runRtl } from "./rtl.js";

const waveFrames = 2;

/** Waves of the first inferences, as VCD text with the tensors' names. */
export async function recordWaves(
  compiled: Compiled,
  built: BuiltDesign,
  options: DataOptions,
  toolchain: Toolchain,
): Promise<string> {
  const domains = compiled.compilation.facts.get(inputDomains);
  const { rows } = samplesFor(compiled.network, options, waveFrames, domains);
  const frames = Array.from({ length: Math.min(waveFrames, rows.count) }, (_, i) =>
    deviceInputs(compiled.integers, rows, i),
  );
  const pieces: string[] = [];
  const design = await openRtl(built, toolchain);
  runRtl(design, built.design, frames, { onVcd: (text) => pieces.push(text), clockMhz: compiled.clockMhz });
  return pieces.join("");
}

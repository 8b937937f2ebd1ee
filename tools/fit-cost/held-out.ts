// Measures the rules on kernels that the fit never saw: those that `draw.ts` draws from a seed, when they have been run
// (`run.ts <variant> <workers> <seed>`). Prints tables and writes them for the rules to name: `held-out.ts <seed>`.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type FittedVariant, fittedVariants } from "../../packages/analysis-cost/src/family.js";
import { fittedModels, lutsOf } from "../../packages/analysis-cost/src/fitted-rules.js";
import { kindOf } from "./draw.js";
import { readRuns } from "./measure.js";
import { errorOf, heldOutSamples, percent, relativeError, type Sample } from "./samples.js";
import { runsName } from "./sets.js";

const [seedText] = process.argv.slice(2);
const seed = Number(seedText);
if (!Number.isInteger(seed)) throw new TypeError("held-out.ts <seed>");

/** Errors over some kernels; a kernel without a LUT estimate is counted, not judged. */
function row(samples: readonly Sample[], variant: FittedVariant): Record<string, unknown> {
  const estimates = samples.map((s) => lutsOf(s.structure.features, fittedModels[variant].lutsPer));
  const errors = samples.flatMap((s, i) =>
    estimates[i] === undefined ? [] : [relativeError(estimates[i], s.run.lutCount)],
  );
  const count = (same: (s: Sample) => boolean): number => samples.filter(same).length;
  return {
    ...errorOf(errors),
    unknownCount: samples.length - errors.length,
    bramEqual: count((s) => s.structure.bramCount === s.run.bramCount),
    dspEqual: count((s) => s.structure.dspCount === s.run.dspCount),
    ffWithin5Percent: count((s) => Math.abs(s.structure.ffCount - s.run.ffCount) <= 0.05 * s.run.ffCount + 1),
    // sums over the kernels: what errors of both signs leave of a network
    sumError: Number(
      (
        estimates.reduce((a: number, b) => a + (b ?? 0), 0) /
          samples.reduce((a, s, i) => a + (estimates[i] === undefined ? 0 : s.run.lutCount), 0) -
        1
      ).toFixed(4),
    ),
  };
}

function print(name: string, figures: Readonly<Record<string, unknown>>): void {
  const f = figures as Readonly<Record<string, number>>;
  const all = f["kernelCount"]! + f["unknownCount"]!;
  const columns = [
    String(all).padStart(4),
    percent(f["median"]!).padStart(8),
    percent(f["worst"]!).padStart(8),
    `${f["bramEqual"]}/${all}`.padStart(8),
    `${f["dspEqual"]}/${all}`.padStart(8),
    `${f["ffWithin5Percent"]}/${all}`.padStart(8),
  ];
  console.log(`  ${name.padEnd(26)}${columns.join("")}`);
}

const variants: Record<string, unknown> = {};
for (const variant of fittedVariants) {
  const samples = heldOutSamples(variant, seed);
  if (samples.length === 0) continue;
  const kinds = [...new Set(samples.map(({ spec }) => kindOf(spec)))];
  const byKind = Object.fromEntries(
    kinds.map((kind) => [
      kind,
      row(
        samples.filter(({ spec }) => kindOf(spec) === kind),
        variant,
      ),
    ]),
  );
  const all = row(samples, variant);
  const { yosys, command } = readRuns(runsName(variant, seed));
  variants[variant] = { ...all, tool: yosys.replace(/ \(.*$/, ""), command, kinds: byKind };
  console.log(`${variant}, seed ${seed}:     kernels  median   worst    BRAM     DSP  FF 5 %`);
  for (const [kind, figures] of Object.entries(byKind)) print(kind, figures);
  print("all", all);
}
const path = fileURLToPath(new URL("../../packages/analysis-cost/src/fitted/held-out.json", import.meta.url));
const before = JSON.parse(readFileSync(path, "utf8")) as { variants: Record<string, unknown> };
const result = { seed, variants: { ...before.variants, ...variants } };
writeFileSync(path, `${JSON.stringify(result, undefined, 2)}\n`);

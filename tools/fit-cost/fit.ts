// Fits the LUT coefficients of every variant that has runs, writes them, and prints the errors on the kernels of the fit:
// `fit.ts [variant …] [--verbose]`. Errors on kernels that the fit never saw are `held-out.ts`'s.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type FittedVariant, fittedVariants } from "../../packages/analysis-cost/src/family.js";
import { lutsOf } from "../../packages/analysis-cost/src/fitted-rules.js";
import { fitted } from "./designs.js";
import { nonNegativeLeastSquares } from "./least-squares.js";
import { readRuns } from "./measure.js";
import { errorOf, percent, relativeError, type Sample, samplesOf } from "./samples.js";

const verbose = process.argv.includes("--verbose");
const named = process.argv.slice(2).filter((a) => !a.startsWith("--"));

/** LUTs of a kernel's control, and of one bit of anything: what the fit leans to where the runs leave it open. */
const kernelPrior = 8;

/** Small kernels count less: a few LUTs more or less are no large error there. */
const scale = (luts: number): number => 1 / (luts + 20);

function fitVariant(variant: FittedVariant): void {
  const known = samplesOf(fitted, variant);
  const names = [...new Set(known.flatMap(({ structure }) => Object.keys(structure.features)))].sort();
  const rows = known.map(({ structure, run }) =>
    names.map((name) => (structure.features[name] ?? 0) * scale(run.lutCount)),
  );
  const luts = known.map(({ run }) => run.lutCount * scale(run.lutCount));
  const prior = names.map((name) => (name.startsWith("kernel ") ? kernelPrior : 1));
  const weights = names.map((n) => (n.startsWith("kernel ") ? 1e-5 : 1e-3));
  const solution = nonNegativeLeastSquares(rows, luts, prior, weights);
  const lutsPer = Object.fromEntries(names.map((name, i) => [name, Number(solution[i]!.toPrecision(3))]));
  const { yosys, command } = readRuns(variant);
  const errors = known.map((s) => relativeError(lutsOf(s.structure.features, lutsPer)!, s.run.lutCount));
  const model = { variant, tool: yosys.replace(/ \(.*$/, ""), command, lutError: errorOf(errors), lutsPer };
  const path = new URL(`../../packages/analysis-cost/src/fitted/${variant}.json`, import.meta.url);
  writeFileSync(fileURLToPath(path), `${JSON.stringify(model, undefined, 2)}\n`);
  report(variant, known, lutsPer);
}

function report(variant: string, known: readonly Sample[], lutsPer: Readonly<Record<string, number>>): void {
  const estimate = ({ structure }: Sample): number => lutsOf(structure.features, lutsPer)!;
  const { kernelCount, median, worst } = errorOf(
    known.map((s) => relativeError(estimate(s), s.run.lutCount)),
  );
  const count = (same: (s: Sample) => boolean): string => `${known.filter(same).length} of ${known.length}`;
  console.log(
    `${variant}: ${kernelCount} kernels, LUTs off by ${percent(median)} (median), ${percent(worst)} (worst); ` +
      `equal: BRAM ${count((s) => s.structure.bramCount === s.run.bramCount)}, ` +
      `DSP ${count((s) => s.structure.dspCount === s.run.dspCount)}, ` +
      `FF within 5 % ${count((s) => Math.abs(s.structure.ffCount - s.run.ffCount) <= 0.05 * s.run.ffCount + 1)}`,
  );
  if (!verbose) return;
  for (const s of known) {
    const { structure, run, spec } = s;
    const error = relativeError(estimate(s), run.lutCount);
    console.log(
      `  ${percent(error).padStart(7)} LUT ${estimate(s)}/${run.lutCount} FF ${Math.round(structure.ffCount)}/${run.ffCount} ` +
        `BRAM ${structure.bramCount}/${run.bramCount} DSP ${structure.dspCount}/${run.dspCount} ${JSON.stringify(spec)}`,
    );
  }
  console.log(lutsPer);
}

for (const variant of (named.length > 0 ? named : fittedVariants) as FittedVariant[]) fitVariant(variant);

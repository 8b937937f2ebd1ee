// Fits the LUT coefficients of every family that has runs, writes them, and prints the errors: `fit.ts [family …] [--verbose]`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type FittedFamily, familyTraits, fittedFamilies } from "../../packages/analysis-cost/src/family.js";
import { structureOf } from "../../packages/analysis-cost/src/features/index.js";
import type { Structure } from "../../packages/analysis-cost/src/features/primitives.js";
import { fitted, heldOut } from "./designs.js";
import { type KernelSpec, kernelGraph } from "./kernel-graph.js";
import { nonNegativeLeastSquares } from "./least-squares.js";
import { type Run, readRuns } from "./measure.js";

interface Sample {
  readonly spec: KernelSpec;
  readonly run: Run;
  readonly structure: Structure;
}

const verbose = process.argv.includes("--verbose");
const named = process.argv.slice(2).filter((a) => !a.startsWith("--"));

function samplesOf(specs: readonly KernelSpec[], family: FittedFamily): Sample[] {
  const { runs } = readRuns(family);
  return specs.flatMap((spec) => {
    const run = runs[JSON.stringify(spec)];
    return run ? [{ spec, run, structure: structureOf(kernelGraph(spec).op, familyTraits[family]) }] : [];
  });
}

/** LUTs of a kernel's control, and of one bit of anything: what the fit leans to where the runs leave it open. */
const kernelPrior = 8;

/** Small kernels count less: a few LUTs more or less are no large error there. */
const scale = (luts: number): number => 1 / (luts + 20);

function fitFamily(family: FittedFamily): void {
  const known = samplesOf(fitted, family);
  const unseen = samplesOf(heldOut, family);
  const names = [...new Set(known.flatMap(({ structure }) => Object.keys(structure.features)))].sort();
  const rows = known.map(({ structure, run }) =>
    names.map((name) => (structure.features[name] ?? 0) * scale(run.lutCount)),
  );
  const luts = known.map(({ run }) => run.lutCount * scale(run.lutCount));
  const prior = names.map((name) => (name.startsWith("kernel ") ? kernelPrior : 1));
  const solution = nonNegativeLeastSquares(
    rows,
    luts,
    prior,
    names.map((n) => (n.startsWith("kernel ") ? 1e-5 : 1e-3)),
  );
  const lutsPer = Object.fromEntries(names.map((name, i) => [name, Number(solution[i]!.toPrecision(3))]));
  const model = {
    family,
    tool: readRuns(family).yosys.replace(/ \(.*$/, ""),
    lutError: { fitted: lutError(known, lutsPer), heldOut: lutError(unseen, lutsPer) },
    lutsPer,
  };
  const path = new URL(`../../packages/analysis-cost/src/fitted/${family}.json`, import.meta.url);
  writeFileSync(fileURLToPath(path), `${JSON.stringify(model, undefined, 2)}\n`);
  report(family, known, unseen, model.lutError, lutsPer);
}

/** LUTs; unlike `lutsOf`, a feature that was never fitted counts nothing, and its kernel is left out by the caller. */
function predict(structure: Structure, lutsPer: Readonly<Record<string, number>>): number | undefined {
  let luts = 0;
  for (const [name, amount] of Object.entries(structure.features)) {
    const each = lutsPer[name];
    if (each === undefined) return undefined;
    luts += each * amount;
  }
  return Math.round(luts);
}

function relativeErrors(samples: readonly Sample[], lutsPer: Readonly<Record<string, number>>): number[] {
  return samples.flatMap(({ structure, run }) => {
    const luts = predict(structure, lutsPer);
    return luts === undefined || run.lutCount === 0 ? [] : [Math.abs(luts - run.lutCount) / run.lutCount];
  });
}

function lutError(
  samples: readonly Sample[],
  lutsPer: Readonly<Record<string, number>>,
): { kernelCount: number; median: number; worst: number } {
  const errors = relativeErrors(samples, lutsPer).sort((a, b) => a - b);
  if (errors.length === 0) return { kernelCount: 0, median: 0, worst: 0 };
  const middle = errors.length >> 1;
  const median = errors.length % 2 === 1 ? errors[middle]! : (errors[middle - 1]! + errors[middle]!) / 2;
  const round = (v: number): number => Number(v.toFixed(4));
  return { kernelCount: errors.length, median: round(median), worst: round(errors.at(-1)!) };
}

function report(
  family: string,
  known: readonly Sample[],
  unseen: readonly Sample[],
  errors: Readonly<Record<"fitted" | "heldOut", { kernelCount: number; median: number; worst: number }>>,
  lutsPer: Readonly<Record<string, number>>,
): void {
  for (const [name, { kernelCount, median, worst }] of Object.entries(errors)) {
    const percent = (v: number): string => `${(100 * v).toFixed(1)} %`;
    console.log(
      `${family} ${name}: ${kernelCount} kernels, LUTs off by ${percent(median)} (median), ${percent(worst)} (worst)`,
    );
  }
  const all = [...known, ...unseen];
  const count = (same: (s: Sample) => boolean): string => `${all.filter(same).length} of ${all.length}`;
  console.log(
    `${family} equal: BRAM ${count((s) => s.structure.bramCount === s.run.bramCount)}, ` +
      `DSP ${count((s) => s.structure.dspCount === s.run.dspCount)}, ` +
      `FF within 5 % ${count((s) => Math.abs(s.structure.ffCount - s.run.ffCount) <= 0.05 * s.run.ffCount + 1)}`,
  );
  if (!verbose) return;
  for (const s of all) {
    const { structure, run, spec } = s;
    const held = unseen.includes(s) ? "held " : "";
    console.log(
      `  ${held}LUT ${predict(structure, lutsPer)}/${run.lutCount} FF ${Math.round(structure.ffCount)}/${run.ffCount} ` +
        `BRAM ${structure.bramCount}/${run.bramCount} DSP ${structure.dspCount}/${run.dspCount} ${JSON.stringify(spec)}`,
    );
  }
  console.log(lutsPer);
}

for (const family of (named.length > 0 ? named : fittedFamilies) as FittedFamily[]) fitFamily(family);

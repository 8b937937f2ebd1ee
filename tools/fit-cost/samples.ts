import { type FittedVariant, familyTraits } from "../../packages/analysis-cost/src/family.js";
import { structureOf } from "../../packages/analysis-cost/src/features/index.js";
import type { Structure } from "../../packages/analysis-cost/src/features/primitives.js";
import type { FitError } from "../../packages/analysis-cost/src/fitted-rules.js";
import { type KernelSpec, kernelGraph } from "./kernel-graph.js";
import { type Run, readRuns } from "./measure.js";
import { concerns, runsName } from "./sets.js";

/** A kernel, what synthesis made of it, and what it is made of. */
export interface Sample {
  readonly spec: KernelSpec;
  readonly run: Run;
  readonly structure: Structure;
}

function sampleOf(spec: KernelSpec, run: Run, variant: FittedVariant): Sample {
  const multipliers = spec["multipliers"] === "logic" ? "logic" : "auto";
  return { spec, run, structure: structureOf(kernelGraph(spec).op, familyTraits[variant], multipliers) };
}

/** The kernels that have been run. A variant takes the family's runs of kernels that are the same on both. */
export function samplesOf(specs: readonly KernelSpec[], variant: FittedVariant): Sample[] {
  const own = readRuns(variant).runs;
  const others = variant === "ice40up" ? readRuns("ice40").runs : own;
  return specs.flatMap((spec) => {
    const run = (concerns(variant, spec) ? own : others)[JSON.stringify(spec)];
    return run ? [sampleOf(spec, run, variant)] : [];
  });
}

/** The kernels that were drawn from a seed and run. */
export function heldOutSamples(variant: FittedVariant, seed: number): Sample[] {
  const { runs } = readRuns(runsName(variant, seed));
  return Object.entries(runs).map(([key, run]) => sampleOf(JSON.parse(key) as KernelSpec, run, variant));
}

/** Relative error of one LUT estimate. A kernel of no LUTs at all counts as one of one LUT. */
export function relativeError(estimated: number, measured: number): number {
  return Math.abs(estimated - measured) / Math.max(measured, 1);
}

export function errorOf(errors: readonly number[]): FitError {
  if (errors.length === 0) return { kernelCount: 0, median: 0, worst: 0 };
  const sorted = [...errors].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  const round = (v: number): number => Number(v.toFixed(4));
  return { kernelCount: sorted.length, median: round(median), worst: round(sorted.at(-1)!) };
}

export const percent = (v: number): string => `${(100 * v).toFixed(1)} %`;

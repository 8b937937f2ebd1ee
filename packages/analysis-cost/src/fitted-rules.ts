import type { CostRule, Op, Resources } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { type FittedFamily, familyTraits, fittedFamilies } from "./family.js";
import { structureOf, structures } from "./features/index.js";
import ecp5 from "./fitted/ecp5.json" with { type: "json" };
import ice40 from "./fitted/ice40.json" with { type: "json" };
import xilinx7 from "./fitted/xilinx7.json" with { type: "json" };

/** Relative LUT errors, and how many kernels they were taken over. */
export interface FitError {
  readonly kernelCount: number;
  readonly median: number;
  readonly worst: number;
}

/** Coefficients of one family, as `fit:cost` writes them. */
export interface FittedModel {
  readonly family: string;
  /** The Yosys that made the runs. */
  readonly tool: string;
  /** Kernels that the coefficients were fitted on, and kernels that they never saw. */
  readonly lutError: { readonly fitted: FitError; readonly heldOut: FitError };
  /** LUTs for each unit of a feature. A kernel with a feature that is not here has no LUT estimate. */
  readonly lutsPer: Readonly<Record<string, number>>;
}

export const fittedModels: Readonly<Record<FittedFamily, FittedModel>> = { ice40, ecp5, xilinx7 };

/** LUTs of a kernel's features; `undefined` when a feature has no coefficient: nobody measured it. */
export function lutsOf(
  features: Readonly<Record<string, number>>,
  lutsPer: Readonly<Record<string, number>>,
): number | undefined {
  let luts = 0;
  for (const name in features) {
    const each = lutsPer[name];
    if (each === undefined) return undefined;
    luts += each * features[name]!;
  }
  return Math.round(luts);
}

function estimate(op: Op, family: FittedFamily): Partial<Resources> {
  const { features, ffCount, bramCount, dspCount } = structureOf(op, familyTraits[family]);
  const lutCount = lutsOf(features, fittedModels[family].lutsPer);
  return {
    ...(lutCount === undefined ? {} : { lutCount }),
    ffCount: Math.round(ffCount),
    bramCount,
    dspCount,
  };
}

function rulesOf(family: FittedFamily): CostRule[] {
  const { tool, lutError } = fittedModels[family];
  const percent = (error: number): string => `${(100 * error).toFixed(1)} %`;
  const source =
    `${tool}, ${lutError.fitted.kernelCount} kernels of this project; ` +
    `LUTs within ${percent(lutError.heldOut.median)} (median) on ${lutError.heldOut.kernelCount} others`;
  const free = { lutCount: 0, ffCount: 0, bramCount: 0, dspCount: 0 };
  return [
    ...[...structures.keys()].map((op) => ({ op, family, source, estimate: (o: Op) => estimate(o, family) })),
    { op: hw.Reshape, family, source: "wires only", estimate: () => free },
  ];
}

/** Rules fitted on synthesis runs of this project's kernels: iCE40, ECP5 and 7-series. */
export const fittedRules: readonly CostRule[] = fittedFamilies.flatMap(rulesOf);

import type { CostRule, Op, Resources } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { type FittedFamily, type FittedVariant, familyTraits, fittedFamilies } from "./family.js";
import { structureOf, structures } from "./features/index.js";
import type { Multipliers, WeightStorage } from "./features/primitives.js";
import ecp5 from "./fitted/ecp5.json" with { type: "json" };
import heldOut from "./fitted/held-out.json" with { type: "json" };
import ice40 from "./fitted/ice40.json" with { type: "json" };
import ice40up from "./fitted/ice40up.json" with { type: "json" };
import xilinx7 from "./fitted/xilinx7.json" with { type: "json" };
import { netlistRules } from "./netlist-rules.js";

/** Relative LUT errors, and how many kernels they were taken over. */
export interface FitError {
  readonly kernelCount: number;
  readonly median: number;
  readonly worst: number;
}

/** Coefficients of one variant of a family, as `fit:cost` writes them. */
export interface FittedModel {
  readonly variant: string;
  /** The Yosys that made the runs, and the command that it was given. */
  readonly tool: string;
  readonly command: string;
  /** On the kernels that the coefficients were fitted on. */
  readonly lutError: FitError;
  /** LUTs for each unit of a feature. A kernel with a feature that is not here has no LUT estimate. */
  readonly lutsPer: Readonly<Record<string, number>>;
}

export const fittedModels: Readonly<Record<FittedVariant, FittedModel>> = { ice40, ice40up, ecp5, xilinx7 };

/** Errors on kernels that were drawn after the rules were frozen: `tools/fit-cost/held-out.ts`. */
export const heldOutErrors: Readonly<Record<FittedVariant, FitError>> = heldOut.variants;

/** What the rules have to know of the build beside its kernels. */
export interface FittedOptions {
  /** As the Verilog is emitted: products of integers left to the tool (default), or built from LUTs. */
  readonly multipliers?: Multipliers | undefined;
  /** Of the device: an iCE40 that has DSP blocks is an UltraPlus, whose products go there. Default: none. */
  readonly dspCount?: number | undefined;
  /** Weights in memories as constants (default), or written by the host; the slave through which it does is not counted. */
  readonly weights?: WeightStorage | undefined;
}

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

function estimate(
  op: Op,
  variant: FittedVariant,
  multipliers: Multipliers,
  weights: WeightStorage,
): Partial<Resources> {
  const { features, ffCount, bramCount, dspCount } = structureOf(
    op,
    familyTraits[variant],
    multipliers,
    weights,
  );
  const lutCount = lutsOf(features, fittedModels[variant].lutsPer);
  return {
    ...(lutCount === undefined ? {} : { lutCount }),
    ffCount: Math.round(ffCount),
    bramCount,
    dspCount,
  };
}

function rulesOf(
  family: FittedFamily,
  { multipliers = "auto", dspCount = 0, weights = "constant" }: FittedOptions,
): CostRule[] {
  const variant = family === "ice40" && dspCount > 0 ? "ice40up" : family;
  const { tool, command, lutError } = fittedModels[variant];
  const { median, kernelCount } = heldOutErrors[variant];
  const source =
    `${tool} \`${command}\`, ${lutError.kernelCount} kernels of this project; ` +
    `LUTs within ${(100 * median).toFixed(1)} % (median) on ${kernelCount} others`;
  const free = { lutCount: 0, ffCount: 0, bramCount: 0, dspCount: 0 };
  return [
    ...[...structures.keys()].map((op) => ({
      op,
      family,
      source,
      estimate: (o: Op) => estimate(o, variant, multipliers, weights),
    })),
    { op: hw.Reshape, family, source: "wires only", estimate: () => free },
  ];
}

/** Rules fitted on synthesis runs of this project's kernels, for a way to build: iCE40, ECP5 and 7-series. */
export function fittedRulesFor(options: FittedOptions): readonly CostRule[] {
  return [...fittedFamilies.flatMap((family) => rulesOf(family, options)), ...netlistRules(fittedModels)];
}

/** {@link fittedRulesFor} with products left to the tool, on devices without DSP blocks where a family has such. */
export const fittedRules: readonly CostRule[] = fittedRulesFor({});

import type { FittedVariant } from "../../packages/analysis-cost/src/family.js";
import type { KernelSpec } from "./kernel-graph.js";

/** The file of a variant's runs: those of the fit, or those of the kernels drawn from a seed. */
export function runsName(variant: FittedVariant, seed: number | undefined): string {
  return seed === undefined ? variant : `${variant}-held-out-${seed}`;
}

/** Whether a kernel is measured for a variant of its own: with the multipliers of the UltraPlus only products differ. */
export function concerns(variant: FittedVariant, spec: KernelSpec): boolean {
  if (variant !== "ice40up") return true;
  if (spec.op === "affine" || spec.op === "requantize" || spec.op === "add_streams") return true;
  if (spec.op !== "mvu" && spec.op !== "vvu") return false;
  const words = [spec["x"], spec["w"]];
  return !words.some((w) => w === "bipolar" || w === "ternary" || w === "u1");
}

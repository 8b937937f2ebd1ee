import { definePlugin, type Plugin } from "@gatefold/core";
import { finnRules } from "./finn-rules.js";
import { fittedRules } from "./fitted-rules.js";

export { bitOperations } from "./bops.js";
export { type CostReport, estimateCost, type KernelCost, type SummedResource } from "./estimate.js";
export { type FittedFamily, fittedFamilies } from "./family.js";
export { bram18Count, type FinnMvauInit, finnMvauLutCount } from "./finn.js";
export { finnRules } from "./finn-rules.js";
export { type FitError, type FittedModel, fittedModels, fittedRules } from "./fitted-rules.js";
export { type FinnResources, type Hls4mlReport, toFinnReport, toHls4mlReport } from "./report-names.js";

export interface CostOptions {
  /** `fitted` on this project's own kernels (default), or `finn`: FINN's formulas, 7-series only. */
  readonly rules?: "fitted" | "finn";
}

/** Cost rules of the usual kernels. */
export function cost({ rules = "fitted" }: CostOptions = {}): Plugin {
  return definePlugin({ name: "cost", costRules: rules === "finn" ? finnRules : fittedRules });
}

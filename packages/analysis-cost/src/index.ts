import { definePlugin, type Plugin } from "@gatefold/core";
import { finnRules } from "./finn-rules.js";
import { type FittedOptions, fittedRules, fittedRulesFor } from "./fitted-rules.js";

export { logicNetsLuts } from "@gatefold/netlist";
export { bitOperations } from "./bops.js";
export { type CostReport, estimateCost, type KernelCost, type SummedResource } from "./estimate.js";
export { type FittedFamily, type FittedVariant, fittedFamilies, fittedVariants } from "./family.js";
export { bram18Count, type FinnMvauInit, finnLutPerMac, finnMvauLutCount } from "./finn.js";
export { finnRules } from "./finn-rules.js";
export {
  type FitError,
  type FittedModel,
  type FittedOptions,
  fittedModels,
  fittedRules,
  fittedRulesFor,
  heldOutErrors,
} from "./fitted-rules.js";
export { type FinnResources, type Hls4mlReport, toFinnReport, toHls4mlReport } from "./report-names.js";

export interface CostOptions extends FittedOptions {
  /** `fitted` on this project's own kernels (default), or `finn`: FINN's formulas, 7-series only. */
  readonly rules?: "fitted" | "finn";
}

/** Cost rules of the usual kernels. */
export function cost({ rules = "fitted", ...options }: CostOptions = {}): Plugin {
  const plain = Object.values(options).every((given) => given === undefined);
  const fitted = plain ? fittedRules : fittedRulesFor(options);
  return definePlugin({ name: "cost", costRules: rules === "finn" ? finnRules : fitted });
}

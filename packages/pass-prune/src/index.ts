import { definePlugin, type Plugin } from "@gatefold/core";
import { type PruneOptions, prunePass } from "./prune-pass.js";

export { type MagnitudeOptions, magnitude, randomPruner } from "./magnitude.js";
export { type PrunedLayer, type PruneOptions, pruneSummary } from "./prune-pass.js";
export type { Granularity, PrunableMatrix, Pruner } from "./pruner.js";
export { cubic, hawksFractions, ofRemaining, oneShot, type SparsitySchedule } from "./schedule.js";

/** Post-training pruning: a share of the weights of a network, as trained, becomes 0. */
export function prune(options: PruneOptions): Plugin {
  return definePlugin({ name: "prune", passes: [prunePass(options)] });
}

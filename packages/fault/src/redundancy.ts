import { definePass, definePlugin, type Plugin } from "@gatefold/core";
import { Override } from "./override.js";
import { type Redundancy, triplicate } from "./triplicate.js";

/**
 * Builds circuits in which some channels are there three times, with a majority vote behind them: `redundancy({ conv1: [0, 5] })`. Layers
 * go by the names of their nodes. `rankChannels` and `mostCritical` say which channels are worth it.
 */
export function redundancy(channels: Redundancy): Plugin {
  return definePlugin({
    name: "redundancy",
    ops: [Override],
    passes: [
      definePass({
        name: "triplicate-channels",
        summary: "Critical channels are computed three times and voted on.",
        phase: "implement",
        semantics: "bit-exact",
        run: (module) => {
          module.main = triplicate(module.main, channels);
        },
      }),
    ],
  });
}

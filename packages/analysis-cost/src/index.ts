import { type CostRule, definePlugin, type Plugin } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { finnFifo, finnMvau, finnSource, finnThresholding, finnWidthConverter } from "./finn.js";

export { bitOperations } from "./bops.js";
export { type CostReport, estimateCost, type KernelCost, type SummedResource } from "./estimate.js";
export { bram18Count, type FinnMvauInit, finnMvauLutCount } from "./finn.js";

/** FINN's rules for 7-series parts. */
export const finnRules: readonly CostRule[] = (
  [
    [hw.Mvu, finnMvau],
    [hw.Threshold, finnThresholding],
    [hw.Fifo, finnFifo],
    [hw.WidthConverter, finnWidthConverter],
    [hw.Reshape, () => ({ lutCount: 0, ffCount: 0, bramCount: 0, dspCount: 0 })],
  ] as const
).map(([op, estimate]) => ({ op, family: "xilinx7", source: finnSource, estimate }));

/** Cost rules of the usual kernels. */
export function cost(): Plugin {
  return definePlugin({ name: "cost", costRules: finnRules });
}

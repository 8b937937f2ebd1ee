import type { CostRule } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { finnFifo, finnMvau, finnSource, finnThresholding, finnWidthConverter } from "./finn.js";

/** FINN's rules for 7-series parts, for comparison: they estimate FINN's kernels, not ours. */
export const finnRules: readonly CostRule[] = (
  [
    [hw.Mvu, finnMvau],
    [hw.Threshold, finnThresholding],
    [hw.Fifo, finnFifo],
    [hw.WidthConverter, finnWidthConverter],
    [hw.Reshape, () => ({ lutCount: 0, ffCount: 0, bramCount: 0, dspCount: 0 })],
  ] as const
).map(([op, estimate]) => ({ op, family: "xilinx7", source: finnSource, estimate }));

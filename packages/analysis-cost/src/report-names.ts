import type { Resources } from "@gatefold/core";
import type { CostReport } from "./estimate.js";

/** Blocks of 18 Kbit in one block RAM of a target. A family that has no such blocks is not here. */
const blocks18: Readonly<Record<string, number>> = { xilinx7: 2, ecp5: 1 };

/** One kernel, or `total`, in FINN's words. A resource that is not known is not there. */
export interface FinnResources {
  readonly LUT?: number;
  readonly FF?: number;
  readonly DSP?: number;
  readonly BRAM_18K?: number;
  readonly URAM?: number;
}

/** The families whose block RAMs count as blocks of 18 Kbit have no UltraRAM. */
function finnNames(found: Partial<Resources>, family: string): FinnResources {
  const { lutCount, ffCount, dspCount, bramCount } = found;
  const blocks = blocks18[family];
  return {
    ...(lutCount === undefined ? {} : { LUT: lutCount }),
    ...(ffCount === undefined ? {} : { FF: ffCount }),
    ...(dspCount === undefined ? {} : { DSP: dspCount }),
    ...(bramCount === undefined || blocks === undefined ? {} : { BRAM_18K: bramCount * blocks, URAM: 0 }),
  };
}

/** Sums that are complete; a sum over some kernels only is not the total. */
function knownTotals(report: CostReport): Partial<Resources> {
  const known = Object.entries(report.totals).filter(([, { complete }]) => complete);
  return Object.fromEntries(known.map(([key, { count }]) => [key, count]));
}

/** The report as FINN's `estimate_layer_resources.json` names it: an object a kernel, and `total`. */
export function toFinnReport(report: CostReport): Readonly<Record<string, FinnResources>> {
  const kernels = report.kernels.map((k) => [k.kernel, finnNames(k.resources, report.family)] as const);
  return { ...Object.fromEntries(kernels), total: finnNames(knownTotals(report), report.family) };
}

/** The whole design in the words of hls4ml's `CSynthesisReport`. */
export interface Hls4mlReport extends FinnResources {
  readonly BestLatency: number;
  readonly WorstLatency: number;
  readonly IntervalMin: number;
  readonly IntervalMax: number;
}

/**
 * The report as hls4ml names it. Kernels overlap, so a frame takes at least as long as in the slowest of them and at
 * most as long as in all of them one after the other: best and worst latency, in cycles.
 */
export function toHls4mlReport(report: CostReport): Hls4mlReport {
  const latencies = report.kernels.map((k) => k.latencyCycles);
  return {
    ...finnNames(knownTotals(report), report.family),
    BestLatency: Math.max(0, ...latencies),
    WorstLatency: latencies.reduce((a, b) => a + b, 0),
    IntervalMin: report.intervalCycles,
    IntervalMax: report.intervalCycles,
  };
}

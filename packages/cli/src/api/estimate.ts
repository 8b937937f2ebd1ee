import { type CostReport, estimateCost } from "@gatefold/analysis-cost";
import { type FifoSummary, type FoldStep, fifoSummary } from "@gatefold/pass-fold";
import { type Figure, figure, type LayerReport, sumOf } from "@gatefold/report";
import { compileModel } from "./compile.js";
import { layerReports } from "./layers.js";
import type { PipelineOptions } from "./options.js";

export interface Estimate {
  readonly target: string;
  readonly clockMhz: number;
  readonly layers: readonly LayerReport[];
  readonly intervalCycles: Figure;
  readonly inferencesPerSecond: Figure;
  readonly bottleneck: string;
  /** The next faster folding and what it adds; absent when there is none. */
  readonly nextStep: FoldStep | undefined;
  readonly macs: Figure;
  readonly bops: Figure;
  readonly memoryBits: Figure;
  /** FIFOs with their depths and, between forks and joins of networks where the search is short, the least depths. */
  readonly fifos: readonly FifoSummary[];
  readonly fifoBits: Figure;
  /** Resources by the cost rules of the target's family; a sum that is not complete is a lower bound. */
  readonly cost: CostReport;
  /** What the target's block RAM holds altogether. */
  readonly availableMemoryBits: Figure;
}

/** What a model would cost, by formulas alone: nothing is emitted. Throws `DiagnosticError`. */
export async function estimate(options: PipelineOptions): Promise<Estimate> {
  const { streamline, fold, target, clockMhz, hardware, compiler, compilation } = await compileModel(options);
  if (!fold) throw new TypeError("the pipeline left no folding summary");
  const layers = layerReports(streamline, fold);
  const { bramCount, bramBits } = target.resources;
  const fifos = compilation.facts.get(fifoSummary) ?? [];
  const fifoBits = fifos.reduce((total, { depth, widthBits }) => total + depth * widthBits, 0);
  const sum = (key: "macs" | "bops" | "memoryBits", unit: string, source: string): Figure =>
    sumOf(
      layers.map((layer) => layer[key]),
      unit,
      source,
    );
  return {
    target: target.name,
    clockMhz,
    layers,
    intervalCycles: figure(fold.intervalCycles, "cycles", "formula"),
    inferencesPerSecond: figure(fold.inferencesPerSecond, "1/s", "formula"),
    bottleneck: fold.bottleneck,
    nextStep: fold.nextStep,
    macs: sum("macs", "MAC", "model"),
    bops: sum("bops", "bit operations", "formula"),
    memoryBits: sum("memoryBits", "bits", "formula"),
    fifos,
    fifoBits: figure(fifoBits, "bits", "formula"),
    cost: estimateCost(hardware.main, target.family, compiler.costRules, compiler.interfaces),
    availableMemoryBits: figure(bramCount * bramBits, "bits", "target"),
  };
}

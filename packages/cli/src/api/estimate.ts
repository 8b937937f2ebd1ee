import { type CostReport, estimateCost } from "@gatefold/analysis-cost";
import { type FifoSummary, type FoldStep, fifoSummary } from "@gatefold/pass-fold";
import { type Figure, figure, type ImplementationReport, type LayerReport, sumOf } from "@gatefold/report";
import { latencyFigure } from "./build-report.js";
import { compileModel } from "./compile.js";
import { implementationReports } from "./forms.js";
import { layerReports } from "./layers.js";
import type { PipelineOptions } from "./options.js";

export interface Estimate {
  readonly target: string;
  readonly clockMhz: number;
  readonly layers: readonly LayerReport[];
  readonly intervalCycles: Figure;
  readonly inferencesPerSecond: Figure;
  /** From the first input beat to the last output beat; absent for a network that stands still. */
  readonly latencyCycles: Figure | undefined;
  readonly bottleneck: string;
  /** How each layer is built and how else it could have been; empty where nothing offers a choice. */
  readonly implementations: readonly ImplementationReport[];
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
  const compiled = await compileModel(options);
  const { streamline, fold, target, clockMhz, hardware, compiler, compilation } = compiled;
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
    latencyCycles: latencyFigure(compiled.latencyCycles),
    bottleneck: fold.bottleneck,
    implementations: implementationReports(fold) ?? [],
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

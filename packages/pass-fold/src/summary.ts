import { defineFact, type Fact, type Graph, type InterfaceTable, type Location } from "@gatefold/core";
import { type NamedKernel, namedKernels } from "@gatefold/dialect-hw";
import { type FoldingFile, writeFolding } from "./folding-file.js";

/** One kernel as folded. */
export interface KernelSummary {
  readonly name: string;
  readonly kind: string;
  readonly op: string;
  readonly loc: Location;
  /** Axis → value. */
  readonly fold: Readonly<Record<string, number>>;
  readonly extents: Readonly<Record<string, number>>;
  readonly intervalCycles: number;
  readonly latencyCycles: number;
  readonly macs: number;
  readonly weightBits: number;
  readonly activationBits: number;
  readonly memoryBits: number;
}

/** What folding came to. */
export interface FoldSummary {
  readonly kernels: readonly KernelSummary[];
  /** Cycles between two frames in steady state: the slowest kernel's. */
  readonly intervalCycles: number;
  readonly bottleneck: string;
  readonly clockMhz: number;
  readonly inferencesPerSecond: number;
  readonly wantedInferencesPerSecond: number | undefined;
  readonly folding: FoldingFile;
}

export const foldSummary: Fact<FoldSummary> = defineFact<FoldSummary>("fold.summary");

function summarize({ op, name, model }: NamedKernel): KernelSummary {
  const axes = model.axes(op);
  const { intervalCycles, latencyCycles } = model.schedule(op);
  const work = model.work?.(op);
  return {
    name,
    kind: model.kind,
    op: op.def.name,
    loc: op.loc,
    fold: Object.fromEntries(axes.map((a) => [a.name, a.value])),
    extents: Object.fromEntries(axes.map((a) => [a.name, a.extent])),
    intervalCycles,
    latencyCycles,
    macs: work?.macs ?? 0,
    weightBits: work?.weightBits ?? 0,
    activationBits: work?.activationBits ?? 0,
    memoryBits: (model.memories?.(op) ?? []).reduce((sum, m) => sum + m.widthBits * m.depth, 0),
  };
}

/** Summarizes a folded graph; plumbing is listed too. The first of the slowest kernels is the bottleneck. */
export function summarizeFold(
  graph: Graph,
  interfaces: InterfaceTable,
  clockMhz: number,
  wantedInferencesPerSecond: number | undefined,
): FoldSummary {
  const named = namedKernels(graph, interfaces);
  const kernels = named.map(summarize);
  const slowest = kernels.reduce((a, b) => (b.intervalCycles > a.intervalCycles ? b : a), kernels[0]!);
  return {
    kernels,
    intervalCycles: slowest?.intervalCycles ?? 1,
    bottleneck: slowest?.name ?? "",
    clockMhz,
    inferencesPerSecond: (clockMhz * 1e6) / (slowest?.intervalCycles ?? 1),
    wantedInferencesPerSecond,
    folding: writeFolding(named.filter((k) => !k.model.plumbing)),
  };
}

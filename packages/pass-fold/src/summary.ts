import {
  defineFact,
  type Fact,
  type Graph,
  type InterfaceTable,
  type Location,
  type Resources,
} from "@gatefold/core";
import { type NamedKernel, namedKernels } from "@gatefold/dialect-hw";
import { type CostModel, type FoldCost, unitsOf } from "./cost-model.js";
import { type FoldingFile, writeFolding } from "./folding-file.js";
import type { LayerForms } from "./implementation-summary.js";
import type { FoldOptions } from "./options.js";
import { resourceKeys, type Solution, sumResources } from "./solve.js";

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
  readonly cost: FoldCost;
}

/** What the whole network costs, in the figures that the folding was chosen by. */
export interface FoldTotal {
  /** In look-up tables' worth: the sum that was minimised. */
  readonly units: number;
  /** Sums over the kernels whose figure is known. */
  readonly resources: Resources;
  /** Resources that some kernel's figures leave out: there the network takes at least the sum. */
  readonly incomplete: readonly (keyof Resources)[];
}

/** A kernel whose folding a step changes. */
export interface FoldChange {
  readonly name: string;
  readonly from: Readonly<Record<string, number>>;
  readonly to: Readonly<Record<string, number>>;
}

/** The cheapest folding that is faster. */
export interface FoldStep {
  readonly intervalCycles: number;
  readonly inferencesPerSecond: number;
  /** The bottleneck's first, then the others'. */
  readonly changes: readonly FoldChange[];
  readonly units: number;
  /** Beyond what the network costs now. */
  readonly addedUnits: number;
  readonly addedResources: Resources;
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
  /** How each layer is built and how else it could have been; empty where nothing offers a choice. */
  readonly layers: readonly LayerForms[];
  readonly cost: FoldTotal;
  /** Whether no folding costs less at this interval; it may, only where joins are too many to search. */
  readonly exact: boolean;
  /** What a faster network would cost; absent when none is. */
  readonly nextStep: FoldStep | undefined;
}

export const foldSummary: Fact<FoldSummary> = defineFact<FoldSummary>("fold.summary");

function summarize({ op, name, model }: NamedKernel, cost: CostModel): KernelSummary {
  const axes = model.axes(op);
  const schedule = model.schedule(op);
  const { intervalCycles, latencyCycles } = schedule;
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
    cost: cost.of(op, schedule),
  };
}

function totalOf(kernels: readonly KernelSummary[], { weights }: CostModel): FoldTotal {
  const all = kernels.map((k) => k.cost.resources);
  const resources = sumResources(all);
  return {
    units: unitsOf(resources, weights),
    resources,
    incomplete: resourceKeys.filter((key) => all.some((r) => r[key] === undefined)),
  };
}

export interface SummaryInit {
  /** The folded graph. */
  readonly graph: Graph;
  readonly interfaces: InterfaceTable;
  readonly options: FoldOptions;
  readonly model: CostModel;
  /** The kernels that were folded, before. */
  readonly kernels: readonly NamedKernel[];
  readonly layers: readonly LayerForms[];
  readonly solution: Solution;
  readonly next: Solution | undefined;
}

/** Summarizes a folded graph; plumbing is listed too. The first of the slowest kernels is the bottleneck. */
export function summarizeFold(init: SummaryInit): FoldSummary {
  const { clockMhz, fps } = init.options;
  const named = namedKernels(init.graph, init.interfaces);
  const kernels = named.map((k) => summarize(k, init.model));
  const views = new Set(named.filter((k) => k.model.view).map((k) => k.name));
  const working = kernels.filter((k) => !views.has(k.name));
  const slowest = working.reduce(
    (a, b) => (b.intervalCycles > a.intervalCycles ? b : a),
    working[0] ?? kernels[0]!,
  );
  const bottleneck = slowest?.name ?? "";
  const cost = totalOf(kernels, init.model);
  return {
    kernels,
    intervalCycles: slowest?.intervalCycles ?? 1,
    bottleneck,
    clockMhz,
    inferencesPerSecond: (clockMhz * 1e6) / (slowest?.intervalCycles ?? 1),
    wantedInferencesPerSecond: fps,
    folding: writeFolding(
      named.filter((k) => !k.model.plumbing),
      init.layers,
    ),
    layers: init.layers,
    cost,
    exact: init.solution.exact,
    nextStep: init.next && stepTo(init.next, init, bottleneck, cost),
  };
}

function stepTo(
  next: Solution,
  { kernels, solution, options, model }: SummaryInit,
  bottleneck: string,
  now: FoldTotal,
): FoldStep {
  const changes = kernels.flatMap(({ op, name }): FoldChange[] => {
    const [from, to] = [solution.folds.get(op) ?? {}, next.folds.get(op) ?? {}];
    return Object.keys(to).some((axis) => from[axis] !== to[axis]) ? [{ name, from, to }] : [];
  });
  const isFirst = (c: FoldChange): number => (c.name === bottleneck ? 0 : 1);
  const units = unitsOf(next.resources, model.weights);
  return {
    intervalCycles: next.intervalCycles,
    inferencesPerSecond: (options.clockMhz * 1e6) / next.intervalCycles,
    changes: changes.sort((a, b) => isFirst(a) - isFirst(b)),
    units,
    addedUnits: units - now.units,
    addedResources: Object.fromEntries(
      resourceKeys.map((key) => [key, next.resources[key] - now.resources[key]]),
    ) as unknown as Resources,
  };
}

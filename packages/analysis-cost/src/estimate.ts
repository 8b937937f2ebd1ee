import type { CostRule, Graph, InterfaceTable, Resources } from "@gatefold/core";
import { namedKernels } from "@gatefold/dialect-hw";

const resources = [
  "lutCount",
  "ffCount",
  "bramCount",
  "dspCount",
] as const satisfies readonly (keyof Resources)[];

/** One kernel's estimate; what its rule does not say is not there. */
export interface KernelCost {
  readonly kernel: string;
  readonly resources: Partial<Resources>;
  /** Where the rule comes from; `undefined` when no rule knows the kernel. */
  readonly source: string | undefined;
  /** Cycles from one frame to the next, and from a frame's first input beat to its last output beat. */
  readonly intervalCycles: number;
  readonly latencyCycles: number;
}

/** A sum over the kernels that are known. When some are not, the true figure is at least this. */
export interface SummedResource {
  readonly count: number;
  readonly complete: boolean;
}

export interface CostReport {
  /** The device family of the rules: block RAMs are in its targets' unit. */
  readonly family: string;
  readonly kernels: readonly KernelCost[];
  readonly totals: Readonly<Record<keyof Resources, SummedResource>>;
  /** Of the slowest kernel. */
  readonly intervalCycles: number;
}

/** Estimates every kernel of a folded graph with the rules of one device family. Absent means unknown, not zero. */
export function estimateCost(
  graph: Graph,
  family: string,
  rules: readonly CostRule[],
  interfaces: InterfaceTable,
): CostReport {
  const kernels = namedKernels(graph, interfaces).map(({ op, name, model }): KernelCost => {
    const rule = rules.find((r) => r.op === op.def && r.family === family);
    const { intervalCycles, latencyCycles } = model.schedule(op);
    return {
      kernel: name,
      resources: rule?.estimate(op) ?? {},
      source: rule?.source,
      intervalCycles,
      latencyCycles,
    };
  });
  const sum = (key: keyof Resources): SummedResource => ({
    count: kernels.reduce((total, k) => total + (k.resources[key] ?? 0), 0),
    complete: kernels.every((k) => k.resources[key] !== undefined),
  });
  return {
    family,
    kernels,
    totals: Object.fromEntries(resources.map((key) => [key, sum(key)])) as CostReport["totals"],
    intervalCycles: Math.max(0, ...kernels.map((k) => k.intervalCycles)),
  };
}

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
}

/** A sum over the kernels that are known. When some are not, the true figure is at least this. */
export interface SummedResource {
  readonly count: number;
  readonly complete: boolean;
}

export interface CostReport {
  readonly kernels: readonly KernelCost[];
  readonly totals: Readonly<Record<keyof Resources, SummedResource>>;
}

/** Estimates every kernel of a folded graph with the rules of one device family. Absent means unknown, not zero. */
export function estimateCost(
  graph: Graph,
  family: string,
  rules: readonly CostRule[],
  interfaces: InterfaceTable,
): CostReport {
  const kernels = namedKernels(graph, interfaces).map(({ op, name }): KernelCost => {
    const rule = rules.find((r) => r.op === op.def && r.family === family);
    return { kernel: name, resources: rule?.estimate(op) ?? {}, source: rule?.source };
  });
  const sum = (key: keyof Resources): SummedResource => ({
    count: kernels.reduce((total, k) => total + (k.resources[key] ?? 0), 0),
    complete: kernels.every((k) => k.resources[key] !== undefined),
  });
  return {
    kernels,
    totals: Object.fromEntries(resources.map((key) => [key, sum(key)])) as CostReport["totals"],
  };
}

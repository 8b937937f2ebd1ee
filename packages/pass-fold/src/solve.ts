import type { Op, Resources } from "@gatefold/core";
import { type CostWeights, type FoldCost, unitsOf } from "./cost-model.js";
import { type CostTable, minimize } from "./minimize.js";
import type { Choice, FoldingProblem, KernelPart } from "./problem.js";
import type { Fold } from "./refold.js";

/** A folding of a whole network. */
export interface Solution {
  readonly folds: ReadonlyMap<Op, Fold>;
  readonly kernelCycles: ReadonlyMap<Op, number>;
  /** Of the slowest kernel. */
  readonly intervalCycles: number;
  /** Summed over kernels and width converters; what no rule says is not in it. */
  readonly resources: Resources;
  /** The kernels' latencies one after the other: more than the network's, whose kernels overlap. */
  latencyCycles(): number;
  /** The least weighted sum of resources, in the weights asked for, and of latencies where they cost something. */
  readonly cost: number;
  readonly exact: boolean;
}

/** Folding that one kernel could have, and its interval. */
export interface Fastest {
  readonly part: KernelPart;
  readonly fold: Fold;
  readonly intervalCycles: number;
}

/**
 * The folding of least cost whose kernels all take at most `targetCycles`; `undefined` when there is none. Kernels
 * whose folding is given are not asked. A cycle of a kernel's latency costs `latencyWeight`.
 */
export function leastCost(
  problem: FoldingProblem,
  targetCycles: number,
  weights: CostWeights,
  latencyWeight = 0,
): Solution | undefined {
  const { values, kernels, streams } = problem;
  const weigh = ({ resources }: FoldCost): number => unitsOf(resources, weights);
  const slowness = (choice: Choice): number =>
    latencyWeight > 0 ? latencyWeight * choice.schedule.latencyCycles : 0;
  const tables: CostTable[] = [
    ...kernels.map(({ variables, choices, given }) => ({
      variables,
      costs: Float64Array.from(choices, (choice) =>
        given || choice.intervalCycles <= targetCycles
          ? weigh(choice.cost) + slowness(choice)
          : Number.POSITIVE_INFINITY,
      ),
    })),
    ...streams.map(({ variables, costs }) => ({
      variables,
      costs: Float64Array.from(costs, (c) =>
        c === "no fit" ? Number.POSITIVE_INFINITY : c === "no converter" ? 0 : weigh(c),
      ),
    })),
  ];
  const { cost, states, exact } = minimize(
    values.map((v) => v.length),
    tables,
  );
  if (!Number.isFinite(cost)) return undefined;
  const at = (variables: readonly number[]): number =>
    variables.reduce((i, v) => i * values[v]!.length + states[v]!, 0);
  const chosen = kernels.map((part): Choice => part.choices[at(part.variables)]!);
  const converters = streams.flatMap((s) => {
    const cost = s.costs[at(s.variables)]!;
    return typeof cost === "string" ? [] : [cost];
  });
  const costs = [...chosen.map((c) => c.cost), ...converters];
  return {
    folds: new Map(kernels.map(({ kernel }, i) => [kernel.op, chosen[i]!.fold])),
    kernelCycles: new Map(kernels.map(({ kernel }, i) => [kernel.op, chosen[i]!.intervalCycles])),
    intervalCycles: Math.max(1, ...chosen.map((c) => c.intervalCycles)),
    resources: sumResources(costs.map((c) => c.resources)),
    latencyCycles: () => chosen.reduce((sum, c) => sum + c.schedule.latencyCycles, 0),
    cost,
    exact,
  };
}

export const resourceKeys: readonly (keyof Resources)[] = ["lutCount", "ffCount", "bramCount", "dspCount"];

export function sumResources(list: readonly Partial<Resources>[]): Resources {
  const total = { lutCount: 0, ffCount: 0, bramCount: 0, dspCount: 0 };
  for (const r of list) for (const key of resourceKeys) total[key] += r[key] ?? 0;
  return total;
}

/** The fastest folding of each kernel by itself; of those that are given, the given one. */
export function fastest(problem: FoldingProblem): Fastest[] {
  return problem.kernels.map((part) => {
    const best = part.choices.reduce(
      (a, c, i) => (c.intervalCycles < part.choices[a]!.intervalCycles ? i : a),
      0,
    );
    const { fold, intervalCycles } = part.choices[best]!;
    return { part, fold, intervalCycles };
  });
}

/** Every interval that the network can have, ascending. */
export function reachableIntervals(problem: FoldingProblem): number[] {
  const least = Math.max(1, ...fastest(problem).map((f) => f.intervalCycles));
  const all = problem.kernels.flatMap((p) => p.choices.map((c) => c.intervalCycles));
  return [...new Set([least, ...all])].filter((n) => n >= least).sort((a, b) => a - b);
}

import { type Diagnostic, type Resources, throwIfErrors } from "@gatefold/core";
import { type Budget, exceeded, mostRate, withinBudget } from "./budget.js";
import { type CostWeights, unitsOf } from "./cost-model.js";
import { foldMisfit, overBudget, overLatency, unreachableRate } from "./diagnostics.js";
import { withinLatency } from "./latency.js";
import type { FoldOptions } from "./options.js";
import type { FoldingProblem, GivenFolds } from "./problem.js";
import {
  type Fastest,
  fastest,
  leastCost,
  reachableIntervals,
  resourceKeys,
  type Solution,
} from "./solve.js";

/** Cycles a frame that a rate allows; infinite when no rate is wanted. */
export function wantedCycles({ clockMhz, fps, targetCycles }: FoldOptions): number {
  return targetCycles ?? (fps === undefined ? Number.POSITIVE_INFINITY : Math.floor((clockMhz * 1e6) / fps));
}

/**
 * The folding that the options ask for: least cost at a rate, or within a latency; within a budget the fastest; with several, one that
 * keeps all, of least cost where that fits. Throws a `DiagnosticError` that says what cannot be reached and what can.
 */
export function chooseFolding(
  problem: FoldingProblem,
  options: FoldOptions,
  budget: Budget | undefined,
  weights: CostWeights,
  latencyOf: (solution: Solution) => number,
): Solution {
  const cycles = wantedCycles(options);
  throwIfErrors(
    problem.streams
      .filter(({ costs }) => costs.every((c) => c === "no fit"))
      .map(({ from, to }) => foldMisfit(to.op, from?.name, to.name)),
  );
  throwIfErrors(
    fastest(problem)
      .filter(({ part, intervalCycles }) => !part.given && intervalCycles > cycles)
      .map((f) => unreachable(f, options, cycles)),
  );
  if (options.latencyCycles !== undefined) return withinBoth(problem, options, budget, weights, latencyOf);
  const isRateWanted = Number.isFinite(cycles);
  const solution = !budget
    ? leastCost(problem, cycles, weights)
    : isRateWanted
      ? withinBudget(problem, cycles, budget, weights)
      : mostRate(problem, budget, weights);
  if (!solution) throwIfErrors([failure(problem, options, budget, weights)]);
  return solution!;
}

/** Within a latency, at the wanted rate and within the budget where there are such. */
function withinBoth(
  problem: FoldingProblem,
  options: FoldOptions,
  budget: Budget | undefined,
  weights: CostWeights,
  latencyOf: (solution: Solution) => number,
): Solution {
  const { clockMhz } = options;
  const limitCycles = options.latencyCycles!;
  const mostCycles = wantedCycles(options);
  const keys = resourceKeys.filter((key) => budget?.[key] !== undefined);
  let least: number | undefined;
  let dearest: Solution | undefined;
  for (const each of [weights, ...keys.map((key): CostWeights => ({ [key]: 1 }))]) {
    const { best, fastest } = withinLatency({
      limitCycles,
      mostCycles,
      intervals: reachableIntervals(problem),
      attempt: (cycles, latencyWeight) => {
        const solution = leastCost(problem, cycles, each, latencyWeight);
        if (!solution) return undefined;
        return { solution, cost: unitsOf(solution.resources, each), latencyCycles: latencyOf(solution) };
      },
    });
    if (best && (!budget || exceeded(best.solution.resources, budget).length === 0)) return best.solution;
    dearest ??= best?.solution;
    if (fastest && !(fastest.latencyCycles >= (least ?? Number.POSITIVE_INFINITY)))
      least = fastest.latencyCycles;
  }
  if (!dearest || !budget) throwIfErrors([overLatency({ limitCycles, leastCycles: least, clockMhz })]);
  const { resources } = dearest!;
  const shortages = exceeded(resources, budget!).map((key) => ({
    key,
    least: resources[key],
    budget: budget![key]!,
  }));
  const wanted = `Within ${limitCycles} cycles of latency`;
  const text = keys.map((key) => `${budget![key]} ${key}`).join(", ");
  throwIfErrors([overBudget({ wanted, shortages, budget: text, best: undefined })]);
  throw new TypeError("a folding that keeps all limits was refused");
}

function unreachable(
  { part, fold, intervalCycles }: Fastest,
  options: FoldOptions,
  cycles: number,
): Diagnostic {
  return unreachableRate({
    op: part.kernel.op,
    name: part.kernel.name,
    fps: options.fps,
    clockMhz: options.clockMhz,
    wantedCycles: cycles,
    leastCycles: intervalCycles,
    axes: Object.entries(fold)
      .map(([name, v]) => `${name} ${v}`)
      .join(", "),
  });
}

/** Why there is no solution: the budget, or kernels that cannot all be fast because their lanes are tied. */
function failure(
  problem: FoldingProblem,
  options: FoldOptions,
  budget: Budget | undefined,
  weights: CostWeights,
): Diagnostic {
  const cycles = wantedCycles(options);
  if (!budget || !leastCost(problem, cycles, weights)) {
    const slowest = fastest(problem).reduce((a, b) => (b.intervalCycles > a.intervalCycles ? b : a));
    return unreachable(slowest, options, cycles);
  }
  const keys = resourceKeys.filter((key) => budget[key] !== undefined);
  const least = (key: keyof Resources): number => leastCost(problem, cycles, { [key]: 1 })!.resources[key];
  const best = Number.isFinite(cycles) ? mostRate(problem, budget, weights) : undefined;
  const { clockMhz } = options;
  return overBudget({
    wanted: Number.isFinite(cycles) ? `At ${cycles} cycles a frame` : "Folded as far as it goes",
    shortages: keys
      .map((key) => ({ key, least: least(key), budget: budget[key]! }))
      .filter((s) => s.least > s.budget),
    budget: keys.map((key) => `${budget[key]} ${key}`).join(", "),
    best:
      best &&
      `${Math.floor((clockMhz * 1e6) / best.intervalCycles)} inferences/s (${best.intervalCycles} cycles a frame)`,
  });
}

/**
 * The folding of least cost that is faster than a solution, with what is given left as it is but for the slowest
 * kernels; `undefined` when nothing is faster.
 */
export function nextStep(
  problem: FoldingProblem,
  solution: Solution,
  given: GivenFolds,
  problemOf: (given: GivenFolds) => FoldingProblem,
  weights: CostWeights,
): Solution | undefined {
  const cycles = solution.intervalCycles - 1;
  const slow = problem.kernels.filter(({ kernel }) => solution.kernelCycles.get(kernel.op)! > cycles);
  const tied = problem.kernels.filter((p) =>
    p.variables.some((v) => slow.some((s) => s.variables.includes(v))),
  );
  const freed = new Set([...slow, ...tied].map((p) => p.kernel.name));
  const kept = new Map([...given].filter(([name]) => !freed.has(name)));
  const next = kept.size < given.size ? problemOf(kept) : problem;
  const found = leastCost(next, cycles, weights);
  return found && found.intervalCycles <= cycles ? found : undefined;
}

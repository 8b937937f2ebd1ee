import type { Resources } from "@gatefold/core";
import type { CostWeights } from "./cost-model.js";
import type { FoldingProblem } from "./problem.js";
import { leastCost, reachableIntervals, resourceKeys, type Solution } from "./solve.js";

/** Resources that a network may take; one that is not named is not counted. */
export type Budget = Readonly<Partial<Resources>>;

/** Times that the weights are moved towards the resources that are exceeded. */
const rounds = 12;

/** The resources of a budget that a folding exceeds. */
export function exceeded(resources: Resources, budget: Budget): (keyof Resources)[] {
  return resourceKeys.filter((key) => budget[key] !== undefined && resources[key] > budget[key]);
}

/**
 * A folding that takes at most `targetCycles` and fits the budget; of the least cost when that fits.
 *
 * With one resource in the budget the answer is exact: the folding that needs least of it either fits or nothing does.
 * With several it is a search: each resource alone must fit, then the weighted sum is minimised with weights that grow
 * on what is exceeded, until one fits or the sum proves that none does; `undefined` then means that none was found.
 */
export function withinBudget(
  problem: FoldingProblem,
  targetCycles: number,
  budget: Budget,
  weights: CostWeights,
): Solution | undefined {
  const fits = (s: Solution): boolean => exceeded(s.resources, budget).length === 0;
  const cheapest = leastCost(problem, targetCycles, weights);
  if (!cheapest || fits(cheapest)) return cheapest;
  const keys = resourceKeys.filter((key) => budget[key] !== undefined);
  for (const key of keys) {
    const alone = leastCost(problem, targetCycles, { [key]: 1 });
    if (!alone || alone.resources[key] > budget[key]!) return undefined;
    if (fits(alone)) return alone;
  }
  let shares = Object.fromEntries(keys.map((key) => [key, 1 / Math.max(budget[key]!, 1)]));
  for (let round = 0; round < rounds; round++) {
    const solution = leastCost(problem, targetCycles, shares);
    if (!solution || fits(solution)) return solution;
    // Whatever fits costs no more than the whole budget does, whatever the weights.
    if (solution.exact && solution.cost > keys.reduce((sum, key) => sum + shares[key]! * budget[key]!, 0)) {
      return undefined;
    }
    const step = 2 / (1 + round / 2);
    shares = Object.fromEntries(
      keys.map((key) => [key, shares[key]! * (solution.resources[key] / Math.max(budget[key]!, 1)) ** step]),
    );
  }
  return undefined;
}

/** The folding of the least interval that fits a budget: a search by halves over the intervals that kernels can have. */
export function mostRate(
  problem: FoldingProblem,
  budget: Budget,
  weights: CostWeights,
): Solution | undefined {
  const intervals = reachableIntervals(problem);
  let best: Solution | undefined;
  let [low, high] = [0, intervals.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const solution = withinBudget(problem, intervals[middle]!, budget, weights);
    if (solution) {
      best = solution;
      high = middle - 1;
    } else low = middle + 1;
  }
  return best;
}

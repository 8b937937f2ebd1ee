import { seededRandom } from "@gatefold/core";
import { type Interval, largestMagnitude } from "@gatefold/netlist";
import { attempt, minimumDepth, type Problem, type Recipe } from "./attempt.js";
import { CmvmError } from "./error.js";
import { type AdderGraph, graphOf } from "./graph.js";
import { rework } from "./rework.js";
import { measure, type Solution } from "./solution.js";

export interface CmvmOptions {
  /** Adders on the longest way from an input to an output. Left out: any number. */
  readonly maxDepth?: number;
  /** Instead of `maxDepth`: so many more than the least that the matrix needs. */
  readonly extraDepth?: number;
  /** Bits of an adder that cost 1: the default 1 counts bits, -1 counts adders. */
  readonly adderSize?: number;
  /** Adders of three operands where they cost less; depth then counts them as one. */
  readonly ternaryAdders?: boolean;
  /** How long to look for better graphs, 1 by default; 0 tries only the plain recipes. */
  readonly effort?: number;
  readonly seed?: number;
}

const recipes: readonly Pick<Recipe, "side" | "levels" | "edgeDigits" | "chainShare">[] = (
  [
    ["outputs", 1, 0],
    ["outputs", 3, 4],
    ["outputs", 8, 3],
    ["outputs", 8, 5],
    ["outputs", 8, 8],
    ["inputs", 2, 5],
    ["inputs", 8, 5],
    ["inputs", 8, 8],
  ] as const
).flatMap(([side, levels, edgeDigits]) =>
  [0.25, 0.6].map((chainShare) => ({ side, levels, edgeDigits, chainShare })),
);

/** An adder counts as many bits more, so that fewer adders win over a few shorter ones. */
const bitsOfAdder = 5;
/** Rounds of rework at effort 1; large graphs get fewer, in proportion to their adders. */
const maxRounds = 150;
const roundsTimesAdders = 250_000;

/**
 * A constant matrix times a vector as shifts and shared adders.
 *
 * Several recipes (stage 1 on outputs or on inputs, different weights of patterns) give graphs; the best one is taken apart and put together
 * again at random places as long as `effort` lasts. Results depend on arguments only.
 *
 * @param matrix outputs × inputs, row by row; safe integers.
 * @param inputs what each input holds, integers.
 * @throws CmvmError for a matrix of another size, a depth that is too small, or outputs that may exceed 2^44.
 */
export function solveCmvm(
  matrix: ArrayLike<number>,
  inputs: readonly Interval[],
  options: CmvmOptions = {},
): AdderGraph {
  const { adderSize = 1, effort = 1, seed = 1 } = options;
  const problem = problemOf(matrix, inputs, options);
  const random = seededRandom(seed);
  const price = (solution: Solution): number => {
    const { bits, adders, negatedBits } = measure(solution);
    return adderSize < 0 ? adders + (bits + negatedBits) / 1e6 : bits + negatedBits + bitsOfAdder * adders;
  };
  let best: Solution | undefined;
  let bestPrice = Number.POSITIVE_INFINITY;
  for (const recipe of recipes) {
    const solution = attempt(problem, { ...recipe, noise: 0, random });
    if (solution === undefined || price(solution) >= bestPrice) continue;
    [best, bestPrice] = [solution, price(solution)];
  }
  let [now, nowPrice] = [best!, bestPrice];
  const rounds = Math.min(maxRounds, Math.ceil(roundsTimesAdders / (1 + measure(now).adders))) * effort;
  const { maxDepth } = problem;
  for (let round = 0; round < rounds; round++) {
    const share = random() / 2;
    const next = rework(now, () => random() < share, {
      maxDepth,
      chainShare: random(),
      noise: random() / 10,
      random,
    });
    const nextPrice = price(next);
    // A little worse is taken as well, which leads out of dead ends.
    if (nextPrice > nowPrice * (1 + random() / 2000)) continue;
    [now, nowPrice] = [next, nextPrice];
    if (nowPrice < bestPrice) [best, bestPrice] = [now, nowPrice];
  }
  return graphOf(best!, options.ternaryAdders === true);
}

function problemOf(matrix: ArrayLike<number>, inputs: readonly Interval[], options: CmvmOptions): Problem {
  const outputs = inputs.length === 0 ? 0 : matrix.length / inputs.length;
  if (!Number.isSafeInteger(outputs) || outputs === 0) {
    throw new CmvmError(
      "cmvm/bad-matrix",
      `A matrix of ${matrix.length} weights has ${inputs.length} inputs.`,
      "give outputs × inputs weights, at least one of each",
    );
  }
  const columns = Array.from({ length: outputs }, (_, o) =>
    Float64Array.from(inputs, (_, i) => matrix[o * inputs.length + i]!),
  );
  columns.forEach((column, o) => {
    const reach = column.reduce(
      (sum, w, i) => sum + Math.abs(w) * Math.max(-inputs[i]!.lo, inputs[i]!.hi, 1),
      0,
    );
    // Parts of an output may reach further than all of it: signed digits, differences, sums along a tree of inputs.
    if (column.every(Number.isSafeInteger) && reach * 256 <= largestMagnitude) return;
    throw new CmvmError(
      "cmvm/bad-matrix",
      `Output ${o} has weights that are no integers, or reaches ${reach}.`,
      "give integers, and at most 2^44 in an output",
    );
  });
  const least = minimumDepth(columns);
  const maxDepth =
    options.maxDepth ??
    (options.extraDepth === undefined ? Number.POSITIVE_INFINITY : least + options.extraDepth);
  if (!(maxDepth >= least)) {
    throw new CmvmError(
      "cmvm/depth",
      `The matrix does not fit in ${maxDepth} levels of adders.`,
      `allow ${least} levels or more`,
    );
  }
  return { inputs, columns, maxDepth };
}

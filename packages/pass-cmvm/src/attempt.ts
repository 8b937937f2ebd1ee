import type { Interval } from "@gatefold/netlist";
import { decompose } from "./decompose.js";
import { digitCount, signedDigits } from "./digits.js";
import { eliminate } from "./eliminate.js";
import { mergeTerms } from "./merge.js";
import { type Digit, digitOf, nodeOfDigit, Pool, powerOfDigit } from "./pool.js";
import { withoutDoubles } from "./rework.js";
import type { Solution } from "./solution.js";

/** Weights by output: `columns[o][i]` is what output o takes of input i. */
export interface Problem {
  readonly inputs: readonly Interval[];
  readonly columns: readonly Float64Array[];
  /** Adders on the longest way, Infinity for any number. */
  readonly maxDepth: number;
}

/** One way to solve a problem. */
export interface Recipe {
  /** Whether stage 1 looks for similar outputs or for similar inputs. */
  readonly side: "outputs" | "inputs";
  /** Levels of stage 1's tree; 1 for none. */
  readonly levels: number;
  readonly edgeDigits: number;
  readonly chainShare: number;
  readonly noise: number;
  readonly random: () => number;
}

/** Stage 1, stage 2 and the sums of what is left. Undefined where the recipe does not fit in the depth. */
export function attempt(problem: Problem, recipe: Recipe): Solution | undefined {
  const pool = new Pool(problem.inputs);
  return recipe.side === "outputs" || recipe.levels === 1
    ? byOutputs(problem, pool, recipe)
    : byInputs(problem, pool, recipe);
}

/**
 * Each output is the sum of the differences on its way from zero in the tree: differences are one multi-output problem, sums along the tree
 * another.
 */
function byOutputs({ columns, maxDepth }: Problem, pool: Pool, recipe: Recipe): Solution {
  const { levels, random } = recipe;
  const edges = decompose(columns, { ...recipe, maxLevel: levels, maxDepth });
  const inner = maxDepth - Math.ceil(Math.log2(levels));
  const parents = new Set(edges.map((edge) => edge.parent));
  const limits = edges.map(({ child, parent }) => (parents.has(child) || parent >= 0 ? inner : maxDepth));
  const differences = edges.map(({ difference }) => digitsOf(difference));
  eliminate(pool, differences, { ...recipe, maxDepth: limits });
  const terms = differences.map((digits, i) => mergeTerms(pool, digits, limits[i]!, random));
  const ways: Digit[][] = columns.map(() => []);
  edges.forEach(({ child, parent, negative }, i) => {
    const way = terms[i] === undefined ? [] : [terms[i]!];
    if (parent >= 0) for (const term of ways[parent]!) way.push(scaled(term, 0, negative));
    ways[child] = way;
  });
  const sums = ways.map(withoutDoubles);
  eliminate(pool, sums, { ...recipe, maxDepth: sums.map(() => maxDepth) });
  return { pool, outputs: sums.map((digits) => mergeTerms(pool, digits, maxDepth, random)) };
}

/**
 * The transposed form of stage 1. Where row c is ± row p plus a difference, x_c row_c + x_p row_p =
 * x_c difference + (x_p ± x_c) row_p: inputs are added up along the tree first, and multiplied by differences.
 */
function byInputs(problem: Problem, pool: Pool, recipe: Recipe): Solution | undefined {
  const { columns, maxDepth } = problem;
  const rows = problem.inputs.map((_, i) => Float64Array.from(columns, (column) => column[i]!));
  const edges = decompose(rows, { ...recipe, maxLevel: recipe.levels, maxDepth: Number.POSITIVE_INFINITY });
  const bundles: Digit[][] = rows.map((_, i) => [digitOf(i, 0, false)]);
  const sums: Digit[] = [];
  const expressions: Digit[][] = columns.map(() => []);
  for (const { child, parent, negative, difference } of [...edges].reverse()) {
    sums[child] = mergeTerms(pool, bundles[child]!, Number.POSITIVE_INFINITY, recipe.random)!;
    if (parent >= 0) bundles[parent]!.push(scaled(sums[child]!, 0, negative));
    difference.forEach((weight, o) => {
      for (const { power, negative } of signedDigits(weight)) {
        expressions[o]!.push(scaled(sums[child]!, power, negative));
      }
    });
  }
  if (expressions.some((digits) => leastDepth(pool, digits) > maxDepth)) return undefined;
  eliminate(pool, expressions, { ...recipe, maxDepth: expressions.map(() => maxDepth) });
  return { pool, outputs: expressions.map((digits) => mergeTerms(pool, digits, maxDepth, recipe.random)) };
}

/** The depth that an expression needs: ⌈log2 Σ 2^depth⌉ over its terms. */
function leastDepth(pool: Pool, digits: readonly Digit[]): number {
  const weight = digits.reduce((sum, digit) => sum + 2 ** pool.depth[nodeOfDigit(digit)]!, 0);
  return weight === 0 ? 0 : Math.ceil(Math.log2(weight));
}

/** The least depth of any adder graph from signed digits: that of the output with the most of them. */
export function minimumDepth(columns: readonly Float64Array[]): number {
  const most = columns.reduce(
    (max, column) =>
      Math.max(
        max,
        column.reduce((sum, w) => sum + digitCount(w), 0),
      ),
    1,
  );
  return Math.ceil(Math.log2(most));
}

function digitsOf(weights: Float64Array): Digit[] {
  return Array.from(weights, (weight, i) =>
    signedDigits(weight).map(({ power, negative }) => digitOf(i, power, negative)),
  ).flat();
}

function scaled(digit: Digit, shift: number, negative: boolean): Digit {
  return digitOf(nodeOfDigit(digit), powerOfDigit(digit) + shift, ((digit & 1) === 1) !== negative);
}

import { signedDigits } from "./digits.js";
import { type EliminateOptions, eliminate } from "./eliminate.js";
import { joinTerms, mergeTerms } from "./merge.js";
import { type Digit, digitOf, nodeOfDigit, Pool, powerOfDigit } from "./pool.js";
import { type Solution, usesOf } from "./solution.js";

/** A multi-term sum with a number of its own. */
interface Definition {
  readonly node: number;
  readonly terms: Digit[];
}

/**
 * Takes a solution apart and builds it anew: adders with one reader dissolve in it (they share nothing), others where `dissolve` says so;
 * what remains are sums of many terms, whose common subexpressions are eliminated again.
 */
export function rework(
  solution: Solution,
  dissolve: (node: number) => boolean,
  options: Omit<EliminateOptions, "maxDepth"> & { readonly maxDepth: number },
): Solution {
  const { pool, outputs } = solution;
  const { maxDepth, random } = options;
  const inputCount = pool.inputs.length;
  const uses = usesOf(solution);
  // Sums of many terms over the inputs and the kept nodes.
  const work = new Pool(pool.inputs);
  const kept = new Int32Array(pool.size).fill(-1);
  for (let i = 0; i < inputCount; i++) kept[i] = i;
  const expanded: Digit[][] = [];
  const definitions: Definition[] = [];
  const limits: number[] = [];
  for (let node = inputCount; node < pool.size; node++) {
    if (uses[node] === 0) continue;
    const shift = pool.shift[node]!;
    const terms = [
      ...termsOf(pool.left[node]!, Math.max(0, -shift), 0),
      ...termsOf(pool.right[node]!, Math.max(0, shift), pool.subtract[node]!),
    ];
    if (uses[node]! < 2 || dissolve(node)) {
      expanded[node] = terms;
      continue;
    }
    const depth = pool.depth[node]!;
    kept[node] = work.given(pool.coefficients(node), depth);
    definitions.push({ node: kept[node]!, terms: withoutDoubles(terms) });
    limits.push(maxDepth === Number.POSITIVE_INFINITY ? maxDepth : depth);
  }
  function termsOf(node: number, power: number, negative: number): Digit[] {
    if (kept[node]! >= 0) return [digitOf(kept[node]!, power, negative === 1)];
    return expanded[node]!.map((term) => term + power * 2 + (negative === 1 ? 1 - 2 * (term & 1) : 0));
  }
  const outputTerms = outputs.map((output) =>
    output === undefined
      ? []
      : withoutDoubles(termsOf(nodeOfDigit(output), powerOfDigit(output), output & 1)),
  );
  const expressions = [...definitions.map(({ terms }) => terms), ...outputTerms];
  for (const _ of outputs) limits.push(maxDepth);
  eliminate(work, expressions, { ...options, maxDepth: limits });
  const merged = expressions.map((terms, i) => mergeTerms(work, terms, limits[i]!, random));

  // The same adders in a pool of their own, without the indirection through kept nodes.
  const result = new Pool(pool.inputs);
  const made: (Digit | undefined)[] = Array.from({ length: inputCount }, (_, i) => digitOf(i, 0, false));
  const meaning = new Map(definitions.map(({ node }, i) => [node, merged[i]!]));
  const resolve = (digit: Digit): Digit => {
    const node = nodeOfDigit(digit);
    let at = made[node];
    if (at === undefined) {
      const other = meaning.get(node);
      if (other !== undefined) at = resolve(other);
      else {
        const shift = work.shift[node]!;
        at = joinTerms(
          result,
          resolve(digitOf(work.left[node]!, Math.max(0, -shift), false)),
          resolve(digitOf(work.right[node]!, Math.max(0, shift), work.subtract[node] === 1)),
        );
      }
      made[node] = at;
    }
    return (at + powerOfDigit(digit) * 2) ^ (digit & 1);
  };
  return {
    pool: result,
    outputs: merged
      .slice(definitions.length)
      .map((digit) => (digit === undefined ? undefined : resolve(digit))),
  };
}

/** Adds up terms of the same node, so that none appears twice with the same power. */
export function withoutDoubles(terms: readonly Digit[]): Digit[] {
  const multiples = new Map<number, number>();
  let doubles = false;
  for (const term of terms) {
    const node = nodeOfDigit(term);
    const before = multiples.get(node);
    doubles ||= before !== undefined;
    multiples.set(node, (before ?? 0) + ((term & 1) === 1 ? -1 : 1) * 2 ** powerOfDigit(term));
  }
  if (!doubles) return [...terms];
  return [...multiples].flatMap(([node, multiple]) =>
    signedDigits(multiple).map(({ power, negative }) => digitOf(node, power, negative)),
  );
}

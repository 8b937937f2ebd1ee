import { type Digit, digitOf, nodeOfDigit, type Pool, powerOfDigit, signOfDigit } from "./pool.js";

/**
 * Adds up the terms of an expression that shares nothing more, cheapest adder first, within `maxDepth` (see `eliminate` for what may be
 * joined). Ties are broken by `random`.
 *
 * @returns the one term that is left, or undefined for an empty expression.
 */
export function mergeTerms(
  pool: Pool,
  expression: readonly Digit[],
  maxDepth: number,
  random: () => number,
): Digit | undefined {
  const terms = [...expression];
  const size = terms.length;
  if (size < 2) return terms[0];
  let slack = 2 ** maxDepth;
  /** 2^depth by term; 0 for one that is joined to another. */
  const weight = terms.map((term) => 2 ** pool.depth[nodeOfDigit(term)]!);
  for (const each of weight) slack -= each;
  /** Price of joining terms i > j, at i · size + j. */
  const price = new Float64Array(size * size);
  const rate = (i: number, j: number): void => {
    const [x, y] = [terms[i]!, terms[j]!];
    const bits = pool.bits(nodeOfDigit(x), nodeOfDigit(y), powerOfDigit(y) - powerOfDigit(x));
    price[i * size + j] = bits + Math.min(Math.abs(weight[i]! - weight[j]!), 64) / 128 + random() / 4;
  };
  for (let i = 1; i < size; i++) for (let j = 0; j < i; j++) rate(i, j);
  for (let left = size; left > 1; left--) {
    let [best, first, second] = [Number.POSITIVE_INFINITY, -1, -1];
    for (let i = 1; i < size; i++) {
      if (weight[i] === 0) continue;
      for (let j = 0; j < i; j++) {
        const at = price[i * size + j]!;
        if (at >= best || weight[j] === 0 || Math.abs(weight[i]! - weight[j]!) > slack) continue;
        [best, first, second] = [at, i, j];
      }
    }
    slack -= Math.abs(weight[first]! - weight[second]!);
    terms[first] = joinTerms(pool, terms[first]!, terms[second]!);
    weight[first] = 2 ** pool.depth[nodeOfDigit(terms[first]!)]!;
    weight[second] = 0;
    for (let k = 0; k < size; k++) {
      if (weight[k] !== 0 && k !== first) rate(Math.max(first, k), Math.min(first, k));
    }
  }
  return terms[weight.findIndex((each) => each !== 0)];
}

/** The sum of two terms as one; a positive term comes first, so that only two negative ones give a negative one. */
export function joinTerms(pool: Pool, x: Digit, y: Digit): Digit {
  const swap = signOfDigit(x) === signOfDigit(y) ? nodeOfDigit(y) < nodeOfDigit(x) : signOfDigit(x) === 1;
  const [a, b] = swap ? [y, x] : [x, y];
  const shift = powerOfDigit(b) - powerOfDigit(a);
  const node = pool.add(nodeOfDigit(a), nodeOfDigit(b), shift, (a ^ b) & 1);
  return digitOf(node, Math.min(powerOfDigit(a), powerOfDigit(b)), signOfDigit(a) === 1);
}

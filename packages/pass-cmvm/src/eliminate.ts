import { MaxHeap, PatternTable } from "./patterns.js";
import { type Digit, nodeOfDigit, type Pool, powerOfDigit } from "./pool.js";

export interface EliminateOptions {
  /** How many adders deep each expression may become. */
  readonly maxDepth: ArrayLike<number>;
  /**
   * What an occurrence of a pattern is worth: its carry chain's bits (1), or only those where both operands have bits (0), or a mean of both. The
   * first saves adders, the second bits.
   */
  readonly chainShare: number;
  /** Scores are multiplied by 1 … 1 + noise. */
  readonly noise: number;
  readonly random: () => number;
}

/**
 * Two-term common subexpression elimination: as long as a pattern `a ± b · 2^s` occurs twice among the digits of the expressions, the
 * one that saves most is made an adder and stands for all its occurrences. `expressions` are changed in place; what is left of them
 * shares nothing more.
 *
 * Depth: a sum of terms of depths d can be built with depth L iff Σ 2^d ≤ 2^L (Kraft), and joining two terms into one raises that sum
 * by |2^da - 2^db|; an occurrence that does not fit is left alone.
 *
 * Counts of old patterns only fall, so a heap with stale entries is enough: an entry is taken seriously when its score is still true.
 */
export function eliminate(pool: Pool, expressions: Digit[][], options: EliminateOptions): void {
  const { maxDepth, chainShare, noise, random } = options;
  const table = new PatternTable();
  const slack = expressions.map((digits, o) => {
    let used = 0;
    for (const digit of digits) used += 2 ** pool.depth[nodeOfDigit(digit)]!;
    return 2 ** maxDepth[o]! - used;
  });
  /** Per pattern: weight of one occurrence, 0 until asked for. */
  let weight = new Float64Array(table.a.length);
  const weightOf = (p: number): number => {
    if (p >= weight.length) {
      const larger = new Float64Array(table.a.length);
      larger.set(weight);
      weight = larger;
    }
    if (weight[p] === 0) {
      const [a, b, code] = [table.a[p]!, table.b[p]!, table.code[p]!];
      const shift = (code >> 1) - 64;
      const mean = overlapBits(pool, a, b, shift) * (1 - chainShare) + pool.bits(a, b, shift) * chainShare;
      weight[p] = mean * (1 + noise * random());
    }
    return weight[p]!;
  };
  const scoreOf = (p: number, count: number): number => (count - 1) * weightOf(p);

  const bump = (x: Digit, y: Digit, by: number): number => {
    const [first, second] = x < y ? [x, y] : [y, x];
    const a = nodeOfDigit(first);
    const b = nodeOfDigit(second);
    const p = table.find(
      a,
      b,
      ((powerOfDigit(second) - powerOfDigit(first) + 64) << 1) | ((first ^ second) & 1),
    );
    table.count[p] = table.count[p]! + by;
    return p;
  };

  const heap = new MaxHeap();
  for (const digits of expressions) {
    for (let i = 0; i < digits.length; i++) {
      for (let j = 0; j < i; j++) bump(digits[i]!, digits[j]!, 1);
    }
  }
  for (let p = 0; p < table.size; p++) if (table.count[p]! >= 2) heap.push(scoreOf(p, table.count[p]!), p);

  const cap = new Map<number, number>();
  const fresh: number[] = [];
  while (heap.size > 0) {
    const score = heap.topScore;
    const p = heap.pop();
    const count = Math.min(table.count[p]!, cap.get(p) ?? Number.POSITIVE_INFINITY);
    if (count < 2) continue;
    const now = scoreOf(p, count);
    if (now < score) {
      heap.push(now, p);
      continue;
    }
    const [a, b, code] = [table.a[p]!, table.b[p]!, table.code[p]!];
    const shift = (code >> 1) - 64;
    const delta = Math.abs(2 ** pool.depth[a]! - 2 ** pool.depth[b]!);
    const found: number[] = [];
    for (let o = 0; o < expressions.length; o++) {
      findPairs(expressions[o]!, o, a, b, shift, code & 1, delta === 0 ? Infinity : slack[o]! / delta, found);
    }
    const usable = found.length / 3;
    if (usable < count) {
      cap.set(p, usable);
      if (usable >= 2) heap.push(scoreOf(p, usable), p);
      continue;
    }
    const node = pool.add(a, b, shift, code & 1);
    fresh.length = 0;
    for (let k = 0; k < found.length; k += 3) {
      const o = found[k]!;
      const digits = expressions[o]!;
      const [x, y] = [found[k + 1]!, found[k + 2]!];
      remove(digits, x, bump);
      remove(digits, y, bump);
      slack[o] = slack[o]! - delta;
      // The node's value is that of the lower power's digit; its sign is a's.
      const power = Math.min(powerOfDigit(x), powerOfDigit(y));
      const made = node * 128 + power * 2 + (x & 1);
      for (const other of digits) {
        const q = bump(made, other, 1);
        if (table.count[q] === 2) fresh.push(q);
      }
      digits.push(made);
    }
    for (const q of fresh) if (table.count[q]! >= 2) heap.push(scoreOf(q, table.count[q]!), q);
  }
}

function overlapBits(pool: Pool, a: number, b: number, shift: number): number {
  const [left, right] = shift < 0 ? [-shift, 0] : [0, shift];
  const top = Math.min(pool.top[a]! + left, pool.top[b]! + right);
  return Math.max(
    1,
    top + (pool.signed[a]! | pool.signed[b]!) - Math.max(pool.step[a]! + left, pool.step[b]! + right),
  );
}

function remove(digits: Digit[], digit: Digit, bump: (x: Digit, y: Digit, by: number) => number): void {
  digits.splice(digits.indexOf(digit), 1);
  for (const other of digits) bump(digit, other, -1);
}

/** Pairs of digits that match a pattern, no digit twice, as (expression, a's digit, b's digit), at most `limit` of them. */
function findPairs(
  digits: readonly Digit[],
  o: number,
  a: number,
  b: number,
  shift: number,
  subtract: number,
  limit: number,
  found: number[],
): void {
  let taken = 0;
  let used: Digit[] | undefined;
  for (let i = 0; i < digits.length && taken + 1 <= limit; i++) {
    const x = digits[i]!;
    if (x >> 7 !== a) continue;
    const power = powerOfDigit(x) + shift;
    if (power < 0 || power > 63) continue;
    const y = b * 128 + power * 2 + ((x & 1) ^ subtract);
    if (!digits.includes(y)) continue;
    if (a === b) {
      if (used?.includes(x) || used?.includes(y)) continue;
      used ??= [];
      used.push(x, y);
    }
    found.push(o, x, y);
    taken++;
  }
}

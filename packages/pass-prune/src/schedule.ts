import { badSparsity } from "./diagnostics.js";

/** Sparsity (0 … 1) that each round of a training begins with; a round trains what is left. */
export type SparsitySchedule = readonly number[];

function checked(sparsity: number): number {
  if (!(sparsity >= 0 && sparsity <= 1)) throw badSparsity(sparsity);
  return sparsity;
}

/** Prunes once. */
export function oneShot(sparsity: number): SparsitySchedule {
  return [checked(sparsity)];
}

/** Each round removes the given fraction of the weights that are left: `[0.1, 0.111]` is 10 %, then 20 % of all. */
export function ofRemaining(fractions: readonly number[]): SparsitySchedule {
  let left = 1;
  return fractions.map((fraction) => {
    left *= 1 - checked(fraction);
    return 1 - left;
  });
}

/**
 * Fractions of the remaining weights in Hawks et al., arXiv:2102.11289: 10, 20, … 90, 96.66, 98.88 % of all, then a round of
 * fine-tuning.
 */
export const hawksFractions: readonly number[] = [
  0.1, 0.111, 0.125, 0.143, 0.166, 0.2, 0.25, 0.333, 0.5, 0.666, 0.666, 0,
];

/**
 * `rounds` steps from `from` to `to`, fast first: s = to + (from - to)·(1 - t/T)³.
 *
 * Source: Zhu & Gupta, "To prune, or not to prune", arXiv:1710.01878, equation 1.
 */
export function cubic(options: {
  readonly from?: number;
  readonly to: number;
  readonly rounds: number;
}): SparsitySchedule {
  const from = checked(options.from ?? 0);
  const to = checked(options.to);
  return Array.from(
    { length: options.rounds },
    (_, i) => to + (from - to) * (1 - (i + 1) / options.rounds) ** 3,
  );
}

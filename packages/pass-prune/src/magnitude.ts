import { badGranularity, badSparsity, sparsityOfPattern } from "./diagnostics.js";
import { groupsOf } from "./groups.js";
import type { Granularity, PrunableMatrix, Pruner } from "./pruner.js";

export interface MagnitudeOptions {
  /** Rank all layers together (`global`, what "Ps and Qs" does) or each by itself. Default: `global`. */
  readonly scope?: "global" | "layer";
  /** Default: `{ kind: "weight" }`. */
  readonly granularity?: Granularity;
}

/** A group that may be pruned: how much it matters and how many elements it would zero. */
interface Candidate {
  readonly matrix: number;
  readonly group: number;
  readonly score: number;
  readonly size: number;
}

const sumOf = (matrices: readonly PrunableMatrix[]): number =>
  matrices.reduce((sum, { rows, columns }) => sum + rows * columns, 0);

/**
 * Prunes what is smallest: groups by their mean |w|, ties in order. Weights that are pruned already come first and stay pruned.
 * Groups of more than one weight stop short of the wanted sparsity rather than go past it, and leave each matrix one group, for
 * a layer without weights would cut the network in two.
 *
 * Source: Hawks et al., "Ps and Qs: Quantization-Aware Pruning for Efficient Low Latency Neural Network Inference",
 * arXiv:2102.11289 (global, unstructured); Zhou et al., "Learning N:M Fine-grained Structured Sparse Neural Networks From
 * Scratch", arXiv:2102.04010 (N:M).
 */
export function magnitude(options: MagnitudeOptions = {}): Pruner {
  const granularity = options.granularity ?? { kind: "weight" };
  const score = (matrix: PrunableMatrix, i: number): number => Math.abs(matrix.weights[i]!) * matrix.mask[i]!;
  return {
    name: "magnitude",
    masks: (matrices, sparsity) => choose(matrices, sparsity, granularity, options.scope ?? "global", score),
  };
}

/** Prunes at random: the baseline that any other pruner has to beat. */
export function randomPruner(options: MagnitudeOptions = {}): Pruner {
  const granularity = options.granularity ?? { kind: "weight" };
  return {
    name: "random",
    masks: (matrices, sparsity, random) => {
      // Above 0, so that what is pruned already still comes first.
      const draws = matrices.map(({ weights }) =>
        Float64Array.from({ length: weights.length }, () => 1 + random()),
      );
      const score = (matrix: PrunableMatrix, i: number): number =>
        draws[matrices.indexOf(matrix)]![i]! * matrix.mask[i]!;
      return choose(matrices, sparsity, granularity, options.scope ?? "global", score);
    },
  };
}

type Score = (matrix: PrunableMatrix, element: number) => number;

function choose(
  matrices: readonly PrunableMatrix[],
  sparsity: number,
  granularity: Granularity,
  scope: "global" | "layer",
  score: Score,
): readonly Uint8Array[] {
  if (!(sparsity >= 0 && sparsity <= 1)) throw badSparsity(sparsity);
  if (granularity.kind === "n-of-m") {
    const { n, m } = granularity;
    if (!(Number.isSafeInteger(n) && Number.isSafeInteger(m) && n > 0 && n <= m)) {
      throw badGranularity(`${n} of ${m} neighbours`);
    }
    if (Math.abs(sparsity - (1 - n / m)) > 1e-9) throw sparsityOfPattern(n, m, sparsity);
    return matrices.map((matrix) => keepNofM(matrix, n, m, score));
  }
  const masks = matrices.map((matrix) => Uint8Array.from(matrix.mask));
  const scopes = scope === "global" ? [matrices.map((_, i) => i)] : matrices.map((_, i) => [i]);
  for (const members of scopes) {
    pruneSmallest(matrices, members, sparsity, granularity, score, masks);
  }
  return masks;
}

function pruneSmallest(
  matrices: readonly PrunableMatrix[],
  members: readonly number[],
  sparsity: number,
  granularity: Exclude<Granularity, { readonly kind: "n-of-m" }>,
  score: Score,
  masks: readonly Uint8Array[],
): void {
  const groups = new Map(members.map((i) => [i, groupsOf(matrices[i]!, granularity)]));
  const candidates: Candidate[] = [];
  for (const [i, { of, count }] of groups) {
    const sums = new Float64Array(count);
    const sizes = new Int32Array(count);
    for (let e = 0; e < of.length; e++) {
      sums[of[e]!]! += score(matrices[i]!, e);
      sizes[of[e]!]!++;
    }
    for (let group = 0; group < count; group++) {
      candidates.push({ matrix: i, group, score: sums[group]! / sizes[group]!, size: sizes[group]! });
    }
  }
  // Stable: equal scores stay in the order of the layers and elements.
  candidates.sort((a, b) => a.score - b.score);
  const wanted = Math.round(sparsity * sumOf(members.map((i) => matrices[i]!)));
  const gone = new Map([...groups].map(([i, { count }]) => [i, new Uint8Array(count)]));
  const left = new Map([...groups].map(([i, { count }]) => [i, count]));
  let pruned = 0;
  for (const { matrix, group, size } of candidates) {
    if (pruned + size > wanted) {
      if (size === 1) break;
      continue;
    }
    if (granularity.kind !== "weight" && left.get(matrix)! === 1) continue;
    gone.get(matrix)![group] = 1;
    left.set(matrix, left.get(matrix)! - 1);
    pruned += size;
  }
  for (const [i, { of }] of groups) {
    const away = gone.get(i)!;
    for (let e = 0; e < of.length; e++) if (away[of[e]!] === 1) masks[i]![e] = 0;
  }
}

/** Of each `m` neighbours of a row the `n` largest stay; a row's rest of fewer than `m` keeps its share, rounded up. */
function keepNofM(matrix: PrunableMatrix, n: number, m: number, score: Score): Uint8Array {
  const mask = Uint8Array.from(matrix.mask);
  const { rows, columns } = matrix;
  for (let row = 0; row < rows; row++) {
    for (let begin = 0; begin < columns; begin += m) {
      const size = Math.min(m, columns - begin);
      const keep = Math.ceil((n * size) / m);
      const order = Array.from({ length: size }, (_, i) => row * columns + begin + i);
      order.sort((a, b) => score(matrix, b) - score(matrix, a));
      for (const element of order.slice(keep)) mask[element] = 0;
    }
  }
  return mask;
}

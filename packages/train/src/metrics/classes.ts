import { predictClass } from "../trainer/criterion.js";

/** Share of rows of `[rows, outputs]` whose class is the label; a single output says class 1 above 0. */
export function accuracy(logits: ArrayLike<number>, labels: ArrayLike<number>, outputs: number): number {
  let correct = 0;
  for (let row = 0; row < labels.length; row++)
    if (predictClass(logits, row, outputs) === labels[row]) correct++;
  return correct / labels.length;
}

/** Counts of one threshold: how many positives and negatives have this score or a higher one. */
interface RocPoint {
  readonly positives: number;
  readonly negatives: number;
}

/** The ROC curve in counts, from the highest score down; samples of equal score are one point. */
function rocPoints(scores: ArrayLike<number>, positive: (row: number) => boolean): readonly RocPoint[] {
  const order = Array.from({ length: scores.length }, (_, row) => row).sort(
    (a, b) => scores[b]! - scores[a]!,
  );
  const points: RocPoint[] = [{ positives: 0, negatives: 0 }];
  let [positives, negatives] = [0, 0];
  order.forEach((row, i) => {
    if (positive(row)) positives++;
    else negatives++;
    const next = order[i + 1];
    if (next === undefined || scores[next] !== scores[row]) points.push({ positives, negatives });
  });
  return points;
}

/**
 * Area under the ROC curve: the share of pairs of a positive and a negative in which the positive scores higher, ties
 * counted half (Mann–Whitney). Exact to the last division. NaN when there are no positives or no negatives.
 */
export function auc(scores: ArrayLike<number>, positive: (row: number) => boolean): number {
  const points = rocPoints(scores, positive);
  const { positives, negatives } = points.at(-1)!;
  let halves = 0;
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [points[i - 1]!, points[i]!];
    halves += (to.negatives - from.negatives) * (from.positives + to.positives);
  }
  return halves / (2 * positives * negatives);
}

/**
 * Share of negatives that pass where half of the positives do: the ROC curve's false-positive rate at the true-positive rate
 * `efficiency`, on the straight line between the two points around it. NaN when there are no positives or no negatives.
 */
export function backgroundEfficiency(
  scores: ArrayLike<number>,
  positive: (row: number) => boolean,
  efficiency = 0.5,
): number {
  const points = rocPoints(scores, positive);
  const { positives, negatives } = points.at(-1)!;
  if (positives === 0 || negatives === 0) return Number.NaN;
  const wanted = efficiency * positives;
  const at = points.findIndex((point) => point.positives >= wanted);
  const to = points[at]!;
  const from = points[Math.max(0, at - 1)]!;
  const part =
    to.positives === from.positives ? 1 : (wanted - from.positives) / (to.positives - from.positives);
  return (from.negatives + part * (to.negatives - from.negatives)) / negatives;
}

/** Figures of one class against all others. */
export interface ClassFigures {
  readonly auc: number;
  readonly backgroundEfficiency: number;
  /** 1 / `backgroundEfficiency`; infinite when no background passes. */
  readonly backgroundRejection: number;
}

/**
 * Each class against the rest, by its own column of `[rows, outputs]`; a single output has classes 0 and 1. Give
 * probabilities (softmax of the logits) for figures as they are usually published: the order of samples within a column
 * differs between logits and probabilities.
 */
export function classFigures(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  outputs: number,
): readonly ClassFigures[] {
  return Array.from({ length: Math.max(2, outputs) }, (_, c) => {
    const column = Float64Array.from(labels as ArrayLike<number>, (_, row) =>
      outputs === 1 ? (c === 1 ? scores[row]! : -scores[row]!) : scores[row * outputs + c]!,
    );
    const positive = (row: number): boolean => labels[row] === c;
    const passed = backgroundEfficiency(column, positive);
    return { auc: auc(column, positive), backgroundEfficiency: passed, backgroundRejection: 1 / passed };
  });
}

/** Softmax of each row of `[rows, outputs]`, in float64. */
export function probabilities(logits: ArrayLike<number>, outputs: number): Float64Array {
  const result = Float64Array.from(logits as ArrayLike<number>);
  for (let start = 0; start < result.length; start += outputs) {
    const row = result.subarray(start, start + outputs);
    const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (let c = 0; c < outputs; c++) {
      row[c] = Math.exp(row[c]! - most);
      sum += row[c]!;
    }
    for (let c = 0; c < outputs; c++) row[c]! /= sum;
  }
  return result;
}

import { signedDigits } from "./sums.js";

/** Weights of the words that a neuron reads. */
interface WeightRow {
  readonly columns: readonly number[];
  readonly weights: readonly number[];
}

/** Digits from which the count is far from what graphs take. */
const manyDigits = 400;

/**
 * LUTs that an adder graph of these products hardly falls below, found without one. All but few matrices with n digits need n / log₂ n
 * additions, however much they share; an adder is a bit wider than the narrower of its words. Rows and columns that are others' again,
 * or their negatives, are shared whole and count once. Graphs of many digits take 2.6 times as many LUTs where weights are random signs, four to
 * eight times where they are trained; 2.5 times are asked of them, so that most large layers are passed over without being built.
 *
 * Source of the count: Lupanov, "On rectifier and switching-and-rectifier schemes", Dokl. Akad. Nauk SSSR 111, 1956.
 *
 * @param widthBits of the narrowest word that comes.
 */
export function leastAdderLuts(rows: readonly WeightRow[], widthBits: number): number {
  // A word alone is its own sum.
  const added = rows.filter((row) => row.columns.length > 1);
  const distinct = new Map(added.map((row) => [keyOf(row.columns, row.weights), row]));
  const columns = new Map<number, { readonly rows: number[]; readonly weights: number[] }>();
  for (const [r, row] of [...distinct.values()].entries()) {
    row.columns.forEach((column, i) => {
      const entry = columns.get(column) ?? { rows: [], weights: [] };
      entry.rows.push(r);
      entry.weights.push(row.weights[i]!);
      columns.set(column, entry);
    });
  }
  const kept = new Map([...columns.values()].map((c) => [keyOf(c.rows, c.weights), c.weights]));
  const digits = [...kept.values()].flat().reduce((sum, weight) => sum + signedDigits(weight), 0);
  const additions = digits < 4 ? 0 : digits / Math.log2(digits);
  const factor = digits < manyDigits ? 1 : 2.5;
  // A sum of several words is an adder at least, whatever it shares.
  return Math.max(distinct.size, Math.floor(factor * additions * (widthBits + 1)));
}

/** The same for a row and its negative. */
function keyOf(places: readonly number[], weights: readonly number[]): string {
  const sign = Math.sign(weights.find((w) => w !== 0) ?? 1);
  return places.map((place, i) => `${place}:${sign * weights[i]!}`).join(" ");
}

import { DatasetError } from "./error.js";
import { random } from "./random.js";
import { checkLabel } from "./rows.js";

export interface SplitOptions<K extends string> {
  /** Share of each part by name, together at most 1; what they leave is in no part. */
  readonly fractions: Readonly<Record<K, number>>;
  readonly seed: number;
  /** Class numbers of the rows: each class is split by itself, so that every part has each class's share. */
  readonly stratify?: ArrayLike<number>;
}

function bad(reason: string, hint: string): DatasetError {
  return new DatasetError("datasets/bad-argument", reason, hint);
}

function checkFractions(fractions: readonly number[]): void {
  const wrong = fractions.find((share) => !(share > 0 && share <= 1));
  if (wrong !== undefined) throw bad(`A share of the split is ${wrong}.`, "give shares above 0 and up to 1");
  const sum = fractions.reduce((total, share) => total + share, 0);
  if (sum > 1 + 1e-9)
    throw bad(`The shares of the split add up to ${sum}.`, "give shares that add up to at most 1");
}

/** Rows of each class; all in one when there are no labels. */
function groupsOf(count: number, labels: ArrayLike<number> | undefined): readonly (readonly number[])[] {
  const groups: number[][] = [];
  for (let row = 0; row < count; row++) {
    const label = labels?.[row] ?? 0;
    checkLabel(label, row, Number.POSITIVE_INFINITY);
    groups[label] ??= [];
    groups[label].push(row);
  }
  return groups.filter((group) => group !== undefined);
}

/**
 * Parts rows 0 … count - 1 at random into disjoint sets, each in ascending order. The same seed gives the same parts.
 * A part has its share of the rows, and with `stratify` of each class, to within one row.
 *
 * @throws DatasetError `datasets/bad-argument` for shares that make no sense, or labels of another number.
 */
export function split<K extends string>(
  count: number,
  { fractions, seed, stratify }: SplitOptions<K>,
): Readonly<Record<K, Uint32Array>> {
  const names = Object.keys(fractions) as K[];
  checkFractions(names.map((name) => fractions[name]));
  if (stratify && stratify.length !== count) {
    throw bad(`There are ${stratify.length} labels for ${count} rows.`, "give one label a row");
  }
  const parts = names.map((): number[] => []);
  groupsOf(count, stratify).forEach((group, stream) => {
    const order = random(seed, stream).permutation(group.length);
    let [share, from] = [0, 0];
    names.forEach((name, part) => {
      share += fractions[name];
      const to = Math.min(group.length, Math.round(share * group.length));
      for (; from < to; from++) parts[part]!.push(group[order[from]!]!);
    });
  });
  const sorted = parts.map((rows) => Uint32Array.from(rows).sort());
  return Object.fromEntries(names.map((name, i) => [name, sorted[i]!])) as Record<K, Uint32Array>;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (Damerau–Levenshtein, restricted). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const turned =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? rows[i - 2]![j - 2]! + 1
          : Number.POSITIVE_INFINITY;
      row.push(Math.min(swap, turned, rows[i - 1]![j]! + 1, row[j - 1]! + 1));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** The name that is nearest to what was typed, if one is near: two fifths of its letters may differ. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  let best: { readonly name: string; readonly apart: number } | undefined;
  for (const name of names) {
    const apart = distance(typed.toLowerCase(), name.toLowerCase());
    const limit = Math.max(1, Math.floor((2 * Math.max(typed.length, name.length)) / 5));
    if (apart <= limit && apart < (best?.apart ?? Number.POSITIVE_INFINITY)) best = { name, apart };
  }
  return best?.name;
}

/**
 * Least squares with `x ≥ 0` by coordinate descent: minimises `Σ_i (Σ_j a[i][j] x[j] − b[i])² + Σ_j weights[j] (x[j] − prior[j])²`.
 *
 * The prior decides what the rows leave open. The problem is convex, and each step is the exact minimum along one
 * coordinate, so this ends at the minimum.
 */
export function nonNegativeLeastSquares(
  a: readonly (readonly number[])[],
  b: readonly number[],
  prior: readonly number[],
  weights: readonly number[],
): number[] {
  const columns = prior.length;
  const sweeps = 50_000;
  const gram = prior.map((_, i) =>
    prior.map((__, j) => a.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? weights[i]! : 0)),
  );
  const target = prior.map((p, j) => a.reduce((sum, row, i) => sum + row[j]! * b[i]!, weights[j]! * p));
  const x = [...prior];
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let moved = 0;
    for (let j = 0; j < columns; j++) {
      const along = gram[j]!.reduce((sum, g, k) => sum + g * x[k]!, 0);
      const next = Math.max(0, x[j]! + (target[j]! - along) / gram[j]![j]!);
      moved = Math.max(moved, Math.abs(next - x[j]!));
      x[j] = next;
    }
    if (moved < 1e-7) break;
  }
  return x;
}

/** Adds to `out` the sum of `term(i)` over each column. */
export function addColumns(length: number, out: Float32Array, term: (i: number) => number): void {
  const sums = new Float64Array(out.length);
  for (let i = 0, c = 0; i < length; i++) {
    sums[c]! += term(i);
    if (++c === sums.length) c = 0;
  }
  for (let c = 0; c < out.length; c++) out[c]! += sums[c]!;
}

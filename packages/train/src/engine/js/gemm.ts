import type { Kernels } from "../kernels.js";

/** Rows of the result one by one, summed in float64. */
export const gemm: Kernels["gemm"] = ({ m, n, k, a, b, c, transposeA, transposeB, accumulate }) => {
  const [aRow, aColumn] = transposeA ? [1, m] : [k, 1];
  const sums = new Float64Array(n);
  for (let i = 0; i < m; i++) {
    if (transposeB) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let p = 0; p < k; p++) sum += a[i * aRow + p * aColumn]! * b[j * k + p]!;
        sums[j] = sum;
      }
    } else {
      sums.fill(0);
      for (let p = 0; p < k; p++) {
        const factor = a[i * aRow + p * aColumn]!;
        for (let j = 0; j < n; j++) sums[j]! += factor * b[p * n + j]!;
      }
    }
    for (let j = 0; j < n; j++) c[i * n + j] = sums[j]! + (accumulate ? c[i * n + j]! : 0);
  }
};

import { badGranularity, doesNotDivide } from "./diagnostics.js";
import type { Granularity, PrunableMatrix } from "./pruner.js";

/** Elements of a matrix that stay or go together: `of[element]` is the group's number, `count` how many groups there are. */
export interface Groups {
  readonly of: Int32Array;
  readonly count: number;
}

/**
 * Groups of a granularity other than N:M (whose groups compete inside their M neighbours only). A channel is a row, a block the
 * PE × SIMD elements that a matrix-vector unit reads in one beat: a pruned block is a beat that may be left out.
 *
 * Throws `DiagnosticError` when blocks do not tile the matrix.
 */
export function groupsOf(
  matrix: PrunableMatrix,
  granularity: Exclude<Granularity, { readonly kind: "n-of-m" }>,
): Groups {
  const { rows, columns } = matrix;
  const of = new Int32Array(rows * columns);
  switch (granularity.kind) {
    case "weight":
      for (let i = 0; i < of.length; i++) of[i] = i;
      return { of, count: of.length };
    case "channel":
      for (let row = 0; row < rows; row++) of.fill(row, row * columns, (row + 1) * columns);
      return { of, count: rows };
    case "block": {
      const { pe, simd } = granularity;
      if (!(Number.isSafeInteger(pe) && pe > 0 && Number.isSafeInteger(simd) && simd > 0)) {
        throw badGranularity(`blocks of ${pe} rows and ${simd} columns`);
      }
      if (rows % pe !== 0 || columns % simd !== 0) throw doesNotDivide(matrix, pe, simd);
      const across = columns / simd;
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          of[row * columns + column] = Math.floor(row / pe) * across + Math.floor(column / simd);
        }
      }
      return { of, count: (rows / pe) * across };
    }
  }
}

import type { Kernels } from "../kernels.js";
import { chunkElements, smallWork } from "./elementwise.js";
import type { Fork } from "./fork.js";

/** Columns that one chunk of `combine` adds up. */
const columnsInChunk = 256;

/** Adds the parts of a sum, one array of `columns` floats a chunk, in float64: `to (+)= factor · Σ parts`. */
export function combineOf(
  fork: Fork,
): (
  parts: Float32Array,
  count: number,
  columns: number,
  factor: number,
  to: Float32Array,
  add: boolean,
) => void {
  const { ints, reals, put } = fork;
  const combine = fork.kind("combine");
  return (parts, count, columns, factor, to, add) => {
    ints[0] = columnsInChunk;
    ints[1] = columns;
    ints[2] = count;
    put(3, parts, count * columns);
    reals[4] = factor;
    put(5, to, columns);
    ints[6] = Number(add);
    fork.run(combine, Math.ceil(columns / columnsInChunk), count * columns < smallWork);
  };
}

type Columns = Pick<
  Kernels,
  "addRow" | "scaleRow" | "columnSum" | "columnDot" | "moments" | "normalize" | "normalizeBackward"
>;

export function columnsOf(fork: Fork): Columns {
  const { ints, put, arena } = fork;
  const combine = combineOf(fork);
  const addRow = fork.kind("addRow");
  const scaleRow = fork.kind("scaleRow");
  const columnSum = fork.kind("columnSum");
  const columnDot = fork.kind("columnDot");
  const columnSquares = fork.kind("columnSquares");
  const normalize = fork.kind("normalize");
  const normalizeBackward = fork.kind("normalizeBackward");

  const rowsInChunk = (columns: number): number => Math.max(1, Math.floor(chunkElements / columns));
  const chunksOf = (length: number, columns: number): number =>
    Math.ceil(length / columns / rowsInChunk(columns));
  const start = (length: number, columns: number): void => {
    ints[0] = rowsInChunk(columns);
    ints[1] = length / columns;
    ints[2] = columns;
  };
  const run = (kind: number, length: number, columns: number): void =>
    fork.run(kind, chunksOf(length, columns), length < smallWork);

  /** `to (+)= factor · Σ_r term`; `second` is the other factor of `columnDot`, or the means of `columnSquares`. */
  const reduce = (
    kind: number,
    x: Float32Array,
    second: Float32Array | undefined,
    factor: number,
    to: Float32Array,
    add: boolean,
  ): void => {
    const columns = to.length;
    const count = chunksOf(x.length, columns);
    arena.lend(count * columns, (parts) => {
      start(x.length, columns);
      put(3, x, x.length);
      if (second) put(4, second, kind === columnDot ? x.length : columns);
      put(second ? 5 : 4, parts, count * columns);
      run(kind, x.length, columns);
      combine(parts, count, columns, factor, to, add);
    });
  };
  const byRow = (kind: number, x: Float32Array, row: Float32Array, y: Float32Array): void => {
    start(x.length, row.length);
    put(3, x, x.length);
    put(4, row, row.length);
    put(5, y, x.length);
    run(kind, x.length, row.length);
  };

  return {
    addRow: (x, b, y) => byRow(addRow, x, b, y),
    scaleRow: (x, s, y) => byRow(scaleRow, x, s, y),
    columnSum: (x, out) => reduce(columnSum, x, undefined, 1, out, true),
    columnDot: (a, b, out) => reduce(columnDot, a, b, 1, out, true),
    moments(x, mean, variance) {
      const factor = mean.length / x.length;
      reduce(columnSum, x, undefined, factor, mean, false);
      reduce(columnSquares, x, mean, factor, variance, false);
    },
    normalize({ x, mean, inverse, gamma, beta, xhat, y }) {
      const columns = mean.length;
      start(x.length, columns);
      put(3, x, x.length);
      put(4, mean, columns);
      put(5, inverse, columns);
      put(6, gamma, columns);
      put(7, beta, columns);
      put(8, xhat, x.length);
      put(9, y, x.length);
      run(normalize, x.length, columns);
    },
    normalizeBackward({ xhat, inverse, gamma, dy, dx, dgamma, dbeta, batch }) {
      const columns = gamma.length;
      const rows = dy.length / columns;
      arena.lend(3 * columns, (array) => {
        const factor = array.subarray(0, columns);
        const sum = array.subarray(columns, 2 * columns);
        const dot = array.subarray(2 * columns);
        reduce(columnSum, dy, undefined, 1, sum, false);
        reduce(columnDot, dy, xhat, 1, dot, false);
        for (let c = 0; c < columns; c++) {
          dbeta[c]! += sum[c]!;
          dgamma[c]! += dot[c]!;
          factor[c] = gamma[c]! * inverse[c]!;
          sum[c] = batch ? sum[c]! / rows : 0;
          dot[c] = batch ? dot[c]! / rows : 0;
        }
        if (!dx) return;
        start(dy.length, columns);
        put(3, xhat, dy.length);
        put(4, dy, dy.length);
        put(5, dx, dy.length);
        put(6, factor, columns);
        put(7, sum, columns);
        put(8, dot, columns);
        run(normalizeBackward, dy.length, columns);
      });
    },
  };
}

import { int, pointer, WORKSPACE, WORKSPACE_BYTES } from "./layout";
import { tileOfPanel, tileOfRows } from "./gemm-tile";

/** Depth of the products between two looks at C: an 8-column panel of B of this depth lies in the first cache. */
const DEPTH: i32 = 256;
/** Rows that one chunk has at most; their part of A, packed, is the workspace's first half. */
const TILE_OFFSET: usize = 65536;

/** Rows `row ... row + 3` of op(A) = Aᵀ, `depth` x 4 floats. `a` points at element (k = 0, row 0). */
function packColumns(a: usize, stride: usize, row: i32, m: i32, depth: i32, to: usize): void {
  let from = a + (<usize>row << 2);
  if (row + 4 <= m) {
    for (let p = 0; p < depth; p++) {
      v128.store(to, v128.load(from));
      from += stride;
      to += 16;
    }
    return;
  }
  for (let p = 0; p < depth; p++) {
    v128.store(to, f32x4.splat(0));
    for (let r = 0; r < m - row; r++) store<f32>(to + (<usize>r << 2), load<f32>(from + (<usize>r << 2)));
    from += stride;
    to += 16;
  }
}

/**
 * Some rows of C (+)= op(A) · B.
 * Arguments: m, n, k, a, floats between A's rows as stored, b packed, c, whether A is transposed, whether to add, rows a chunk.
 */
export function gemm(chunk: i32, thread: i32): void {
  const m = int(0);
  const n = int(1);
  const k = int(2);
  const a = pointer(3);
  const strideA = pointer(4) << 2;
  const b = pointer(5);
  const c = pointer(6);
  const transposeA = int(7) != 0;
  const accumulate = int(8) != 0;
  const from = chunk * int(9);
  const to = min(m, from + int(9));
  const packed = WORKSPACE + <usize>thread * WORKSPACE_BYTES;
  const tile = packed + TILE_OFFSET;
  const strideC = <usize>n << 2;
  for (let p = 0; p < k; p += DEPTH) {
    const depth = min(DEPTH, k - p);
    const add = accumulate || p > 0;
    if (transposeA) {
      for (let i = from; i < to; i += 4) {
        packColumns(a + <usize>p * strideA, strideA, i, m, depth, packed + <usize>(i - from) * (DEPTH << 2));
      }
    }
    for (let j = 0; j < n; j += 8) {
      const panel = b + ((<usize>j * <usize>k + (<usize>p << 3)) << 2);
      for (let i = from; i < to; i += 4) {
        const whole = i + 4 <= to && j + 8 <= n;
        const place = c + <usize>i * strideC + (<usize>j << 2);
        const target = whole ? place : tile;
        const stride = whole ? strideC : 32;
        if (transposeA) {
          tileOfPanel(depth, packed + <usize>(i - from) * (DEPTH << 2), panel, target, stride, add && whole);
        } else {
          const last = m - 1;
          const column = a + (<usize>p << 2);
          tileOfRows(
            depth,
            column + <usize>i * strideA,
            column + <usize>min(i + 1, last) * strideA,
            column + <usize>min(i + 2, last) * strideA,
            column + <usize>min(i + 3, last) * strideA,
            panel,
            target,
            stride,
            add && whole,
          );
        }
        if (!whole) copyTile(tile, place, strideC, min(4, to - i), min(8, n - j), add);
      }
    }
  }
}

/** What of a tile lies inside C. */
function copyTile(tile: usize, place: usize, stride: usize, rows: i32, columns: i32, add: bool): void {
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++) {
      const to = place + (<usize>j << 2);
      const value = load<f32>(tile + (<usize>j << 2));
      store<f32>(to, add ? load<f32>(to) + value : value);
    }
    tile += 32;
    place += stride;
  }
}

@inline
function rowOrZero(b: usize, stride: usize, j: i32, n: i32, p: i32): v128 {
  return j < n ? v128.load(b + <usize>j * stride + (<usize>p << 2)) : f32x4.splat(0);
}

/** Four vectors of four become columns `at ... at + 3` of four rows of a panel. */
@inline
function storeTransposed(r0: v128, r1: v128, r2: v128, r3: v128, to: usize): void {
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), 32);
  v128.store(to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 64);
  v128.store(to, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 96);
}

/** A panel of op(B) = Bᵀ: columns `j ... j + 7`, those beyond n are 0. */
function packRows(b: usize, stride: usize, j: i32, n: i32, k: i32, to: usize): void {
  const whole = k & ~3;
  for (let p = 0; p < whole; p += 4) {
    for (let half = 0; half < 8; half += 4) {
      storeTransposed(
        rowOrZero(b, stride, j + half, n, p),
        rowOrZero(b, stride, j + half + 1, n, p),
        rowOrZero(b, stride, j + half + 2, n, p),
        rowOrZero(b, stride, j + half + 3, n, p),
        to + (<usize>half << 2),
      );
    }
    to += 128;
  }
  for (let p = whole; p < k; p++) {
    for (let column = 0; column < 8; column++) {
      const inside = j + column < n;
      const value = inside ? load<f32>(b + <usize>(j + column) * stride + (<usize>p << 2)) : 0;
      store<f32>(to + (<usize>column << 2), value);
    }
    to += 32;
  }
}

/**
 * Panels of B, each k x 8 floats.
 * Arguments: n, k, b, floats between B's rows as stored, to, whether B is transposed, panels a chunk.
 */
export function packPanels(chunk: i32, _thread: i32): void {
  const n = int(0);
  const k = int(1);
  const b = pointer(2);
  const stride = pointer(3) << 2;
  const from = chunk * int(6) * 8;
  const end = min(n, from + int(6) * 8);
  for (let j = from; j < end; j += 8) {
    let to = pointer(4) + ((<usize>j * <usize>k) << 2);
    if (int(5) != 0) {
      packRows(b, stride, j, n, k, to);
      continue;
    }
    let row = b + (<usize>j << 2);
    const width = min(8, n - j);
    for (let p = 0; p < k; p++) {
      if (width == 8) {
        v128.store(to, v128.load(row));
        v128.store(to, v128.load(row, 16), 16);
      } else {
        v128.store(to, f32x4.splat(0));
        v128.store(to, f32x4.splat(0), 16);
        for (let i = 0; i < width; i++) store<f32>(to + (<usize>i << 2), load<f32>(row + (<usize>i << 2)));
      }
      row += stride;
      to += 32;
    }
  }
}

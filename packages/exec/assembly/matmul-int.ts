/*
 * General products. Rows of x and w are padded to 16 bytes; the padding of w is zero, so that of x may be anything
 * finite. i32 sums wrap on the way and are right at the end whenever the final sum fits, which the planner proves.
 * A tile of 2 rows x 4 neurons keeps 8 accumulators in registers.
 */

@inline
function dot16(sum: v128, a: v128, b: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(a, b));
}

@inline
function dot32(sum: v128, a: v128, b: v128): v128 {
  return i32x4.add(sum, i32x4.mul(a, b));
}

/** The four lane sums of a, b, c, d as one vector. */
@inline
function laneSums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 2, 6), v128.shuffle<i32>(a, b, 1, 5, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 2, 6), v128.shuffle<i32>(c, d, 1, 5, 3, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/** `wide` is a constant at each call. */
@inline
function product(
  x: usize, xStride: usize, rows: i32, w: usize, bytes: usize, neurons: i32, acc: usize, accStride: usize, wide: bool,
): void {
  for (let n = 0; n < neurons; n += 4) {
    const w0 = w + <usize>n * bytes;
    const w1 = w0 + bytes;
    const w2 = w1 + bytes;
    const w3 = w2 + bytes;
    for (let r = 0; r < rows; r += 2) {
      const x0 = x + <usize>r * xStride;
      const two = r + 1 < rows;
      const x1 = two ? x0 + xStride : x0;
      let a0 = i32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
      let b0 = a0, b1 = a0, b2 = a0, b3 = a0;
      for (let at: usize = 0; at < bytes; at += 16) {
        const u = v128.load(x0 + at);
        const v = v128.load(x1 + at);
        let t = v128.load(w0 + at);
        a0 = wide ? dot32(a0, u, t) : dot16(a0, u, t);
        b0 = wide ? dot32(b0, v, t) : dot16(b0, v, t);
        t = v128.load(w1 + at);
        a1 = wide ? dot32(a1, u, t) : dot16(a1, u, t);
        b1 = wide ? dot32(b1, v, t) : dot16(b1, v, t);
        t = v128.load(w2 + at);
        a2 = wide ? dot32(a2, u, t) : dot16(a2, u, t);
        b2 = wide ? dot32(b2, v, t) : dot16(b2, v, t);
        t = v128.load(w3 + at);
        a3 = wide ? dot32(a3, u, t) : dot16(a3, u, t);
        b3 = wide ? dot32(b3, v, t) : dot16(b3, v, t);
      }
      const o = acc + <usize>r * accStride + (<usize>n << 2);
      v128.store(o, laneSums(a0, a1, a2, a3));
      if (two) v128.store(o + accStride, laneSums(b0, b1, b2, b3));
    }
  }
}

/** i16 x i16 -> i32, 8 products an instruction. */
export function matmul_i16(
  x: usize, xStride: usize, rows: i32, w: usize, bytes: usize, neurons: i32, acc: usize, accStride: usize,
): void {
  product(x, xStride, rows, w, bytes, neurons, acc, accStride, false);
}

/** i32 x i32 -> i32. */
export function matmul_i32(
  x: usize, xStride: usize, rows: i32, w: usize, bytes: usize, neurons: i32, acc: usize, accStride: usize,
): void {
  product(x, xStride, rows, w, bytes, neurons, acc, accStride, true);
}

/** Integers in doubles: exact while every partial sum stays below 2^53, which the planner proves. */
export function matmul_f64(
  x: usize, xStride: usize, rows: i32, w: usize, bytes: usize, neurons: i32, acc: usize, accStride: usize,
): void {
  for (let n = 0; n < neurons; n += 2) {
    const w0 = w + <usize>n * bytes;
    const w1 = w0 + bytes;
    for (let r = 0; r < rows; r++) {
      const xr = x + <usize>r * xStride;
      let a = f64x2.splat(0);
      let b = a;
      for (let at: usize = 0; at < bytes; at += 16) {
        const u = v128.load(xr + at);
        a = f64x2.add(a, f64x2.mul(u, v128.load(w0 + at)));
        b = f64x2.add(b, f64x2.mul(u, v128.load(w1 + at)));
      }
      const o = acc + <usize>r * accStride + (<usize>n << 3);
      store<f64>(o, f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1), 0);
      store<f64>(o, f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1), 8);
    }
  }
}

/*
 * Bipolar x bipolar: x and w hold one bit an element (+1 is 1), 64 to a word, rows padded with equal bits on both
 * sides, so that x . w = K - 2 popcount(x ^ w).
 *
 * A tile of 2 input rows x 4 neurons keeps 8 counts in registers. i64.popcnt is one instruction; the 128-bit
 * i8x16.popcnt is eight or so and was not faster (measured: 344 against 346 Gop/s at K = 1024, 281 against 235 at 256).
 */

@inline
function low(a: i64): i32 {
  return <i32>a;
}

@inline
function within(limits: usize, count: i64): u64 {
  // The limit's type is spelt out: inside a cast to u64, `load<i32>` would be taken as unsigned.
  const limit: i32 = load<i32>(limits);
  return low(count) <= limit ? 1 : 0;
}

/** Bits of neurons n .. n+3 whose count of differing positions is at most the neuron's limit. */
@inline
function reached(limits: usize, a: i64, b: i64, c: i64, d: i64): u64 {
  return (
    within(limits, a) |
    (within(limits + 4, b) << 1) |
    (within(limits + 8, c) << 2) |
    (within(limits + 12, d) << 3)
  );
}

@inline
function lanes(a: i64, b: i64, c: i64, d: i64): v128 {
  let v = i32x4.splat(low(a));
  v = i32x4.replace_lane(v, 1, low(b));
  v = i32x4.replace_lane(v, 2, low(c));
  return i32x4.replace_lane(v, 3, low(d));
}

@inline
function put(out: usize, k: i32, a: i64, b: i64, c: i64, d: i64): void {
  store<i32>(out, k - 2 * low(a), 0);
  store<i32>(out, k - 2 * low(b), 4);
  store<i32>(out, k - 2 * low(c), 8);
  store<i32>(out, k - 2 * low(d), 12);
}

/**
 * The one loop behind both entries. `fused` is a constant at each call, so only one ending is compiled in.
 * Strides are bytes; `bytes` is the padded length of a row; `neurons` is a multiple of 4.
 */
@inline
function product(
  x: usize, xStride: usize, rows: i32, w: usize, bytes: usize, neurons: i32, k: i32,
  limits: usize, out: usize, outStride: usize, fused: bool,
): void {
  for (let group = 0; group < neurons; group += 64) {
    const last = min(group + 64, neurons);
    for (let r = 0; r < rows; r += 2) {
      const x0 = x + <usize>r * xStride;
      const two = r + 1 < rows;
      const x1 = two ? x0 + xStride : x0;
      let word0: u64 = 0;
      let word1: u64 = 0;
      for (let n = group; n < last; n += 4) {
        const w0 = w + <usize>n * bytes;
        const w1 = w0 + bytes;
        const w2 = w1 + bytes;
        const w3 = w2 + bytes;
        let a0: i64 = 0, a1: i64 = 0, a2: i64 = 0, a3: i64 = 0;
        let b0: i64 = 0, b1: i64 = 0, b2: i64 = 0, b3: i64 = 0;
        for (let at: usize = 0; at < bytes; at += 8) {
          const u = load<u64>(x0 + at);
          const v = load<u64>(x1 + at);
          let t = load<u64>(w0 + at);
          a0 += popcnt(u ^ t);
          b0 += popcnt(v ^ t);
          t = load<u64>(w1 + at);
          a1 += popcnt(u ^ t);
          b1 += popcnt(v ^ t);
          t = load<u64>(w2 + at);
          a2 += popcnt(u ^ t);
          b2 += popcnt(v ^ t);
          t = load<u64>(w3 + at);
          a3 += popcnt(u ^ t);
          b3 += popcnt(v ^ t);
        }
        if (fused) {
          const shift = <u64>(n - group);
          const limit = limits + (<usize>n << 2);
          word0 |= reached(limit, a0, a1, a2, a3) << shift;
          word1 |= reached(limit, b0, b1, b2, b3) << shift;
        } else {
          const o = out + <usize>r * outStride + (<usize>n << 2);
          put(o, k, a0, a1, a2, a3);
          if (two) put(o + outStride, k, b0, b1, b2, b3);
        }
      }
      if (fused) {
        const o = out + <usize>r * outStride + (<usize>group >> 3);
        store<u64>(o, word0);
        if (two) store<u64>(o + outStride, word1);
      }
    }
  }
}

/** Sums as i32, row stride `accStride`. */
export function matmul_bits(
  x: usize, xStride: usize, rows: i32, w: usize, bytes: usize, neurons: i32, k: i32, acc: usize, accStride: usize,
): void {
  product(x, xStride, rows, w, bytes, neurons, k, 0, acc, accStride, false);
}

/** One bit a neuron, packed: set when at most `limits[n]` positions differ. */
export function matmul_bits_sign(
  x: usize, xStride: usize, rows: i32, w: usize, bytes: usize, neurons: i32, limits: usize, out: usize, outStride: usize,
): void {
  product(x, xStride, rows, w, bytes, neurons, 0, limits, out, outStride, true);
}

/**
 * Bipolar weights x small codes as bit planes: x holds `planes` rows of `bytes` for each row (least significant first;
 * the last one negative when `signed`), w one bit an element. With w = 2 bit - 1 and x = sum_p c_p x_p:
 * x . w = sum_p c_p (popcount(w) - popcount(x_p ^ w)). The caller gives sum_p c_p popcount(w_n) as `bases[n]`.
 */
export function matmul_planes(
  x: usize, xStride: usize, rows: i32, w: usize, bytes: usize, neurons: i32, planes: i32, signed: i32, bases: usize,
  acc: usize, accStride: usize,
): void {
  for (let n = 0; n < neurons; n += 4) {
    const w0 = w + <usize>n * bytes;
    const w1 = w0 + bytes;
    const w2 = w1 + bytes;
    const w3 = w2 + bytes;
    for (let r = 0; r < rows; r += 2) {
      const x0 = x + <usize>r * xStride;
      const two = r + 1 < rows;
      const skip = two ? xStride : 0;
      const o = acc + <usize>r * accStride + (<usize>n << 2);
      let s = v128.load(bases + (<usize>n << 2));
      let t = s;
      for (let p = 0; p < planes; p++) {
        const from = x0 + <usize>p * bytes;
        let a0: i64 = 0, a1: i64 = 0, a2: i64 = 0, a3: i64 = 0;
        let b0: i64 = 0, b1: i64 = 0, b2: i64 = 0, b3: i64 = 0;
        for (let at: usize = 0; at < bytes; at += 8) {
          const u = load<u64>(from + at);
          const v = load<u64>(from + skip + at);
          let word = load<u64>(w0 + at);
          a0 += popcnt(u ^ word);
          b0 += popcnt(v ^ word);
          word = load<u64>(w1 + at);
          a1 += popcnt(u ^ word);
          b1 += popcnt(v ^ word);
          word = load<u64>(w2 + at);
          a2 += popcnt(u ^ word);
          b2 += popcnt(v ^ word);
          word = load<u64>(w3 + at);
          a3 += popcnt(u ^ word);
          b3 += popcnt(v ^ word);
        }
        const c = i32x4.splat(signed && p == planes - 1 ? -(1 << p) : 1 << p);
        s = i32x4.sub(s, i32x4.mul(c, lanes(a0, a1, a2, a3)));
        t = i32x4.sub(t, i32x4.mul(c, lanes(b0, b1, b2, b3)));
      }
      v128.store(o, s);
      if (two) v128.store(o + accStride, t);
    }
  }
}

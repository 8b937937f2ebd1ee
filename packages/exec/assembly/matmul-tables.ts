/*
 * Products with weights of -1 and +1 that look sums up instead of forming them. V8 hoists every load of a straight run
 * of code before its first use; short loops over few loads keep the sums in registers.
 */

@inline
function count(sum: v128, at: usize): v128 {
  return i8x16.add(sum, v128.load(at));
}

@inline
function widened(low: bool, counts: v128, acc: usize, first: bool): v128 {
  const wide = low ? i16x8.extend_low_i8x16_u(counts) : i16x8.extend_high_i8x16_u(counts);
  return first ? wide : i16x8.add(wide, v128.load(acc));
}

/** Bits of 16 neurons: set where the count is at most the limit. */
@inline
function reached(low: v128, high: v128, limits: usize): u64 {
  const a = i16x8.le_s(low, v128.load(limits));
  const b = i16x8.le_s(high, v128.load(limits, 16));
  return <u64>i8x16.bitmask(i8x16.narrow_i16x8_s(a, b));
}

/** Bytes of x that a pass takes: at most 31, for 8 to a byte fit a byte; their tables (2 KiB each) stay in cache. */
const passBytes: usize = 24;

/**
 * Bipolar x bipolar into bits, one a neuron, set where at most `limits[n]` (i16) positions differ. For each 64 neurons
 * and each four bits of x, `tables` holds 16 rows of 64 bytes: in how many of these bits each neuron's weights differ
 * from the row's number. `neurons` is a multiple of 64; `acc` has room for `rows` x 128 bytes.
 */
export function matmul_tables_sign(
  x: usize, xStride: usize, rows: i32, tables: usize, bytes: usize, neurons: i32, limits: usize, out: usize,
  outStride: usize, acc: usize,
): void {
  let table = tables;
  for (let group = 0; group < neurons; group += 64) {
    const limit = limits + (<usize>group << 1);
    for (let from: usize = 0; from < bytes; from += passBytes) {
      const many = min(passBytes, bytes - from);
      const first = from == 0;
      const last = from + passBytes >= bytes;
      for (let r = 0; r < rows; r++) {
        const start = x + <usize>r * xStride + from;
        const end = start + many;
        let a = i8x16.splat(0), b = a, c = a, d = a;
        let t = table;
        for (let at = start; at < end; at++) {
          const code = <usize>load<u8>(at);
          const u = t + ((code & 15) << 6);
          a = count(a, u);
          b = count(b, u + 16);
          c = count(c, u + 32);
          d = count(d, u + 48);
          const v = t + 1024 + ((code & 240) << 2);
          a = count(a, v);
          b = count(b, v + 16);
          c = count(c, v + 32);
          d = count(d, v + 48);
          t += 2048;
        }
        const o = acc + (<usize>r << 7);
        const a0 = widened(true, a, o, first), a1 = widened(false, a, o + 16, first);
        const b0 = widened(true, b, o + 32, first), b1 = widened(false, b, o + 48, first);
        const c0 = widened(true, c, o + 64, first), c1 = widened(false, c, o + 80, first);
        const d0 = widened(true, d, o + 96, first), d1 = widened(false, d, o + 112, first);
        if (last) {
          const low = reached(a0, a1, limit) | (reached(b0, b1, limit + 32) << 16);
          const high = reached(c0, c1, limit + 64) | (reached(d0, d1, limit + 96) << 16);
          store<u64>(out + <usize>r * outStride + (<usize>group >> 3), low | (high << 32));
          continue;
        }
        v128.store(o, a0);
        v128.store(o, a1, 16);
        v128.store(o, b0, 32);
        v128.store(o, b1, 48);
        v128.store(o, c0, 64);
        v128.store(o, c1, 80);
        v128.store(o, d0, 96);
        v128.store(o, d1, 112);
      }
      table += many << 11;
    }
  }
}

/**
 * Of each pixel of 2 or 3 codes the 8 sums with all signs, as i16 (which may wrap): entry e adds code c where bit c of
 * e is set, else subtracts it.
 */
@inline
function signSums<T>(src: usize, srcStride: usize, dst: usize, rows: i32, cols: i32): void {
  const first = i16x8(-1, 1, -1, 1, -1, 1, -1, 1);
  const second = i16x8(-1, -1, 1, 1, -1, -1, 1, 1);
  const third = i16x8(-1, -1, -1, -1, 1, 1, 1, 1);
  for (let r = 0; r < rows; r++) {
    const s = src + <usize>r * srcStride;
    let sum = i16x8.mul(i16x8.splat(<i16>load<T>(s)), first);
    sum = i16x8.add(sum, i16x8.mul(i16x8.splat(<i16>load<T>(s + sizeof<T>())), second));
    if (cols == 3) sum = i16x8.add(sum, i16x8.mul(i16x8.splat(<i16>load<T>(s + 2 * sizeof<T>())), third));
    v128.store(dst + (<usize>r << 4), sum);
  }
}

export function sign_sums_i8(s: usize, ss: usize, d: usize, rows: i32, cols: i32): void {
  signSums<i8>(s, ss, d, rows, cols);
}

export function sign_sums_u8(s: usize, ss: usize, d: usize, rows: i32, cols: i32): void {
  signSums<u8>(s, ss, d, rows, cols);
}

export function sign_sums_i16(s: usize, ss: usize, d: usize, rows: i32, cols: i32): void {
  signSums<i16>(s, ss, d, rows, cols);
}

export function sign_sums_u16(s: usize, ss: usize, d: usize, rows: i32, cols: i32): void {
  signSums<u16>(s, ss, d, rows, cols);
}

@inline
function picked(sum: v128, sums: v128, at: v128): v128 {
  return i16x8.add(sum, i8x16.swizzle(sums, at));
}

/** Eight sums as i32, of which `left` are the neurons'; they come in fours. */
@inline
function put(out: usize, sums: v128, left: i32): void {
  if (left > 0) v128.store(out, i32x4.extend_low_i16x8_s(sums));
  if (left > 4) v128.store(out, i32x4.extend_high_i16x8_s(sums), 16);
}

/**
 * Codes x bipolar as i32 sums that fit i16. A row of x holds the sign sums of its pixels, 16 bytes each; w, for each 32
 * neurons (padded) and each pixel, the two bytes' places of each neuron's sum. `neurons` is a multiple of 4.
 */
export function matmul_sums(
  x: usize, xStride: usize, rows: i32, w: usize, taps: i32, neurons: i32, acc: usize, accStride: usize,
): void {
  const length = <usize>taps << 4;
  for (let r = 0; r < rows; r += 2) {
    const x0 = x + <usize>r * xStride;
    const end = x0 + length;
    const two = r + 1 < rows;
    const skip = two ? xStride : 0;
    let from = w;
    for (let n = 0; n < neurons; n += 32) {
      let a0 = i16x8.splat(0), a1 = a0, a2 = a0, a3 = a0;
      let b0 = a0, b1 = a0, b2 = a0, b3 = a0;
      for (let at = x0; at < end; at += 16) {
        const u = v128.load(at);
        const v = v128.load(at + skip);
        let t = v128.load(from);
        a0 = picked(a0, u, t);
        b0 = picked(b0, v, t);
        t = v128.load(from, 16);
        a1 = picked(a1, u, t);
        b1 = picked(b1, v, t);
        t = v128.load(from, 32);
        a2 = picked(a2, u, t);
        b2 = picked(b2, v, t);
        t = v128.load(from, 48);
        a3 = picked(a3, u, t);
        b3 = picked(b3, v, t);
        from += 64;
      }
      const o = acc + <usize>r * accStride + (<usize>n << 2);
      const left = neurons - n;
      put(o, a0, left);
      put(o + 32, a1, left - 8);
      put(o + 64, a2, left - 16);
      put(o + 96, a3, left - 24);
      if (!two) continue;
      put(o + accStride, b0, left);
      put(o + accStride + 32, b1, left - 8);
      put(o + accStride + 64, b2, left - 16);
      put(o + accStride + 96, b3, left - 24);
    }
  }
}

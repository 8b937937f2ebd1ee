import { clear } from "./clear";

/*
 * y = bias + scale * #{ t : v >= t } behind a working tile. `acc` rows are padded to 16 bytes.
 * Linear counting beats a search while few thresholds fit in registers' reach; the planner chooses.
 */

/** Four results side by side. Bytes and halves keep their low ends. */
@inline
function put<T>(to: usize, n: v128): void {
  if (sizeof<T>() == 4) {
    v128.store(to, n);
  } else if (sizeof<T>() == 2) {
    v128.store64_lane(to, v128.shuffle<i8>(n, n, 0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13), 0);
  } else {
    v128.store32_lane(to, v128.shuffle<i8>(n, n, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12), 0);
  }
}

/**
 * Per column, four columns at once: t holds N rows of `tStride` bytes (one i32 a column, padded to four).
 * Stores may run over a row's end by less than 16 bytes; the next row, written later, or the buffer's slack takes it.
 */
@inline
function linear<T>(
  acc: usize, accStride: usize, rows: i32, cols: i32, t: usize, tStride: usize, count: i32,
  bias: i32, scale: i32, out: usize, outStride: usize,
): void {
  const biases = i32x4.splat(bias);
  const scales = i32x4.splat(scale);
  for (let r = 0; r < rows; r++) {
    const a = acc + <usize>r * accStride;
    const o = out + <usize>r * outStride;
    for (let c = 0; c < cols; c += 4) {
      const v = v128.load(a + (<usize>c << 2));
      let n = i32x4.splat(0);
      let at = t + (<usize>c << 2);
      for (let j = 0; j < count; j++) {
        n = i32x4.sub(n, i32x4.ge_s(v, v128.load(at)));
        at += tStride;
      }
      n = i32x4.add(biases, i32x4.mul(scales, n));
      put<T>(o + <usize>c * sizeof<T>(), n);
    }
  }
}

export function threshold_linear_8(a: usize, s: usize, rows: i32, cols: i32, t: usize, ts: usize, n: i32, bias: i32, scale: i32, o: usize, os: usize): void {
  linear<i8>(a, s, rows, cols, t, ts, n, bias, scale, o, os);
}

export function threshold_linear_16(a: usize, s: usize, rows: i32, cols: i32, t: usize, ts: usize, n: i32, bias: i32, scale: i32, o: usize, os: usize): void {
  linear<i16>(a, s, rows, cols, t, ts, n, bias, scale, o, os);
}

export function threshold_linear_32(a: usize, s: usize, rows: i32, cols: i32, t: usize, ts: usize, n: i32, bias: i32, scale: i32, o: usize, os: usize): void {
  linear<i32>(a, s, rows, cols, t, ts, n, bias, scale, o, os);
}

/**
 * Evenly spaced thresholds: the count is `a v + b` to the nearest integer, within 0 .. count, which the planner has
 * proven for every v. a and b hold one double a column, padded to four; 1.5 * 2^52 brings the integer to the low bits.
 */
@inline
function even<T>(
  acc: usize, accStride: usize, rows: i32, cols: i32, a: usize, b: usize, count: i32, bias: i32,
  out: usize, outStride: usize,
): void {
  const magic = f64x2.splat(6755399441055744);
  const zero = i32x4.splat(0);
  const counts = i32x4.splat(count);
  const biases = i32x4.splat(bias);
  for (let r = 0; r < rows; r++) {
    const from = acc + <usize>r * accStride;
    const o = out + <usize>r * outStride;
    for (let c = 0; c < cols; c += 4) {
      const v = v128.load(from + (<usize>c << 2));
      const at = <usize>c << 3;
      const low = f64x2.mul(f64x2.convert_low_i32x4_s(v), v128.load(a + at));
      const high = f64x2.mul(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(v, v, 2, 3, 2, 3)), v128.load(a + at, 16));
      const s = f64x2.add(f64x2.add(low, v128.load(b + at)), magic);
      const t = f64x2.add(f64x2.add(high, v128.load(b + at, 16)), magic);
      const n = i32x4.min_s(i32x4.max_s(v128.shuffle<i32>(s, t, 0, 2, 4, 6), zero), counts);
      put<T>(o + <usize>c * sizeof<T>(), i32x4.add(biases, n));
    }
  }
}

export function threshold_even_8(s: usize, ss: usize, rows: i32, cols: i32, a: usize, b: usize, n: i32, bias: i32, o: usize, os: usize): void {
  even<i8>(s, ss, rows, cols, a, b, n, bias, o, os);
}

export function threshold_even_16(s: usize, ss: usize, rows: i32, cols: i32, a: usize, b: usize, n: i32, bias: i32, o: usize, os: usize): void {
  even<i16>(s, ss, rows, cols, a, b, n, bias, o, os);
}

export function threshold_even_32(s: usize, ss: usize, rows: i32, cols: i32, a: usize, b: usize, n: i32, bias: i32, o: usize, os: usize): void {
  even<i32>(s, ss, rows, cols, a, b, n, bias, o, os);
}

@inline
function reached(values: usize, thresholds: usize): v128 {
  return i32x4.ge_s(v128.load(values), v128.load(thresholds));
}

/** One threshold a column, straight to bits; thresholds of padded columns are the greatest i32, so their bits are 0. */
export function threshold_bits(
  acc: usize, accStride: usize, rows: i32, cols: i32, t: usize, out: usize, outStride: usize,
): void {
  const whole = cols & ~15;
  for (let r = 0; r < rows; r++) {
    const a = acc + <usize>r * accStride;
    const o = out + <usize>r * outStride;
    clear(o, outStride);
    for (let c = 0; c < whole; c += 16) {
      const v = a + (<usize>c << 2);
      const u = t + (<usize>c << 2);
      const low = i16x8.narrow_i32x4_s(reached(v, u), reached(v + 16, u + 16));
      const high = i16x8.narrow_i32x4_s(reached(v + 32, u + 32), reached(v + 48, u + 48));
      store<u16>(o + (<usize>c >> 3), <u16>i8x16.bitmask(i8x16.narrow_i16x8_s(low, high)));
    }
    for (let c = whole; c < cols; c += 8) {
      const low = i32x4.bitmask(reached(a + (<usize>c << 2), t + (<usize>c << 2)));
      let high = 0;
      if (c + 4 < cols) {
        high = i32x4.bitmask(reached(a + (<usize>c << 2) + 16, t + (<usize>c << 2) + 16));
      }
      store<u8>(o + (<usize>c >> 3), <u8>(low | (high << 4)));
    }
  }
}

/** Binary search without branches; t holds one row of `count` thresholds a channel. */
@inline
function search<A, T>(
  acc: usize, accStride: usize, rows: i32, cols: i32, t: usize, count: i32, bias: i32, scale: i32,
  out: usize, outStride: usize, row0: i32, group: i32, channels: i32,
): void {
  const rowBytes = <usize>count * sizeof<A>();
  for (let r = 0; r < rows; r++) {
    const a = acc + <usize>r * accStride;
    const o = out + <usize>r * outStride;
    const own: i32 = group ? ((row0 + r) / group) % channels : 0;
    for (let c = 0; c < cols; c++) {
      const v = load<A>(a + <usize>c * sizeof<A>());
      const base = t + <usize>(group ? own : c) * rowBytes;
      let from = base;
      let left = count;
      while (left > 1) {
        const half = left >> 1;
        const middle = from + <usize>half * sizeof<A>();
        from = select<usize>(middle, from, load<A>(middle) <= v);
        left -= half;
      }
      let n = <i32>((from - base) / sizeof<A>());
      if (count > 0 && load<A>(from) <= v) n++;
      store<T>(o + <usize>c * sizeof<T>(), <T>(bias + scale * n));
    }
  }
}

export function threshold_search_i32_8(a: usize, s: usize, r: i32, c: i32, t: usize, n: i32, b: i32, k: i32, o: usize, os: usize, r0: i32, g: i32, ch: i32): void {
  search<i32, i8>(a, s, r, c, t, n, b, k, o, os, r0, g, ch);
}

export function threshold_search_i32_16(a: usize, s: usize, r: i32, c: i32, t: usize, n: i32, b: i32, k: i32, o: usize, os: usize, r0: i32, g: i32, ch: i32): void {
  search<i32, i16>(a, s, r, c, t, n, b, k, o, os, r0, g, ch);
}

export function threshold_search_i32_32(a: usize, s: usize, r: i32, c: i32, t: usize, n: i32, b: i32, k: i32, o: usize, os: usize, r0: i32, g: i32, ch: i32): void {
  search<i32, i32>(a, s, r, c, t, n, b, k, o, os, r0, g, ch);
}

export function threshold_search_f64_8(a: usize, s: usize, r: i32, c: i32, t: usize, n: i32, b: i32, k: i32, o: usize, os: usize, r0: i32, g: i32, ch: i32): void {
  search<f64, i8>(a, s, r, c, t, n, b, k, o, os, r0, g, ch);
}

export function threshold_search_f64_16(a: usize, s: usize, r: i32, c: i32, t: usize, n: i32, b: i32, k: i32, o: usize, os: usize, r0: i32, g: i32, ch: i32): void {
  search<f64, i16>(a, s, r, c, t, n, b, k, o, os, r0, g, ch);
}

export function threshold_search_f64_32(a: usize, s: usize, r: i32, c: i32, t: usize, n: i32, b: i32, k: i32, o: usize, os: usize, r0: i32, g: i32, ch: i32): void {
  search<f64, i32>(a, s, r, c, t, n, b, k, o, os, r0, g, ch);
}

@inline
function sum(v: v128): i32 {
  const pairs = i32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}

/**
 * Two levels of counting: every 16th threshold, then the 16 behind the last one reached. A channel's row holds
 * `coarse` (a multiple of 4) thresholds t[15], t[31], ..., then all of them in blocks of 16 and one block more, all
 * padded with the greatest i32. Columns go outside, so that a channel's row stays in the first-level cache.
 */
@inline
function blocks<T>(
  acc: usize, accStride: usize, rows: i32, cols: i32, t: usize, tStride: usize, coarse: i32, bias: i32, scale: i32,
  out: usize, outStride: usize, row0: i32, group: i32, channels: i32,
): void {
  const coarseBytes = <usize>coarse << 2;
  for (let c = 0; c < cols; c++) {
    let a = acc + (<usize>c << 2);
    let o = out + <usize>c * sizeof<T>();
    for (let r = 0; r < rows; r++) {
      const channel: i32 = group ? ((row0 + r) / group) % channels : c;
      const from = t + <usize>channel * tStride;
      const fineFrom = from + coarseBytes;
      const v = v128.load32_splat(a);
      let n = i32x4.splat(0);
      for (let at = from; at < fineFrom; at += 16) n = i32x4.sub(n, i32x4.ge_s(v, v128.load(at)));
      const whole = sum(n);
      const fine = fineFrom + (<usize>whole << 6);
      const low = i32x4.add(i32x4.ge_s(v, v128.load(fine)), i32x4.ge_s(v, v128.load(fine, 16)));
      const high = i32x4.add(i32x4.ge_s(v, v128.load(fine, 32)), i32x4.ge_s(v, v128.load(fine, 48)));
      store<T>(o, <T>(bias + scale * ((whole << 4) - sum(i32x4.add(low, high)))));
      a += accStride;
      o += outStride;
    }
  }
}

export function threshold_blocks_8(a: usize, s: usize, r: i32, c: i32, t: usize, ts: usize, n: i32, b: i32, k: i32, o: usize, os: usize, r0: i32, g: i32, ch: i32): void {
  blocks<i8>(a, s, r, c, t, ts, n, b, k, o, os, r0, g, ch);
}

export function threshold_blocks_16(a: usize, s: usize, r: i32, c: i32, t: usize, ts: usize, n: i32, b: i32, k: i32, o: usize, os: usize, r0: i32, g: i32, ch: i32): void {
  blocks<i16>(a, s, r, c, t, ts, n, b, k, o, os, r0, g, ch);
}

export function threshold_blocks_32(a: usize, s: usize, r: i32, c: i32, t: usize, ts: usize, n: i32, b: i32, k: i32, o: usize, os: usize, r0: i32, g: i32, ch: i32): void {
  blocks<i32>(a, s, r, c, t, ts, n, b, k, o, os, r0, g, ch);
}

/** y = table[channel][v - lo]; the caller has checked that v lies in the table. Entries have the result's width. */
@inline
function look<T>(
  acc: usize, accStride: usize, rows: i32, cols: i32, table: usize, length: i32, lo: i32,
  out: usize, outStride: usize, row0: i32, group: i32, channels: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const a = acc + <usize>r * accStride;
    const o = out + <usize>r * outStride;
    const own: i32 = group ? ((row0 + r) / group) % channels : 0;
    for (let c = 0; c < cols; c++) {
      const entry = (group ? own : c) * length + load<i32>(a + (<usize>c << 2)) - lo;
      store<T>(o + <usize>c * sizeof<T>(), load<T>(table + <usize>entry * sizeof<T>()));
    }
  }
}

export function lookup_8(a: usize, s: usize, r: i32, c: i32, t: usize, n: i32, lo: i32, o: usize, os: usize, r0: i32, g: i32, ch: i32): void {
  look<i8>(a, s, r, c, t, n, lo, o, os, r0, g, ch);
}

export function lookup_16(a: usize, s: usize, r: i32, c: i32, t: usize, n: i32, lo: i32, o: usize, os: usize, r0: i32, g: i32, ch: i32): void {
  look<i16>(a, s, r, c, t, n, lo, o, os, r0, g, ch);
}

export function lookup_32(a: usize, s: usize, r: i32, c: i32, t: usize, n: i32, lo: i32, o: usize, os: usize, r0: i32, g: i32, ch: i32): void {
  look<i32>(a, s, r, c, t, n, lo, o, os, r0, g, ch);
}

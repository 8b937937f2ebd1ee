import { clear } from "./clear";

/*
 * Element-wise work on rows x cols. Row strides are bytes. "acc" is the working tile, i32 or f64.
 * Parameters go by column (`group` = 0), or by row: row r of the batch has channel ((row0 + r) / group) % channels.
 */

@inline
function channelOf(row: i32, group: i32, channels: i32): i32 {
  return (row / group) % channels;
}

@inline
function convert<S, T>(src: usize, srcStride: usize, dst: usize, dstStride: usize, rows: i32, cols: i32): void {
  for (let r = 0; r < rows; r++) {
    let s = src + <usize>r * srcStride;
    let d = dst + <usize>r * dstStride;
    for (let c = 0; c < cols; c++) {
      store<T>(d, <T>load<S>(s));
      s += sizeof<S>();
      d += sizeof<T>();
    }
  }
}

/** Bytes to i16, eight at once. */
@inline
function widen<S>(src: usize, srcStride: usize, dst: usize, dstStride: usize, rows: i32, cols: i32): void {
  const whole = cols & ~7;
  for (let r = 0; r < rows; r++) {
    const s = src + <usize>r * srcStride;
    const d = dst + <usize>r * dstStride;
    for (let c = 0; c < whole; c += 8) v128.store(d + (<usize>c << 1), v128.load_ext<S>(s + c));
    for (let c = whole; c < cols; c++) store<i16>(d + (<usize>c << 1), <i16>load<S>(s + c));
  }
}

/** Bytes to i32, eight at once. */
@inline
function widen4<S>(src: usize, srcStride: usize, dst: usize, dstStride: usize, rows: i32, cols: i32): void {
  const whole = cols & ~7;
  for (let r = 0; r < rows; r++) {
    const s = src + <usize>r * srcStride;
    const d = dst + <usize>r * dstStride;
    for (let c = 0; c < whole; c += 8) {
      const halves = v128.load_ext<S>(s + c);
      const to = d + (<usize>c << 2);
      // Halves of unsigned bytes are positive, so that the sign's extension is theirs too.
      v128.store(to, i32x4.extend_low_i16x8_s(halves));
      v128.store(to, i32x4.extend_high_i16x8_s(halves), 16);
    }
    for (let c = whole; c < cols; c++) store<i32>(d + (<usize>c << 2), <i32>load<S>(s + c));
  }
}

export function convert_i8_i8(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<i8, i8>(s, ss, d, ds, r, c);
}

export function convert_i8_i16(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  widen<i8>(s, ss, d, ds, r, c);
}

export function convert_i8_i32(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  widen4<i8>(s, ss, d, ds, r, c);
}

export function convert_i8_f64(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<i8, f64>(s, ss, d, ds, r, c);
}

export function convert_u8_i8(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<u8, i8>(s, ss, d, ds, r, c);
}

export function convert_u8_i16(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  widen<u8>(s, ss, d, ds, r, c);
}

export function convert_u8_i32(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  widen4<u8>(s, ss, d, ds, r, c);
}

export function convert_u8_f64(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<u8, f64>(s, ss, d, ds, r, c);
}

export function convert_i16_i8(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<i16, i8>(s, ss, d, ds, r, c);
}

export function convert_i16_i16(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<i16, i16>(s, ss, d, ds, r, c);
}

export function convert_i16_i32(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<i16, i32>(s, ss, d, ds, r, c);
}

export function convert_i16_f64(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<i16, f64>(s, ss, d, ds, r, c);
}

export function convert_u16_i8(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<u16, i8>(s, ss, d, ds, r, c);
}

export function convert_u16_i16(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<u16, i16>(s, ss, d, ds, r, c);
}

export function convert_u16_i32(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<u16, i32>(s, ss, d, ds, r, c);
}

export function convert_u16_f64(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<u16, f64>(s, ss, d, ds, r, c);
}

export function convert_i32_i8(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<i32, i8>(s, ss, d, ds, r, c);
}

export function convert_i32_i16(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<i32, i16>(s, ss, d, ds, r, c);
}

export function convert_i32_i32(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<i32, i32>(s, ss, d, ds, r, c);
}

export function convert_i32_f64(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<i32, f64>(s, ss, d, ds, r, c);
}

export function convert_f64_i8(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<f64, i8>(s, ss, d, ds, r, c);
}

export function convert_f64_i16(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<f64, i16>(s, ss, d, ds, r, c);
}

export function convert_f64_i32(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<f64, i32>(s, ss, d, ds, r, c);
}

export function convert_f64_f64(s: usize, ss: usize, d: usize, ds: usize, r: i32, c: i32): void {
  convert<f64, f64>(s, ss, d, ds, r, c);
}

/** -1 and +1 bytes to bits; whole words of `dstStride` bytes, the rest zero. Rows of src may be unaligned. */
export function pack_i8(src: usize, srcStride: usize, dst: usize, dstStride: usize, rows: i32, cols: i32): void {
  const whole = cols & ~15;
  for (let r = 0; r < rows; r++) {
    const s = src + <usize>r * srcStride;
    const d = dst + <usize>r * dstStride;
    clear(d, dstStride);
    for (let c = 0; c < whole; c += 16) {
      store<u16>(d + (<usize>c >> 3), <u16>~i8x16.bitmask(v128.load(s + c)));
    }
    let rest: u32 = 0;
    for (let c = whole; c < cols; c++) {
      const code: i32 = load<i8>(s + c);
      if (code > 0) rest |= 1 << (c - whole);
    }
    if (whole < cols) store<u16>(d + (<usize>whole >> 3), <u16>rest);
  }
}

/** Index of the first byte that is neither -1 nor +1; -1 when there is none. */
export function check_bipolar(at: usize, length: i32): i32 {
  const ones = i8x16.splat(1);
  let i = 0;
  for (; i + 16 <= length; i += 16) {
    if (!i8x16.all_true(i8x16.eq(i8x16.abs(v128.load(at + i)), ones))) break;
  }
  for (; i < length; i++) {
    const code: i32 = load<i8>(at + i);
    if (code != 1 && code != -1) return i;
  }
  return -1;
}

/** Codes of `planes` bits (two's complement or unsigned, one byte each) to that many bit rows of `planeBytes`. */
export function pack_planes(
  src: usize, srcStride: usize, dst: usize, dstStride: usize, planeBytes: usize, planes: i32, rows: i32, cols: i32,
): void {
  const whole = cols & ~15;
  for (let r = 0; r < rows; r++) {
    const s = src + <usize>r * srcStride;
    const d = dst + <usize>r * dstStride;
    clear(d, dstStride);
    for (let p = 0; p < planes; p++) {
      const dp = d + <usize>p * planeBytes;
      for (let c = 0; c < whole; c += 16) {
        store<u16>(dp + (<usize>c >> 3), <u16>i8x16.bitmask(i8x16.shl(v128.load(s + c), 7 - p)));
      }
      let rest: u32 = 0;
      for (let c = whole; c < cols; c++) rest |= ((<u32>load<u8>(s + c) >> p) & 1) << (c - whole);
      if (whole < cols) store<u16>(dp + (<usize>whole >> 3), <u16>rest);
    }
  }
}

/** First element outside lo .. hi as row * cols + column; -1 when there is none. */
@inline
function check<A>(acc: usize, accStride: usize, rows: i32, cols: i32, lo: A, hi: A): i32 {
  for (let r = 0; r < rows; r++) {
    const a = acc + <usize>r * accStride;
    for (let c = 0; c < cols; c++) {
      const v = load<A>(a + <usize>c * sizeof<A>());
      if (v < lo || v > hi) return r * cols + c;
    }
  }
  return -1;
}

export function check_i32(acc: usize, stride: usize, rows: i32, cols: i32, lo: i32, hi: i32): i32 {
  return check<i32>(acc, stride, rows, cols, lo, hi);
}

export function check_f64(acc: usize, stride: usize, rows: i32, cols: i32, lo: f64, hi: f64): i32 {
  return check<f64>(acc, stride, rows, cols, lo, hi);
}

/** acc = a[c] acc + b[c], in place. */
@inline
function affine<A>(
  acc: usize, accStride: usize, rows: i32, cols: i32, a: usize, b: usize, row0: i32, group: i32, channels: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const at = acc + <usize>r * accStride;
    const own = (group ? <usize>channelOf(row0 + r, group, channels) : 0) * sizeof<A>();
    for (let c = 0; c < cols; c++) {
      const column = <usize>c * sizeof<A>();
      const p = group ? own : column;
      store<A>(at + column, load<A>(a + p) * load<A>(at + column) + load<A>(b + p));
    }
  }
}

export function affine_i32(acc: usize, s: usize, rows: i32, cols: i32, a: usize, b: usize, row0: i32, group: i32, channels: i32): void {
  affine<i32>(acc, s, rows, cols, a, b, row0, group, channels);
}

export function affine_f64(acc: usize, s: usize, rows: i32, cols: i32, a: usize, b: usize, row0: i32, group: i32, channels: i32): void {
  affine<f64>(acc, s, rows, cols, a, b, row0, group, channels);
}

/** acc = m acc + n y, in place, four at once: rows of tiles are padded to vectors. */
export function add_i32(acc: usize, s: usize, y: usize, ys: usize, rows: i32, cols: i32, m: i32, n: i32): void {
  const own = i32x4.splat(m), other = i32x4.splat(n);
  for (let r = 0; r < rows; r++) {
    const a = acc + <usize>r * s;
    const b = y + <usize>r * ys;
    for (let c = 0; c < cols; c += 4) {
      const at = <usize>c << 2;
      const sum = i32x4.add(i32x4.mul(own, v128.load(a + at)), i32x4.mul(other, v128.load(b + at)));
      v128.store(a + at, sum);
    }
  }
}

export function add_f64(acc: usize, s: usize, y: usize, ys: usize, rows: i32, cols: i32, m: f64, n: f64): void {
  for (let r = 0; r < rows; r++) {
    const a = acc + <usize>r * s;
    const b = y + <usize>r * ys;
    for (let c = 0; c < cols; c++) {
      const at = <usize>c << 3;
      store<f64>(a + at, m * load<f64>(a + at) + n * load<f64>(b + at));
    }
  }
}

/** acc = m acc + k, where k holds one sample of `period` rows: row r takes row (row0 + r) % period. */
@inline
function addConstant<A>(acc: usize, accStride: usize, rows: i32, cols: i32, k: usize, row0: i32, period: i32, m: A): void {
  for (let r = 0; r < rows; r++) {
    const a = acc + <usize>r * accStride;
    const b = k + <usize>((row0 + r) % period) * <usize>cols * sizeof<A>();
    for (let c = 0; c < cols; c++) {
      const at = <usize>c * sizeof<A>();
      store<A>(a + at, m * load<A>(a + at) + load<A>(b + at));
    }
  }
}

export function add_constant_i32(acc: usize, s: usize, rows: i32, cols: i32, k: usize, row0: i32, period: i32, m: i32): void {
  addConstant<i32>(acc, s, rows, cols, k, row0, period, m);
}

export function add_constant_f64(acc: usize, s: usize, rows: i32, cols: i32, k: usize, row0: i32, period: i32, m: f64): void {
  addConstant<f64>(acc, s, rows, cols, k, row0, period, m);
}

/** Index of the greatest element of each row, the lowest of equal ones, as i32 with row stride `outStride`. */
@inline
function argmax<A>(acc: usize, accStride: usize, rows: i32, cols: i32, out: usize, outStride: usize): void {
  for (let r = 0; r < rows; r++) {
    const a = acc + <usize>r * accStride;
    let best = load<A>(a);
    let at = 0;
    for (let c = 1; c < cols; c++) {
      const v = load<A>(a + <usize>c * sizeof<A>());
      if (v > best) {
        best = v;
        at = c;
      }
    }
    store<i32>(out + <usize>r * outStride, at);
  }
}

export function argmax_i32(acc: usize, s: usize, rows: i32, cols: i32, out: usize, outStride: usize): void {
  argmax<i32>(acc, s, rows, cols, out, outStride);
}

export function argmax_f64(acc: usize, s: usize, rows: i32, cols: i32, out: usize, outStride: usize): void {
  argmax<f64>(acc, s, rows, cols, out, outStride);
}

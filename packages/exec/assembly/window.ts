/*
 * Windows over images <N x H x W x C>: row r of a block is output pixel row0 + r, counted through all samples of the
 * chunk. `src` is the chunk's first pixel, pixels lie `pixelStride` bytes apart. `g` points at i32 geometry:
 * height, width, outHeight, outWidth, kernelHeight, kernelWidth, strideY, strideX, dilationY, dilationX, top, left,
 * then the first byte of a pixel to take, how many bytes, and the address of what stands outside the image.
 */

@inline
function field(g: usize, index: i32): i32 {
  return load<i32>(g + (<usize>index << 2));
}

/** Exactly `bytes`; short runs, for which a call of memory.copy costs more than the copy. */
@inline
function copy(dst: usize, src: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(dst + i, v128.load(src + i));
  if (bytes & 8) {
    store<u64>(dst + i, load<u64>(src + i));
    i += 8;
  }
  if (bytes & 4) {
    store<u32>(dst + i, load<u32>(src + i));
    i += 4;
  }
  if (bytes & 2) {
    store<u16>(dst + i, load<u16>(src + i));
    i += 2;
  }
  if (bytes & 1) store<u8>(dst + i, load<u8>(src + i));
}

/** One row of all taps' bytes for each output pixel; the rest of `dstStride` is zero. */
export function gather(src: usize, pixelStride: usize, dst: usize, dstStride: usize, rows: i32, row0: i32, g: usize): void {
  const height = field(g, 0), width = field(g, 1), outHeight = field(g, 2), outWidth = field(g, 3);
  const kh = field(g, 4), kw = field(g, 5), sy = field(g, 6), sx = field(g, 7), dy = field(g, 8), dx = field(g, 9);
  const top = field(g, 10), left = field(g, 11);
  const first = <usize>field(g, 12), bytes = <usize>field(g, 13), pad = <usize>field(g, 14);
  const used = <usize>(kh * kw) * bytes;
  const whole = dx == 1 && bytes == pixelStride;
  // The place of the next window, counted on: a division a row costs as much as a small window's copies.
  const line = row0 / outWidth;
  let n = line / outHeight;
  const lastX = outWidth * sx - left, lastY = outHeight * sy - top;
  let x0 = (row0 - line * outWidth) * sx - left;
  let y0 = (line - n * outHeight) * sy - top;
  for (let r = 0; r < rows; r++) {
    const inside = whole && x0 >= 0 && x0 + kw <= width;
    let d = dst + <usize>r * dstStride;
    for (let rest = used & ~7; rest < dstStride; rest += 8) store<u64>(d + rest, 0);
    for (let ky = 0; ky < kh; ky++) {
      const y = y0 + ky * dy;
      const within = <u32>y < <u32>height;
      const from = src + <usize>((n * height + y) * width + x0) * pixelStride + first;
      if (inside && within) {
        copy(d, from, <usize>kw * bytes);
        d += <usize>kw * bytes;
        continue;
      }
      for (let kx = 0; kx < kw; kx++) {
        const x = x0 + kx * dx;
        copy(d, within && <u32>x < <u32>width ? from + <usize>(kx * dx) * pixelStride : pad, bytes);
        d += bytes;
      }
    }
    x0 += sx;
    if (x0 < lastX) continue;
    x0 = -left;
    y0 += sy;
    if (y0 < lastY) continue;
    y0 = -top;
    n++;
  }
}

/** dst = max(dst, src); `u64` stands for packed signs, whose greatest is their or. */
@inline
function greater<T>(dst: usize, src: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const a = v128.load(dst + i);
    const b = v128.load(src + i);
    if (isInteger<T>() && sizeof<T>() == 8) v128.store(dst + i, v128.or(a, b));
    else v128.store(dst + i, v128.max<T>(a, b));
  }
  for (; i < bytes; i += sizeof<T>()) {
    const a = load<T>(dst + i);
    const b = load<T>(src + i);
    if (isInteger<T>() && sizeof<T>() == 8) store<T>(dst + i, <T>(<u64>a | <u64>b));
    else store<T>(dst + i, a > b ? a : b);
  }
}

/** The greatest of each window's pixels, of which there is at least one. */
@inline
function maxPool<T>(src: usize, pixelStride: usize, dst: usize, dstStride: usize, rows: i32, row0: i32, g: usize): void {
  const height = field(g, 0), width = field(g, 1), outHeight = field(g, 2), outWidth = field(g, 3);
  const kh = field(g, 4), kw = field(g, 5), sy = field(g, 6), sx = field(g, 7), dy = field(g, 8), dx = field(g, 9);
  const top = field(g, 10), left = field(g, 11), bytes = <usize>field(g, 13);
  for (let r = 0; r < rows; r++) {
    const p = row0 + r;
    const line = p / outWidth;
    const n = line / outHeight;
    const x0 = (p - line * outWidth) * sx - left;
    const y0 = (line - n * outHeight) * sy - top;
    const d = dst + <usize>r * dstStride;
    let seen = false;
    for (let ky = 0; ky < kh; ky++) {
      const y = y0 + ky * dy;
      if (<u32>y >= <u32>height) continue;
      for (let kx = 0; kx < kw; kx++) {
        const x = x0 + kx * dx;
        if (<u32>x >= <u32>width) continue;
        const s = src + <usize>((n * height + y) * width + x) * pixelStride;
        if (seen) greater<T>(d, s, bytes);
        else copy(d, s, bytes);
        seen = true;
      }
    }
  }
}

export function max_pool_bits(s: usize, ss: usize, d: usize, ds: usize, rows: i32, row0: i32, g: usize): void {
  maxPool<u64>(s, ss, d, ds, rows, row0, g);
}

export function max_pool_i8(s: usize, ss: usize, d: usize, ds: usize, rows: i32, row0: i32, g: usize): void {
  maxPool<i8>(s, ss, d, ds, rows, row0, g);
}

export function max_pool_u8(s: usize, ss: usize, d: usize, ds: usize, rows: i32, row0: i32, g: usize): void {
  maxPool<u8>(s, ss, d, ds, rows, row0, g);
}

export function max_pool_i16(s: usize, ss: usize, d: usize, ds: usize, rows: i32, row0: i32, g: usize): void {
  maxPool<i16>(s, ss, d, ds, rows, row0, g);
}

export function max_pool_u16(s: usize, ss: usize, d: usize, ds: usize, rows: i32, row0: i32, g: usize): void {
  maxPool<u16>(s, ss, d, ds, rows, row0, g);
}

export function max_pool_i32(s: usize, ss: usize, d: usize, ds: usize, rows: i32, row0: i32, g: usize): void {
  maxPool<i32>(s, ss, d, ds, rows, row0, g);
}

export function max_pool_f64(s: usize, ss: usize, d: usize, ds: usize, rows: i32, row0: i32, g: usize): void {
  maxPool<f64>(s, ss, d, ds, rows, row0, g);
}

/** Every pixel repeated: the image of `outHeight` x `outWidth` has `sy` x `sx` pixels for one. */
export function upsample(
  src: usize, pixelStride: usize, dst: usize, dstStride: usize, rows: i32, row0: i32, width: i32, sy: i32, sx: i32, bytes: usize,
): void {
  const outWidth = width * sx;
  for (let r = 0; r < rows; r++) {
    const p = row0 + r;
    const line = p / outWidth;
    const pixel = (line / sy) * width + (p - line * outWidth) / sx;
    copy(dst + <usize>r * dstStride, src + <usize>pixel * pixelStride, bytes);
  }
}

/** `bytes` of each row. */
export function copy_rows(src: usize, srcStride: usize, dst: usize, dstStride: usize, rows: i32, bytes: usize): void {
  for (let r = 0; r < rows; r++) copy(dst + <usize>r * dstStride, src + <usize>r * srcStride, bytes);
}

/*
 * One filter a channel: a row of x is taps x cols, of w taps x cols padded to vectors. Stores may run over a row of
 * acc; the next row, written later, or the tile's slack takes it.
 */

export function depthwise_i16(
  x: usize, xStride: usize, rows: i32, w: usize, wStride: usize, taps: i32, cols: i32, acc: usize, accStride: usize,
): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c += 8) {
      let from = x + <usize>r * xStride + (<usize>c << 1);
      let weight = w + (<usize>c << 1);
      let low = i32x4.splat(0);
      let high = low;
      for (let t = 0; t < taps; t++) {
        const u = v128.load(from);
        const v = v128.load(weight);
        low = i32x4.add(low, i32x4.extmul_low_i16x8_s(u, v));
        high = i32x4.add(high, i32x4.extmul_high_i16x8_s(u, v));
        from += <usize>cols << 1;
        weight += wStride;
      }
      const o = acc + <usize>r * accStride + (<usize>c << 2);
      v128.store(o, low);
      if (c + 4 < cols) v128.store(o + 16, high);
    }
  }
}

export function depthwise_i32(
  x: usize, xStride: usize, rows: i32, w: usize, wStride: usize, taps: i32, cols: i32, acc: usize, accStride: usize,
): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c += 4) {
      let from = x + <usize>r * xStride + (<usize>c << 2);
      let weight = w + (<usize>c << 2);
      let sum = i32x4.splat(0);
      for (let t = 0; t < taps; t++) {
        sum = i32x4.add(sum, i32x4.mul(v128.load(from), v128.load(weight)));
        from += <usize>cols << 2;
        weight += wStride;
      }
      v128.store(acc + <usize>r * accStride + (<usize>c << 2), sum);
    }
  }
}

export function depthwise_f64(
  x: usize, xStride: usize, rows: i32, w: usize, wStride: usize, taps: i32, cols: i32, acc: usize, accStride: usize,
): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      let from = x + <usize>r * xStride + (<usize>c << 3);
      let weight = w + (<usize>c << 3);
      let sum: f64 = 0;
      for (let t = 0; t < taps; t++) {
        sum += load<f64>(from) * load<f64>(weight);
        from += <usize>cols << 3;
        weight += wStride;
      }
      store<f64>(acc + <usize>r * accStride + (<usize>c << 3), sum);
    }
  }
}

import { int, pointer, real } from "./layout";

/*
 * Windows over NHWC images. Arguments 0 to 14 are the window: batch, height, width, channels, kernel height and width, stride
 * height and width, pad top and left, dilation height and width, output height and width, images (or output rows) a chunk.
 */

/** First and end image of a chunk. */
@inline
function firstImage(chunk: i32): i32 {
  return chunk * int(14);
}

@inline
function endImage(chunk: i32): i32 {
  return min(int(0), (chunk + 1) * int(14));
}

/** Pixel of the images under row `iy`, column `ix` of image `n`, or -1 outside. */
@inline
function pixelAt(n: i32, iy: i32, ix: i32): i32 {
  const height = int(1);
  const width = int(2);
  return <u32>iy < <u32>height && <u32>ix < <u32>width ? (n * height + iy) * width + ix : -1;
}

/** Bytes from one pixel to the next. */
@inline
function pixelBytes(): usize {
  return <usize>int(3) << 2;
}

@inline
function copyFloats(from: usize, to: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.load(from + i));
  for (; i < bytes; i += 4) store<f32>(to + i, load<f32>(from + i));
}

@inline
function fillFloats(to: usize, bytes: usize, value: f32): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, f32x4.splat(value));
  for (; i < bytes; i += 4) store<f32>(to + i, value);
}

/** y += x · factor */
@inline
function addFloats(x: usize, y: usize, bytes: usize, factor: f32): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    v128.store(y + i, f32x4.add(v128.load(y + i), f32x4.mul(v128.load(x + i), f32x4.splat(factor))));
  }
  for (; i < bytes; i += 4) store<f32>(y + i, load<f32>(y + i) + load<f32>(x + i) * factor);
}

/** Chunks of rows of output pixels. Arguments: x, columns, value outside. */
export function im2col(chunk: i32, _thread: i32): void {
  const height = int(1);
  const width = int(2);
  const kernelHeight = int(4);
  const kernelWidth = int(5);
  const outHeight = int(12);
  const outWidth = int(13);
  const dilationWidth = int(11);
  const x = pointer(15);
  const value = real(17);
  const bytes = pixelBytes();
  const rowBytes = bytes * <usize>kernelWidth;
  const first = chunk * int(14);
  const end = min(int(0) * outHeight, first + int(14));
  let to = pointer(16) + <usize>first * <usize>outWidth * <usize>kernelHeight * rowBytes;
  for (let row = first; row < end; row++) {
    const n = row / outHeight;
    const top = (row % outHeight) * int(6) - int(8);
    for (let ox = 0; ox < outWidth; ox++) {
      const left = ox * int(7) - int(9);
      const together = dilationWidth == 1 && left >= 0 && left + kernelWidth <= width;
      for (let ky = 0; ky < kernelHeight; ky++) {
        const iy = top + ky * int(10);
        if (together && <u32>iy < <u32>height) {
          copyFloats(x + <usize>((n * height + iy) * width + left) * bytes, to, rowBytes);
          to += rowBytes;
          continue;
        }
        for (let kx = 0; kx < kernelWidth; kx++) {
          const pixel = pixelAt(n, iy, left + kx * dilationWidth);
          if (pixel < 0) fillFloats(to, bytes, value);
          else copyFloats(x + <usize>pixel * bytes, to, bytes);
          to += bytes;
        }
      }
    }
  }
}

/** Chunks of images. Arguments: columns, dx. */
export function col2im(chunk: i32, _thread: i32): void {
  const kernelHeight = int(4);
  const kernelWidth = int(5);
  const outHeight = int(12);
  const outWidth = int(13);
  const dilationWidth = int(11);
  const dx = pointer(16);
  const bytes = pixelBytes();
  const imageBytes = <usize>(outHeight * outWidth * kernelHeight * kernelWidth) * bytes;
  let from = pointer(15) + <usize>firstImage(chunk) * imageBytes;
  for (let n = firstImage(chunk); n < endImage(chunk); n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        const left = ox * int(7) - int(9);
        for (let ky = 0; ky < kernelHeight; ky++) {
          const iy = oy * int(6) - int(8) + ky * int(10);
          for (let kx = 0; kx < kernelWidth; kx++) {
            const pixel = pixelAt(n, iy, left + kx * dilationWidth);
            if (pixel >= 0) addFloats(from, dx + <usize>pixel * bytes, bytes, 1);
            from += bytes;
          }
        }
      }
    }
  }
}

/** y, maxima and their places. Arguments: x, y, index. */
export function maxPool(chunk: i32, _thread: i32): void {
  const channels = int(3);
  const outHeight = int(12);
  const outWidth = int(13);
  const bytes = pixelBytes();
  const x = pointer(15);
  const start = <usize>(firstImage(chunk) * outHeight * outWidth) * bytes;
  let y = pointer(16) + start;
  let index = pointer(17) + start;
  const steps = i32x4(0, 1, 2, 3);
  for (let n = firstImage(chunk); n < endImage(chunk); n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        fillFloats(y, bytes, -Infinity);
        memory.fill(index, 255, bytes);
        for (let ky = 0; ky < int(4); ky++) {
          for (let kx = 0; kx < int(5); kx++) {
            const pixel = pixelAt(n, oy * int(6) - int(8) + ky * int(10), ox * int(7) - int(9) + kx * int(11));
            if (pixel < 0) continue;
            const from = x + <usize>pixel * bytes;
            const place = pixel * channels;
            let c: usize = 0;
            for (; c + 16 <= bytes; c += 16) {
              const value = v128.load(from + c);
              const most = v128.load(y + c);
              const more = f32x4.gt(value, most);
              const here = i32x4.add(i32x4.splat(place + <i32>(c >> 2)), steps);
              v128.store(y + c, v128.bitselect(value, most, more));
              v128.store(index + c, v128.bitselect(here, v128.load(index + c), more));
            }
            for (; c < bytes; c += 4) {
              const value = load<f32>(from + c);
              if (value > load<f32>(y + c)) {
                store<f32>(y + c, value);
                store<i32>(index + c, place + <i32>(c >> 2));
              }
            }
          }
        }
        y += bytes;
        index += bytes;
      }
    }
  }
}

/** One chunk, since windows may overlap. Arguments 0 to 3: length, index, dy, dx. */
export function maxPoolBackward(_chunk: i32, _thread: i32): void {
  const index = pointer(1);
  const dy = pointer(2);
  const dx = pointer(3);
  const end = <usize>int(0) << 2;
  for (let i: usize = 0; i < end; i += 4) {
    const place = load<i32>(index + i);
    if (place < 0) continue;
    const to = dx + (<usize>place << 2);
    store<f32>(to, load<f32>(to) + load<f32>(dy + i));
  }
}

/** Arguments: x, y, factor. */
export function sumPool(chunk: i32, _thread: i32): void {
  pool(chunk, false);
}

/** Arguments: dx, dy, factor. */
export function sumPoolBackward(chunk: i32, _thread: i32): void {
  pool(chunk, true);
}

@inline
function pool(chunk: i32, backward: bool): void {
  const outHeight = int(12);
  const outWidth = int(13);
  const bytes = pixelBytes();
  const x = pointer(15);
  const factor = real(17);
  let y = pointer(16) + <usize>(firstImage(chunk) * outHeight * outWidth) * bytes;
  for (let n = firstImage(chunk); n < endImage(chunk); n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        if (!backward) fillFloats(y, bytes, 0);
        for (let ky = 0; ky < int(4); ky++) {
          for (let kx = 0; kx < int(5); kx++) {
            const pixel = pixelAt(n, oy * int(6) - int(8) + ky * int(10), ox * int(7) - int(9) + kx * int(11));
            if (pixel < 0) continue;
            const place = x + <usize>pixel * bytes;
            if (backward) addFloats(y, place, bytes, factor);
            else addFloats(place, y, bytes, factor);
          }
        }
        y += bytes;
      }
    }
  }
}

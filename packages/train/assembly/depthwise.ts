import { int, pointer, real } from "./layout";

/* Depthwise convolution; arguments 0 to 14 as in window.ts, chunks of images. */

@inline
function rowOf(n: i32, iy: i32, ix: i32): i32 {
  const height = int(1);
  const width = int(2);
  return <u32>iy < <u32>height && <u32>ix < <u32>width ? (n * height + iy) * width + ix : -1;
}

/** Arguments: x, w, y, value outside. */
export function depthwise(chunk: i32, _thread: i32): void {
  const outHeight = int(12);
  const outWidth = int(13);
  const bytes = <usize>int(3) << 2;
  const x = pointer(15);
  const outside = real(18);
  const first = chunk * int(14);
  const end = min(int(0), first + int(14));
  let y = pointer(17) + <usize>(first * outHeight * outWidth) * bytes;
  for (let n = first; n < end; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        memory.fill(y, 0, bytes);
        let w = pointer(16);
        for (let ky = 0; ky < int(4); ky++) {
          for (let kx = 0; kx < int(5); kx++) {
            const pixel = rowOf(n, oy * int(6) - int(8) + ky * int(10), ox * int(7) - int(9) + kx * int(11));
            const from = x + <usize>max(pixel, 0) * bytes;
            let c: usize = 0;
            for (; c + 16 <= bytes; c += 16) {
              const value = pixel < 0 ? f32x4.splat(outside) : v128.load(from + c);
              v128.store(y + c, f32x4.add(v128.load(y + c), f32x4.mul(value, v128.load(w + c))));
            }
            for (; c < bytes; c += 4) {
              const value = pixel < 0 ? outside : load<f32>(from + c);
              store<f32>(y + c, load<f32>(y + c) + value * load<f32>(w + c));
            }
            w += bytes;
          }
        }
        y += bytes;
      }
    }
  }
}

/** Arguments: x, w, dy, dx or 0, parts of dw (one array of weights a chunk), value outside. */
export function depthwiseBackward(chunk: i32, _thread: i32): void {
  const outHeight = int(12);
  const outWidth = int(13);
  const bytes = <usize>int(3) << 2;
  const weightBytes = bytes * <usize>(int(4) * int(5));
  const x = pointer(15);
  const dx = pointer(18);
  const parts = pointer(19) + <usize>chunk * weightBytes;
  const outside = real(20);
  const first = chunk * int(14);
  const end = min(int(0), first + int(14));
  let dy = pointer(17) + <usize>(first * outHeight * outWidth) * bytes;
  memory.fill(parts, 0, weightBytes);
  for (let n = first; n < end; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        let w = pointer(16);
        let dw = parts;
        for (let ky = 0; ky < int(4); ky++) {
          for (let kx = 0; kx < int(5); kx++) {
            const pixel = rowOf(n, oy * int(6) - int(8) + ky * int(10), ox * int(7) - int(9) + kx * int(11));
            const from = x + <usize>max(pixel, 0) * bytes;
            const to = dx + <usize>max(pixel, 0) * bytes;
            const carry = dx != 0 && pixel >= 0;
            let c: usize = 0;
            for (; c + 16 <= bytes; c += 16) {
              const g = v128.load(dy + c);
              const value = pixel < 0 ? f32x4.splat(outside) : v128.load(from + c);
              v128.store(dw + c, f32x4.add(v128.load(dw + c), f32x4.mul(g, value)));
              if (carry) v128.store(to + c, f32x4.add(v128.load(to + c), f32x4.mul(g, v128.load(w + c))));
            }
            for (; c < bytes; c += 4) {
              const g = load<f32>(dy + c);
              const value = pixel < 0 ? outside : load<f32>(from + c);
              store<f32>(dw + c, load<f32>(dw + c) + g * value);
              if (carry) store<f32>(to + c, load<f32>(to + c) + g * load<f32>(w + c));
            }
            w += bytes;
            dw += bytes;
          }
        }
        dy += bytes;
      }
    }
  }
}

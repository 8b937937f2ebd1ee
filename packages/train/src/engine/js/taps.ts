import type { WindowShape } from "../kernels.js";

/**
 * Calls `visit` for each place of each window, in the order of `im2col`: `out` is the window's number, `tap` the place in it
 * (row-major), `pixel` the pixel of the images under it, or -1 outside.
 */
export function eachTap(window: WindowShape, visit: (out: number, tap: number, pixel: number) => void): void {
  const { batch, height, width, kernelHeight, kernelWidth, outHeight, outWidth } = window;
  let out = 0;
  for (let n = 0; n < batch; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++, out++) {
        for (let ky = 0; ky < kernelHeight; ky++) {
          const y = oy * window.strideHeight - window.padTop + ky * window.dilationHeight;
          for (let kx = 0; kx < kernelWidth; kx++) {
            const x = ox * window.strideWidth - window.padLeft + kx * window.dilationWidth;
            const inside = y >= 0 && y < height && x >= 0 && x < width;
            visit(out, ky * kernelWidth + kx, inside ? (n * height + y) * width + x : -1);
          }
        }
      }
    }
  }
}

import type { Kernels, WindowShape } from "../kernels.js";
import { combineOf } from "./columns.js";
import { chunkElements, smallWork } from "./elementwise.js";
import type { Fork } from "./fork.js";

type Windows = Pick<
  Kernels,
  | "im2col"
  | "col2im"
  | "depthwise"
  | "depthwiseBackward"
  | "maxPool"
  | "maxPoolBackward"
  | "sumPool"
  | "sumPoolBackward"
>;

/** Elements of the images, of the results, and of all windows. */
function sizesOf(window: WindowShape): { readonly x: number; readonly y: number; readonly windows: number } {
  const { batch, height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth } = window;
  const y = batch * outHeight * outWidth * channels;
  return { x: batch * height * width * channels, y, windows: y * kernelHeight * kernelWidth };
}

export function windowsOf(fork: Fork): Windows {
  const { ints, reals, put, arena } = fork;
  const combine = combineOf(fork);
  const im2col = fork.kind("im2col");
  const col2im = fork.kind("col2im");
  const depthwise = fork.kind("depthwiseForward");
  const depthwiseBackward = fork.kind("depthwiseBackward");
  const maxPool = fork.kind("maxPool");
  const maxPoolBackward = fork.kind("maxPoolBackward");
  const sumPool = fork.kind("sumPool");
  const sumPoolBackward = fork.kind("sumPoolBackward");

  /** Sets the window, and gives the number of chunks of `items` (images, or rows of output pixels). */
  const start = (window: WindowShape, items: number): number => {
    const inChunk = Math.max(1, Math.floor((chunkElements * items) / sizesOf(window).windows));
    ints[0] = window.batch;
    ints[1] = window.height;
    ints[2] = window.width;
    ints[3] = window.channels;
    ints[4] = window.kernelHeight;
    ints[5] = window.kernelWidth;
    ints[6] = window.strideHeight;
    ints[7] = window.strideWidth;
    ints[8] = window.padTop;
    ints[9] = window.padLeft;
    ints[10] = window.dilationHeight;
    ints[11] = window.dilationWidth;
    ints[12] = window.outHeight;
    ints[13] = window.outWidth;
    ints[14] = inChunk;
    return Math.ceil(items / inChunk);
  };
  const run = (kind: number, chunks: number, window: WindowShape): void =>
    fork.run(kind, chunks, sizesOf(window).windows < smallWork);
  const pool = (
    kind: number,
    window: WindowShape,
    x: Float32Array,
    y: Float32Array,
    factor: number,
  ): void => {
    const sizes = sizesOf(window);
    const chunks = start(window, window.batch);
    put(15, x, sizes.x);
    put(16, y, sizes.y);
    reals[17] = factor;
    run(kind, chunks, window);
  };

  return {
    im2col(window, x, columns, padValue) {
      const sizes = sizesOf(window);
      const chunks = start(window, window.batch * window.outHeight);
      put(15, x, sizes.x);
      put(16, columns, sizes.windows);
      reals[17] = padValue;
      run(im2col, chunks, window);
    },
    col2im(window, columns, dx) {
      const sizes = sizesOf(window);
      const chunks = start(window, window.batch);
      put(15, columns, sizes.windows);
      put(16, dx, sizes.x);
      run(col2im, chunks, window);
    },
    depthwise(window, x, w, y, padValue) {
      const sizes = sizesOf(window);
      const chunks = start(window, window.batch);
      put(15, x, sizes.x);
      put(16, w, window.kernelHeight * window.kernelWidth * window.channels);
      put(17, y, sizes.y);
      reals[18] = padValue;
      run(depthwise, chunks, window);
    },
    depthwiseBackward(window, x, w, dy, dx, dw, padValue) {
      const sizes = sizesOf(window);
      const weights = window.kernelHeight * window.kernelWidth * window.channels;
      const chunks = start(window, window.batch);
      arena.lend(chunks * weights, (parts) => {
        put(15, x, sizes.x);
        put(16, w, weights);
        put(17, dy, sizes.y);
        if (dx) put(18, dx, sizes.x);
        else ints[18] = 0;
        put(19, parts, chunks * weights);
        reals[20] = padValue;
        run(depthwiseBackward, chunks, window);
        combine(parts, chunks, weights, 1, dw, true);
      });
    },
    maxPool(window, x, y, index) {
      const sizes = sizesOf(window);
      const chunks = start(window, window.batch);
      put(15, x, sizes.x);
      put(16, y, sizes.y);
      put(17, index, sizes.y);
      run(maxPool, chunks, window);
    },
    maxPoolBackward(index, dy, dx) {
      ints[0] = index.length;
      put(1, index, index.length);
      put(2, dy, index.length);
      put(3, dx, 0);
      fork.run(maxPoolBackward, 1, true);
    },
    sumPool: (window, x, y, factor) => pool(sumPool, window, x, y, factor),
    sumPoolBackward: (window, dy, dx, factor) => pool(sumPoolBackward, window, dx, dy, factor),
  };
}

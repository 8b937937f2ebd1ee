import fc from "fast-check";
import { describe, it } from "vitest";
import type { WindowShape } from "../../src/index.js";
import { checkAgreement, type Run } from "./agreement.js";

const seed = fc.nat();

describe("windows on the WebAssembly engine agree with the reference", () => {
  const few = fc.integer({ min: 1, max: 3 });
  const two = fc.integer({ min: 1, max: 2 });
  const window: fc.Arbitrary<WindowShape> = fc
    .record({
      batch: fc.oneof(two, fc.constant(40)),
      channels: fc.integer({ min: 1, max: 19 }),
      kernelHeight: few,
      kernelWidth: few,
      strideHeight: two,
      strideWidth: two,
      dilationHeight: two,
      dilationWidth: two,
      padTop: fc.nat(2),
      padBottom: fc.nat(2),
      padLeft: fc.nat(2),
      padRight: fc.nat(2),
      height: fc.integer({ min: 5, max: 9 }),
      width: fc.integer({ min: 5, max: 9 }),
    })
    .map((w) => ({
      ...w,
      outHeight:
        Math.floor(
          (w.height + w.padTop + w.padBottom - w.dilationHeight * (w.kernelHeight - 1) - 1) / w.strideHeight,
        ) + 1,
      outWidth:
        Math.floor(
          (w.width + w.padLeft + w.padRight - w.dilationWidth * (w.kernelWidth - 1) - 1) / w.strideWidth,
        ) + 1,
    }));
  const sizes = (w: WindowShape): { x: number; y: number; taps: number } => ({
    x: w.batch * w.height * w.width * w.channels,
    y: w.batch * w.outHeight * w.outWidth * w.channels,
    taps: w.kernelHeight * w.kernelWidth,
  });
  const cases: Record<string, (w: WindowShape) => Run> = {
    im2col: (w) => (kernels, array) => {
      const { x, y, taps } = sizes(w);
      const columns = array(y * taps);
      kernels.im2col(w, array(x), columns, -0.5);
      return [columns];
    },
    col2im: (w) => (kernels, array) => {
      const { x, y, taps } = sizes(w);
      const dx = array(x);
      kernels.col2im(w, array(y * taps), dx);
      return [dx];
    },
    depthwise: (w) => (kernels, array) => {
      const { x, y, taps } = sizes(w);
      const out = array(y);
      kernels.depthwise(w, array(x), array(taps * w.channels), out, -0.5);
      return [out];
    },
    depthwiseBackward: (w) => (kernels, array, rng) => {
      const { x, y, taps } = sizes(w);
      const [dx, dw] = [array(x), array(taps * w.channels)];
      const through = rng.uniform() < 0.7 ? dx : undefined;
      kernels.depthwiseBackward(w, array(x), array(dw.length), array(y), through, dw, 0.25);
      return [dx, dw];
    },
    maxPool: (w) => (kernels, array) => {
      const { x: xs, y: ys } = sizes(w);
      const [x, y, place, dx] = [array(xs), array(ys), array(ys), array(xs)];
      // Few values, so that many are equal.
      for (let i = 0; i < xs; i++) x[i] = Math.round(x[i]! * 4);
      const index = new Int32Array(place.buffer, place.byteOffset, ys);
      kernels.maxPool(w, x, y, index);
      kernels.maxPoolBackward(index, array(ys), dx);
      return [y, Float32Array.from(index), dx];
    },
    sumPool: (w) => (kernels, array) => {
      const { x, y } = sizes(w);
      const [out, dx] = [array(y), array(x)];
      kernels.sumPool(w, array(x), out, 0.3);
      kernels.sumPoolBackward(w, out, dx, 0.3);
      return [out, dx];
    },
  };
  it.each(Object.entries(cases))("%s", (_name, run) => {
    fc.assert(
      fc.property(window, seed, (w, s) => {
        checkAgreement(s, run(w), 400);
      }),
      { numRuns: 20 },
    );
  });
});

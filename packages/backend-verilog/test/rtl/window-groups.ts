import { packBeats, randomIntegers } from "./bits.js";
import { streamPorts, verilogParameters } from "./mvu-case.js";
import type { StreamCase } from "./stream-case.js";
import { type WindowParameters, windowGeometry, windowTimes } from "./window-times.js";

/** A frame: `[row][column][channel]`. */
export type Frame = readonly (readonly (readonly number[])[])[];

export function drawFrames(
  size: { readonly h: number; readonly w: number; readonly c: number },
  bits: number,
  count: number,
  seed: number,
): readonly Frame[] {
  const random = randomIntegers(seed);
  const list = <T>(length: number, make: () => T) => Array.from({ length }, make);
  return list(count, () =>
    list(size.h, () => list(size.w, () => list(size.c, () => random(0, 2 ** bits - 1)))),
  );
}

export function frameBeats(frames: readonly Frame[], lanes: number, bits: number): readonly bigint[] {
  return frames.flatMap((frame) => frame.flat().flatMap((pixel) => packBeats(pixel, lanes, bits)));
}

/** The pixels of each window of a frame, in the order of the kernel; windows in the order of the output. */
export function windowsOf(frame: Frame, p: WindowParameters): readonly (readonly (readonly number[])[])[] {
  const { kh, kw, sh = 1, sw = 1, dh = 1, dw = 1 } = p;
  const { outH, outW } = windowGeometry(p);
  return Array.from({ length: outH * outW }, (_, window) =>
    Array.from({ length: kh * kw }, (_, k) => {
      const row = Math.floor(window / outW) * sh + Math.floor(k / kw) * dh;
      return frame[row]![(window % outW) * sw + (k % kw) * dw]!;
    }),
  );
}

const laneBits = 6;

export function windowVerilog(p: WindowParameters): Readonly<Record<string, number>> {
  const { h, w, c, lanes, kh, kw, sh = 1, sw = 1, dh = 1, dw = 1 } = p;
  return { H: h, W: w, C: c, LANES: lanes, KH: kh, KW: kw, SH: sh, SW: sw, DH: dh, DW: dw };
}

/** `gf_window`: every output beat at the cycle that the recurrence gives. */
export function windowCase(p: WindowParameters, frameCount = 3): StreamCase {
  const frames = drawFrames(p, laneBits, frameCount, p.h * 100 + p.w);
  const extra = p.extra === undefined ? {} : { EXTRA: p.extra };
  const parameters = { ...windowVerilog(p), LANE_BITS: laneBits, ...extra };
  const { leave } = windowTimes(p, frameCount);
  return {
    name: `gf_window ${JSON.stringify(p)}`,
    body: `gf_window #(${verilogParameters(parameters)}) dut (.aclk(aclk), .aresetn(aresetn), ${streamPorts});`,
    inBits: p.lanes * laneBits,
    outBits: p.lanes * laneBits,
    input: frameBeats(frames, p.lanes, laneBits),
    expected: frames.flatMap((frame) =>
      windowsOf(frame, p).flatMap((pixels) => pixels.flatMap((x) => packBeats(x, p.lanes, laneBits))),
    ),
    timing: (n) => ({ beat: 0, cycles: leave[n]! }),
  };
}

/** `gf_window_parallel`: all elements of a window in a beat. */
function parallelCase(p: WindowParameters): StreamCase {
  const { w, c, lanes, kh, kw, sh = 1, sw = 1 } = p;
  const frames = drawFrames(p, laneBits, 3, p.h * 10 + p.w);
  const { folds, spanH, spanW, outH, outW, inBeats } = windowGeometry(p);
  const outBeats = outH * outW * folds;
  return {
    name: `gf_window_parallel ${JSON.stringify(p)}`,
    body: `gf_window_parallel #(${verilogParameters({ ...windowVerilog(p), LANE_BITS: laneBits })}) dut (
      .aclk(aclk), .aresetn(aresetn), ${streamPorts});`,
    inBits: lanes * laneBits,
    outBits: kh * kw * lanes * laneBits,
    input: frameBeats(frames, lanes, laneBits),
    expected: frames.flatMap((frame) =>
      windowsOf(frame, p).flatMap((pixels) =>
        Array.from({ length: c / lanes }, (_, fold) =>
          pixels.flatMap((x) => x.slice(fold * lanes, (fold + 1) * lanes)),
        ).flatMap((lanesOfAll) => packBeats(lanesOfAll, kh * kw * lanes, laneBits)),
      ),
    ),
    timing: (n) => {
      const pixel = Math.floor((n % outBeats) / folds);
      const row = Math.floor(pixel / outW) * sh + spanH - 1;
      const column = (pixel % outW) * sw + spanW - 1;
      const beat = Math.floor(n / outBeats) * inBeats + (row * w + column) * folds + (n % folds);
      return { beat, cycles: 1 };
    },
    interval: { period: outBeats, cycles: inBeats },
  };
}

/** Ordinary kernels; strides, rows and columns that no window reads; dilation; one dimension; one pixel. */
export const shapes: readonly WindowParameters[] = [
  { h: 6, w: 5, c: 4, lanes: 2, kh: 3, kw: 3 },
  { h: 5, w: 6, c: 1, lanes: 1, kh: 3, kw: 3 },
  { h: 4, w: 6, c: 2, lanes: 1, kh: 2, kw: 2, sh: 2, sw: 2 },
  { h: 7, w: 7, c: 2, lanes: 2, kh: 3, kw: 3, sh: 2, sw: 2 },
  { h: 8, w: 6, c: 3, lanes: 1, kh: 3, kw: 2, sh: 2, sw: 3 },
  { h: 5, w: 5, c: 6, lanes: 2, kh: 1, kw: 1, sh: 2, sw: 2 },
  { h: 3, w: 4, c: 3, lanes: 3, kh: 1, kw: 1 },
  { h: 3, w: 3, c: 4, lanes: 1, kh: 1, kw: 1 },
  { h: 1, w: 17, c: 2, lanes: 1, kh: 1, kw: 4 },
  { h: 1, w: 16, c: 2, lanes: 2, kh: 1, kw: 3, sw: 2 },
  { h: 1, w: 20, c: 1, lanes: 1, kh: 1, kw: 2, sw: 5 },
  { h: 1, w: 14, c: 4, lanes: 2, kh: 1, kw: 3, dw: 3 },
  { h: 8, w: 7, c: 2, lanes: 1, kh: 3, kw: 2, dh: 2, dw: 2 },
  { h: 7, w: 9, c: 1, lanes: 1, kh: 2, kw: 3, dh: 3, dw: 2, sh: 2, sw: 2 },
  { h: 5, w: 5, c: 2, lanes: 1, kh: 5, kw: 5 },
  { h: 9, w: 4, c: 1, lanes: 1, kh: 2, kw: 4, sh: 4 },
  { h: 10, w: 9, c: 4, lanes: 2, kh: 4, kw: 3, sh: 1, sw: 2 },
  { h: 9, w: 1, c: 3, lanes: 1, kh: 3, kw: 1, sh: 2 },
  { h: 9, w: 8, c: 2, lanes: 1, kh: 1, kw: 4, sh: 4 },
  { h: 6, w: 5, c: 2, lanes: 1, kh: 4, kw: 4, sw: 3 },
];

/** Buffers from the smallest on, with sizes that are no power of two. */
const depths: readonly WindowParameters[] = [
  ...[0, 1, 3, 11].map((extra): WindowParameters => ({ h: 6, w: 5, c: 4, lanes: 2, kh: 3, kw: 3, extra })),
  ...[0, 2].map(
    (extra): WindowParameters => ({ h: 6, w: 6, c: 2, lanes: 1, kh: 2, kw: 2, sh: 2, sw: 2, extra }),
  ),
  ...[0, 1].map(
    (extra): WindowParameters => ({ h: 4, w: 4, c: 1, lanes: 1, kh: 1, kw: 1, sh: 2, sw: 2, extra }),
  ),
  { h: 12, w: 15, c: 10, lanes: 1, kh: 2, kw: 2, extra: 160 }, // 330 words
  { h: 7, w: 14, c: 16, lanes: 1, kh: 2, kw: 3, dw: 2, extra: 30 }, // 334 words
];

/** Cases of the sliding windows. */
export const windowGroups: Readonly<Record<string, readonly StreamCase[]>> = {
  "gf_window: every beat at its time, kernels, strides, dilation": shapes.map((p) => windowCase(p)),
  "gf_window: every beat at its time, buffers of all sizes": depths.map((p) => windowCase(p, 2)),
  gf_window_parallel: shapes.map(parallelCase),
  "gf_window_parallel: lines and columns in RAM": [
    parallelCase({ h: 4, w: 9, c: 4, lanes: 2, kh: 3, kw: 3 }),
    parallelCase({ h: 3, w: 5, c: 20, lanes: 1, kh: 2, kw: 3, sw: 2 }),
  ],
};

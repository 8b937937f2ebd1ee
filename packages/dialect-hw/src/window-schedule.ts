import { type BeatTimes, evenly, type Schedule } from "./kernel.js";
import type { WindowGeometry } from "./window.js";

const times = (cycles: Float64Array): BeatTimes => ({ count: cycles.length, at: (k) => cycles[k]! });

/** Cycles from an element's arrival to the first beat that may show it: write, read, output register. */
const readCycles = 3;
/** Frames after which the token times repeat. */
const settledFrames = 3;

/** Beats that the buffer of a sliding-window unit holds: the least that reaches the interval (`gf_window`). */
export function windowDepth(g: WindowGeometry): number {
  const { channelFolds: cf, width, height, kernel, strides, dilations, outHeight, outWidth } = g;
  const spanH = dilations[0] * (kernel[0] - 1) + 1;
  const spanW = dilations[1] * (kernel[1] - 1) + 1;
  const stepH = Math.min(strides[0], spanH);
  const keptW = (outWidth - 1) * Math.min(strides[1], spanW) + spanW;
  const line = keptW * cf;
  const one = kernel[0] * kernel[1] * cf;
  if (kernel[0] * kernel[1] === 1) return cf + 1;
  const span = (spanH - 1) * line + spanW * cf;
  const drop = Math.max(
    outHeight > 1 ? strides[0] - spanH : 0,
    height - (outHeight - 1) * strides[0] - spanH,
    0,
  );
  const lines = 2 * (spanH - 1) * line + 2 * spanW * cf - one;
  const base = Math.max(span, lines + Math.min(one, Math.max(spanH - 1, 1) * (width - keptW) * cf)) + 1;
  const starves = drop > 0 && (spanH === 1 || outWidth * one < (drop + spanH) * width * cf);
  return base + (starves ? stepH * line + one : 0);
}

/** `max(H·W, OH·OW·KH·KW) · C/SIMD`. */
export function windowInterval({
  channelFolds,
  width,
  height,
  kernel,
  outHeight,
  outWidth,
}: WindowGeometry): number {
  return Math.max(height * width, outHeight * outWidth * kernel[0] * kernel[1]) * channelFolds;
}

/**
 * Token times of a unit whose taps all leave in a beat: a beat enters a cycle, and a window leaves in the cycle after
 * its last element.
 */
export function parallelSchedule(g: WindowGeometry): Schedule {
  const { channelFolds: cf, width, height, kernel, strides, dilations, outHeight, outWidth } = g;
  const beatsIn = height * width * cf;
  const beatsOut = outHeight * outWidth * cf;
  const reachH = dilations[0] * (kernel[0] - 1);
  const reachW = dilations[1] * (kernel[1] - 1);
  const at = (k: number): number => {
    const pixel = Math.floor(k / cf);
    const row = Math.floor(pixel / outWidth) * strides[0] + reachH;
    const column = (pixel % outWidth) * strides[1] + reachW;
    return (row * width + column) * cf + (k % cf) + 1;
  };
  return {
    intervalCycles: beatsIn,
    latencyCycles: at(beatsOut - 1),
    registerBeats: 2,
    inputs: [evenly(beatsIn, 0, 1)],
    outputs: [{ count: beatsOut, at }],
  };
}

/**
 * Token times of a sliding-window unit in steady state, when its source spreads its beats evenly: an output beat
 * leaves one cycle after the last and not before its element can be read; an input beat enters when it comes and its
 * slot is free. Rows and columns that no window reads are dropped.
 */
export function windowSchedule(g: WindowGeometry): Schedule {
  const { channelFolds: cf, width, height, kernel, strides, dilations, outHeight, outWidth } = g;
  const taps = kernel[0] * kernel[1];
  const beatsIn = height * width * cf;
  const beatsOut = outHeight * outWidth * taps * cf;
  const interval = windowInterval(g);
  const { keptOf, keptCount } = keptBeats(g);
  const depth = windowDepth(g);
  const freedBy = freedKeptBeats(g, keptCount);
  const enter = new Float64Array(settledFrames * beatsIn);
  const leave = new Float64Array(settledFrames * beatsOut);
  // Windows in order; before each, all that may enter without waiting for it.
  let entered = 0;
  const windows = outHeight * outWidth;
  const admit = (until: number): void => {
    for (; entered < until; entered++) {
      const frame = Math.floor(entered / beatsIn);
      const own = entered % beatsIn;
      const comes = frame * interval + Math.floor((own * interval) / beatsIn);
      const kept = keptOf[own]!;
      let free = 0;
      if (kept >= 0) {
        const slot = frame * keptCount + kept - depth;
        if (slot >= 0) {
          const window = Math.floor(slot / keptCount) * windows + freedBy[slot % keptCount]!;
          free = leave[(window + 1) * taps * cf - 1]! - 1;
        }
      }
      enter[entered] = Math.max(comes, (enter[entered - 1] ?? -1) + 1, free);
    }
  };
  for (let n = 0; n < leave.length; n++) {
    const frame = Math.floor(n / beatsOut);
    const own = n % beatsOut;
    const tap = Math.floor(own / cf) % taps;
    const pixel = Math.floor(own / (cf * taps));
    const y = Math.floor(pixel / outWidth) * strides[0] + Math.floor(tap / kernel[1]) * dilations[0];
    const x = (pixel % outWidth) * strides[1] + (tap % kernel[1]) * dilations[1];
    const source = frame * beatsIn + (y * width + x) * cf + (own % cf);
    admit(source + 1);
    leave[n] = Math.max((leave[n - 1] ?? -1) + 1, enter[source]! + readCycles);
  }
  admit(enter.length);
  const start = enter[(settledFrames - 1) * beatsIn]!;
  const inputs = enter.slice((settledFrames - 1) * beatsIn).map((t) => t - start);
  const outputs = leave.slice((settledFrames - 1) * beatsOut).map((t) => t - start);
  return {
    intervalCycles: interval,
    latencyCycles: outputs.at(-1)!,
    inputs: [times(inputs)],
    outputs: [times(outputs)],
  };
}

/** For each input beat of a frame its number among the kept ones, −1 where no window reads it. */
export function keptBeats(g: WindowGeometry): { readonly keptOf: Int32Array; readonly keptCount: number } {
  const { channelFolds: cf, width, height, kernel, strides, dilations, outHeight, outWidth } = g;
  const keeps = (at: number, count: number, stride: number, reach: number): boolean =>
    at < (count - 1) * stride + reach && at % stride < reach;
  const spans = [dilations[0] * (kernel[0] - 1) + 1, dilations[1] * (kernel[1] - 1) + 1] as const;
  const keptOf = new Int32Array(height * width * cf).fill(-1);
  let keptCount = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!keeps(y, outHeight, strides[0], spans[0]) || !keeps(x, outWidth, strides[1], spans[1])) continue;
      for (let f = 0; f < cf; f++) keptOf[(y * width + x) * cf + f] = keptCount++;
    }
  }
  return { keptOf, keptCount };
}

/** For each kept beat of a frame the window after whose last beat its slot is free. */
export function freedKeptBeats(g: WindowGeometry, keptCount: number): Int32Array {
  const { channelFolds: cf, kernel, strides, dilations, outHeight, outWidth } = g;
  const spanH = dilations[0] * (kernel[0] - 1) + 1;
  const spanW = dilations[1] * (kernel[1] - 1) + 1;
  const [stepH, stepW] = [Math.min(strides[0], spanH), Math.min(strides[1], spanW)];
  const keptW = (outWidth - 1) * stepW + spanW;
  const freedBy = new Int32Array(keptCount).fill(outHeight * outWidth - 1);
  let at = 0;
  for (let window = 0; window < outHeight * outWidth - 1; window++) {
    const next = window + 1;
    const first = (Math.floor(next / outWidth) * stepH * keptW + (next % outWidth) * stepW) * cf;
    for (; at < first; at++) freedBy[at] = window;
  }
  return freedBy;
}

import type { Kernels } from "../kernels.js";

/** Adding and taking away 1.5 · 2^52 rounds a float64 below 2^51 to an integer, halves to even. */
const rounder = 6755399441055744;

/** The integer code of `v = x / scale`: clipped first, which gives the same and keeps `v` small. */
function codeOf(v: number, low: number, high: number): number {
  return Math.min(Math.max(v, low), high) + rounder - rounder;
}

function channelOf(i: number, inner: number, channels: number): number {
  return Math.floor(i / inner) % channels;
}

export const quantize: Kernels["quantize"] = (x, scale, inner, low, high, y) => {
  const channels = scale.length;
  for (let i = 0; i < x.length; i++) {
    const step = scale[channels === 1 ? 0 : channelOf(i, inner, channels)]!;
    y[i] = codeOf(Math.fround(x[i]! / step), low, high) * step;
  }
};

export const quantizeBackward: Kernels["quantizeBackward"] = (x, scale, inner, low, high, dy, dx, dscale) => {
  const channels = scale.length;
  const sums = new Float64Array(channels);
  for (let i = 0; i < x.length; i++) {
    const c = channels === 1 ? 0 : channelOf(i, inner, channels);
    const v = Math.fround(x[i]! / scale[c]!);
    const inside = v >= low && v <= high;
    if (inside && dx) dx[i]! += dy[i]!;
    const code = codeOf(v, low, high);
    sums[c]! += dy[i]! * (inside ? code - v : code);
  }
  if (dscale) for (let c = 0; c < channels; c++) dscale[c]! += sums[c]!;
};

export const sign: Kernels["sign"] = (x, scale, inner, y) => {
  const channels = scale.length;
  for (let i = 0; i < x.length; i++) {
    const magnitude = scale[channels === 1 ? 0 : channelOf(i, inner, channels)]!;
    y[i] = x[i]! >= 0 ? magnitude : -magnitude;
  }
};

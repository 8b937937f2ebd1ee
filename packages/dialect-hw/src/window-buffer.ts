import type { TokenBuffer } from "./kernel.js";
import type { WindowGeometry } from "./window.js";
import { freedKeptBeats, keptBeats, windowDepth } from "./window-schedule.js";

/** Less than any number of beats. */
const neverWaits = -(2 ** 31);

/** Which beats wait for which in a sliding-window unit that shows one tap a beat (`gf_window`). */
export function windowBuffer(g: WindowGeometry): TokenBuffer {
  const { channelFolds: cf, width, kernel, strides, dilations, outHeight, outWidth } = g;
  const perWindow = kernel[0] * kernel[1] * cf;
  const windows = outHeight * outWidth;
  const needs = new Int32Array(windows * perWindow);
  let n = 0;
  for (let window = 0; window < windows; window++) {
    const y = Math.floor(window / outWidth) * strides[0];
    const x = (window % outWidth) * strides[1];
    for (let kh = 0; kh < kernel[0]; kh++) {
      for (let kw = 0; kw < kernel[1]; kw++) {
        const from = ((y + kh * dilations[0]) * width + x + kw * dilations[1]) * cf;
        for (let f = 0; f < cf; f++) needs[n++] = from + f;
      }
    }
  }
  const { keptOf, keptCount } = keptBeats(g);
  const freedBy = freedKeptBeats(g, keptCount);
  const depth = windowDepth(g);
  const waitsFor = keptOf.map((kept) => {
    if (kept < 0) return neverWaits;
    const slot = kept - depth;
    const frame = Math.floor(slot / keptCount);
    return (frame * windows + freedBy[slot - frame * keptCount]! + 1) * perWindow;
  });
  return { needs, waitsFor, latencyCycles: 2 };
}

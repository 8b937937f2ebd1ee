import { packLanes } from "./bits.js";
import { streamPorts, verilogParameters } from "./mvu-case.js";
import type { StreamCase } from "./stream-case.js";
import { drawFrames, type Frame, frameBeats } from "./window-groups.js";

interface FrameParameters {
  readonly h: number;
  readonly w: number;
  readonly c: number;
  readonly lanes: number;
}

const laneBits = 5;
const frameCount = 3;

function dut(module: string, parameters: Readonly<Record<string, number | string>>): string {
  return `${module} #(${verilogParameters(parameters)}) dut (.aclk(aclk), .aresetn(aresetn), ${streamPorts});`;
}

/** `gf_pad`: also the rows above the next frame come, though no next frame does. */
function padCase(
  p: FrameParameters & {
    readonly top: number;
    readonly left: number;
    readonly bottom: number;
    readonly right: number;
    readonly value: number;
  },
): StreamCase {
  const { h, w, c, lanes, top, left, bottom, right, value } = p;
  const frames = drawFrames(p, laneBits, frameCount, h + w);
  const folds = c / lanes;
  const [outH, outW] = [h + top + bottom, w + left + right];
  const isInner = (y: number, x: number) => y >= top && y < top + h && x >= left && x < left + w;
  const blank = Array.from({ length: c }, () => value);
  const padded = frames.map(
    (frame): Frame =>
      Array.from({ length: outH }, (_, y) =>
        Array.from({ length: outW }, (_, x) => (isInner(y, x) ? frame[y - top]![x - left]! : blank)),
      ),
  );
  const ahead = Array.from({ length: (top * outW + left) * folds }, () =>
    packLanes(
      Array.from({ length: lanes }, () => value),
      laneBits,
    ),
  );
  const outBeats = outH * outW * folds;
  const parameters = {
    ...{ H: h, W: w, C: c, LANES: lanes, LANE_BITS: laneBits },
    ...{ TOP: top, LEFT: left, BOTTOM: bottom, RIGHT: right },
    VALUE: `${lanes * laneBits}'h${packLanes(blank.slice(0, lanes), laneBits).toString(16)}`,
  };
  return {
    name: `gf_pad ${JSON.stringify(p)}`,
    body: dut("gf_pad", parameters),
    inBits: lanes * laneBits,
    outBits: lanes * laneBits,
    input: frameBeats(frames, lanes, laneBits),
    expected: [...frameBeats(padded, lanes, laneBits), ...ahead],
    timing: (n) => {
      const [frame, pixel] = [Math.floor(n / outBeats), Math.floor((n % outBeats) / folds)];
      const [y, x] = [Math.floor(pixel / outW), pixel % outW];
      if (frame >= frameCount || !isInner(y, x)) return undefined;
      return { beat: ((frame * h + y - top) * w + x - left) * folds + (n % folds), cycles: 1 };
    },
    // The first beats may be padding that leaves before the source begins.
    interval: { period: outBeats, cycles: outBeats, from: (top * outW + left) * folds },
  };
}

function upsampleCase(p: FrameParameters & { readonly scaleH: number; readonly scaleW: number }): StreamCase {
  const { h, w, c, lanes, scaleH, scaleW } = p;
  const frames = drawFrames(p, laneBits, frameCount, h * w);
  const folds = c / lanes;
  const [outH, outW] = [h * scaleH, w * scaleW];
  const big = frames.map(
    (frame): Frame =>
      Array.from({ length: outH }, (_, y) =>
        Array.from({ length: outW }, (_, x) => frame[Math.floor(y / scaleH)]![Math.floor(x / scaleW)]!),
      ),
  );
  const parameters = {
    ...{ H: h, W: w, C: c, LANES: lanes, LANE_BITS: laneBits },
    ...{ SCALE_H: scaleH, SCALE_W: scaleW },
  };
  return {
    name: `gf_upsample ${JSON.stringify(p)}`,
    body: dut("gf_upsample", parameters),
    inBits: lanes * laneBits,
    outBits: lanes * laneBits,
    input: frameBeats(frames, lanes, laneBits),
    expected: frameBeats(big, lanes, laneBits),
    timing: (n) => {
      const [row, pixel] = [Math.floor(n / (outW * folds)), Math.floor(n / folds) % outW];
      if (row % scaleH !== 0 || pixel % scaleW !== 0) return undefined;
      return { beat: ((row / scaleH) * w + pixel / scaleW) * folds + (n % folds), cycles: 2 };
    },
    interval: { period: 1, cycles: 1 },
  };
}

function sliceCase(p: FrameParameters & { readonly first: number; readonly count: number }): StreamCase {
  const { c, lanes, first, count } = p;
  const frames = drawFrames(p, laneBits, frameCount, first * 10 + count);
  const kept = frames.map(
    (frame): Frame => frame.map((row) => row.map((pixel) => pixel.slice(first, first + count))),
  );
  const keptFolds = count / lanes;
  const parameters = { C: c, LANES: lanes, LANE_BITS: laneBits, FIRST: first, COUNT: count };
  return {
    name: `gf_slice ${JSON.stringify(p)}`,
    body: dut("gf_slice", parameters),
    inBits: lanes * laneBits,
    outBits: lanes * laneBits,
    input: frameBeats(frames, lanes, laneBits),
    expected: frameBeats(kept, lanes, laneBits),
    timing: (n) => ({
      beat: Math.floor(n / keptFolds) * (c / lanes) + Math.ceil(first / lanes) + (n % keptFolds),
      cycles: 1,
    }),
    interval: { period: keptFolds, cycles: c / lanes },
  };
}

const pads = { top: 1, left: 1, bottom: 1, right: 1, value: 0 };
const small: FrameParameters = { h: 3, w: 4, c: 4, lanes: 2 };

/** Cases of the modules that move the pixels of frames. */
export const frameGroups: Readonly<Record<string, readonly StreamCase[]>> = {
  "gf_pad: any border, any value": [
    padCase({ ...small, ...pads }),
    padCase({ ...small, ...pads, top: 2, left: 0, bottom: 0, right: 3, value: 21 }),
    padCase({ ...small, ...pads, top: 0, left: 0 }),
    padCase({ h: 1, w: 6, c: 3, lanes: 1, top: 0, left: 2, bottom: 0, right: 1, value: 31 }),
    padCase({ h: 1, w: 1, c: 1, lanes: 1, ...pads, value: 7 }),
    padCase({ h: 2, w: 2, c: 2, lanes: 2, top: 0, left: 0, bottom: 0, right: 0, value: 1 }),
  ],
  "gf_upsample: any factors": [
    upsampleCase({ ...small, scaleH: 2, scaleW: 2 }),
    upsampleCase({ ...small, c: 2, scaleH: 3, scaleW: 2 }),
    upsampleCase({ ...small, scaleH: 1, scaleW: 3 }),
    upsampleCase({ ...small, c: 2, scaleH: 1, scaleW: 2 }),
    upsampleCase({ ...small, c: 2, scaleH: 2, scaleW: 1 }),
    upsampleCase({ ...small, scaleH: 1, scaleW: 1 }),
    upsampleCase({ h: 3, w: 1, c: 1, lanes: 1, scaleH: 2, scaleW: 3 }),
    upsampleCase({ h: 4, w: 1, c: 2, lanes: 1, scaleH: 2, scaleW: 1 }),
    upsampleCase({ h: 2, w: 2, c: 1, lanes: 1, scaleH: 2, scaleW: 1 }),
    upsampleCase({ h: 2, w: 5, c: 9, lanes: 1, scaleH: 2, scaleW: 2 }),
  ],
  "gf_slice: any first channel": [
    sliceCase({ ...small, c: 8, first: 2, count: 4 }),
    sliceCase({ ...small, c: 8, first: 0, count: 2 }),
    sliceCase({ ...small, c: 8, first: 6, count: 2 }),
    sliceCase({ ...small, c: 8, first: 0, count: 8 }),
    sliceCase({ ...small, c: 8, first: 3, count: 4 }),
    sliceCase({ h: 4, w: 4, c: 12, lanes: 4, first: 5, count: 4 }),
    sliceCase({ h: 4, w: 4, c: 5, lanes: 1, first: 3, count: 1 }),
    sliceCase({ h: 4, w: 4, c: 3, lanes: 3, first: 0, count: 3 }),
  ],
};

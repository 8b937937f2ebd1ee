import {
  Constant,
  divisors,
  type ElemType,
  elemForRange,
  elemInfo,
  type Random,
  randomInteger,
  type StreamType,
  stream,
  tensorFrom,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import type { LoneKernel } from "./paced.js";

/** Draws one kernel with parameters of its own. */
export type DrawKernel = (random: Random) => LoneKernel;

function pick<T>(random: Random, of: readonly T[]): T {
  return of[randomInteger(random, 0, of.length - 1)]!;
}

const codeElems: readonly ElemType[] = ["u1", "u3", "i4", "bipolar"];

/** An image, with as many lanes as one of the divisors of its channels. */
function image(
  random: Random,
  elem: ElemType = pick(random, codeElems),
): { readonly type: StreamType; readonly lanes: number } {
  const channels = pick(random, [1, 2, 3, 4, 6]);
  const lanes = pick(random, divisors(channels));
  const shape = [1, randomInteger(random, 1, 7), randomInteger(random, 1, 7), channels];
  return { type: stream(elem, shape, lanes), lanes };
}

const title = (kind: string, type: StreamType, more: object): string =>
  `${kind} [${type.shape}] ${type.elem} x ${type.lanes} ${JSON.stringify(more)}`;

const window =
  (parallel: 0 | 1): DrawKernel =>
  (random) => {
    const { type, lanes: simd } = image(random);
    const size = type.shape.slice(1, 3);
    const kernel = size.map((n) => randomInteger(random, 1, Math.min(n, 3)));
    const dilations = size.map((n, i) => (n > 2 * (kernel[i]! - 1) ? randomInteger(random, 1, 2) : 1));
    const strides = size.map(() => randomInteger(random, 1, 3));
    const attrs = { kernel, strides, dilations, simd, parallel };
    return {
      title: title("window", type, attrs),
      streams: [type],
      build: (graph, [x]) => hw.Window.build(graph, [x!], attrs),
      // With one tap a beat the schedule is that of frames between frames.
      settledFrom: parallel === 1 ? 0 : 2,
    };
  };

const pad: DrawKernel = (random) => {
  const { type, lanes: simd } = image(random);
  const pads = [0, 1, 2, 3].map(() => randomInteger(random, 0, 2));
  const value = elemInfo(type.elem).max;
  return {
    title: title("pad", type, { pads }),
    streams: [type],
    build: (graph, [x]) => hw.Pad.build(graph, [x!], { pads, value, simd }),
  };
};

const pool: DrawKernel = (random) => {
  const taps = randomInteger(random, 1, 6);
  const mode = pick(random, ["max", "sum"] as const);
  const { type: of, lanes: simd } = image(
    random,
    mode === "sum" ? pick(random, ["u1", "u3", "i4"]) : undefined,
  );
  const type = stream(of.elem, [...of.shape.slice(0, 3), taps * of.shape[3]!], simd);
  const { min, max } = elemInfo(of.elem);
  const elem = mode === "max" ? of.elem : elemForRange(Math.min(taps * min, 0), taps * max);
  return {
    title: title("pool", type, { mode, taps }),
    streams: [type],
    build: (graph, [x]) => hw.Pool.build(graph, [x!], { mode, window: taps, elem, simd }),
  };
};

const weightElems: readonly ElemType[] = ["bipolar", "i2", "i4", "u1"];

/** Several taps a beat as often as one, of one fold and of several. */
const vvu: DrawKernel = (random) => {
  const taps = pick(random, [1, 4, 6, 8, 9]);
  const simd = pick(random, divisors(taps));
  const { type: of, lanes: pe } = image(random);
  const channels = of.shape[3]!;
  const pixel = simd === 1 || pe === channels ? [taps * channels] : [channels / pe, taps * pe];
  const type = stream(of.elem, [...of.shape.slice(0, 3), ...pixel], pe * simd);
  const weights = pick(random, weightElems);
  const { min, max } = elemInfo(weights);
  const values = Array.from({ length: taps * channels }, () =>
    weights === "bipolar" ? pick(random, [-1, 1]) : randomInteger(random, weights === "i2" ? -1 : min, max),
  );
  return {
    title: title("vvu", type, { taps, pe, simd, weights }),
    streams: [type],
    build: (graph, [x]) => {
      const w = Constant.build(graph, [], { value: tensorFrom(weights, [taps, channels], values) });
      return hw.Vvu.build(graph, [x!, w], { elem: "i12", pe, simd });
    },
  };
};

const add: DrawKernel = (random) => {
  const { type, lanes: pe } = image(random, "i4");
  const [m, n] = [pick(random, [1, -1, 2]), pick(random, [1, 3])];
  return {
    title: title("add", type, { m, n }),
    streams: [type, stream("u3", type.shape, pe)],
    build: (graph, [x, y]) => hw.AddStreams.build(graph, [x!, y!], { elem: "i9", m, n, pe }),
  };
};

const concat: DrawKernel = (random) => {
  const { type, lanes: simd } = image(random);
  const other = stream(type.elem, [...type.shape.slice(0, 3), simd * randomInteger(random, 1, 4)], simd);
  return {
    title: title("concat", type, { other: other.shape }),
    streams: [type, other],
    build: (graph, [x, y]) => hw.Concat.build(graph, [x!, y!], { simd }),
  };
};

const slice: DrawKernel = (random) => {
  const { type, lanes: simd } = image(random);
  const folds = type.shape[3]! / simd;
  const from = randomInteger(random, 0, folds - 1);
  const [first, count] = [from * simd, randomInteger(random, 1, folds - from) * simd];
  return {
    title: title("slice", type, { first, count }),
    streams: [type],
    build: (graph, [x]) => hw.Slice.build(graph, [x!], { first, count, simd }),
  };
};

const upsample: DrawKernel = (random) => {
  const { type, lanes: simd } = image(random);
  const scales = [randomInteger(random, 1, 3), randomInteger(random, 1, 3)];
  return {
    title: title("upsample", type, { scales }),
    streams: [type],
    build: (graph, [x]) => hw.Upsample.build(graph, [x!], { scales, simd }),
  };
};

const transpose: DrawKernel = (random) => {
  const simd = randomInteger(random, 1, 3);
  const [rows, columns] = [randomInteger(random, 2, 6), randomInteger(random, 2, 5)];
  const chunk = simd * randomInteger(random, 1, 3);
  const type = stream(pick(random, codeElems), [1, randomInteger(random, 1, 3), rows, columns * chunk], simd);
  const shape = [...type.shape.slice(0, 2), columns, rows * chunk];
  const attrs = { rows, columns, chunk, shape, simd };
  return {
    title: title("transpose", type, attrs),
    streams: [type],
    build: (graph, [x]) => hw.Transpose.build(graph, [x!], attrs),
  };
};

const crop: DrawKernel = (random) => {
  const { type, lanes: simd } = image(random);
  const [height, width] = type.shape.slice(1, 3) as [number, number];
  const [top, left] = [randomInteger(random, 0, height - 1), randomInteger(random, 0, width - 1)];
  const bottom = randomInteger(random, 0, height - 1 - top);
  const margins = [top, left, bottom, randomInteger(random, 0, width - 1 - left)];
  return {
    title: title("crop", type, { margins }),
    streams: [type],
    build: (graph, [x]) => hw.Crop.build(graph, [x!], { margins, simd }),
  };
};

const gvu: DrawKernel = (random) => {
  const [groups, taps] = [randomInteger(random, 2, 4), pick(random, [1, 2, 4, 9])];
  const [perGroup, share] = [pick(random, [1, 2, 3, 4, 8]), pick(random, [1, 2, 3, 4])];
  const [simd, pe] = [pick(random, divisors(perGroup)), pick(random, divisors(share))];
  const pixels = [1, randomInteger(random, 1, 3), randomInteger(random, 1, 3)];
  const type = stream(pick(random, codeElems), [...pixels, taps * groups * perGroup], simd);
  const weights = pick(random, weightElems);
  const { min, max } = elemInfo(weights);
  const values = Array.from({ length: groups * share * taps * perGroup }, () =>
    weights === "bipolar" ? pick(random, [-1, 1]) : randomInteger(random, weights === "i2" ? -1 : min, max),
  );
  return {
    title: title("gvu", type, { groups, taps, perGroup, share, pe, simd, weights }),
    streams: [type],
    build: (graph, [x]) => {
      const value = tensorFrom(weights, [groups * share, taps, perGroup], values);
      const w = Constant.build(graph, [], { value });
      return hw.Gvu.build(graph, [x!, w], { elem: "i12", groups, pe, simd });
    },
  };
};

/** The kernels of images, each drawn with random parameters. */
export const imageKernels: Readonly<Record<string, DrawKernel>> = {
  "sliding window, a tap a beat": window(0),
  "sliding window, all taps a beat": window(1),
  padding: pad,
  pool,
  "vector unit": vvu,
  "sum of two streams": add,
  concatenation: concat,
  slice,
  upsampling: upsample,
  transpose,
  crop,
  "grouped unit": gvu,
};

import { elemInfo, type IntegerRange, type Op } from "@gatefold/core";
import { windowAxes } from "@gatefold/dialect-nn";
import { type FlowFact, type HostFact, host } from "./fact.js";
import { at } from "./spread.js";

/** A window over an image in two dimensions; a signal of one is an image of one row. */
export interface ImageWindow {
  /** Axes of the network's own value: 3 for a signal, 4 for an image. */
  readonly rank: 3 | 4;
  /** `[N, H, W, C]`. */
  readonly imageShape: readonly number[];
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  /** What stands outside, as the network sees it. */
  readonly padValue: number;
}

/** The attributes of an op that slides a window, as the network has them. */
export type Sliding = Parameters<typeof windowAxes>[1]["window"] & { readonly ceil_mode?: boolean };

/** The window of a sliding op over a flow with its channels last, with padding that came before it taken in. */
export function imageWindow(
  op: Op,
  x: FlowFact,
  kernel: readonly number[],
  attrs: Sliding = op.attrs as unknown as Sliding,
): ImageWindow | HostFact {
  const before = x.padding;
  const shape = before?.image.shape ?? x.shape;
  const rank = shape.length;
  if (rank !== 3 && rank !== 4)
    return host(op, `it slides over ${rank - 2} axes`, "use one or two spatial axes");
  const axes = windowAxes(x.shape.slice(1, -1), {
    kernel,
    window: attrs,
    ceilMode: attrs.ceil_mode ?? false,
  });
  const explicit = axes.flatMap((a) => [a.padBegin, a.padEnd]);
  if (before && before.value !== 0 && explicit.some((p) => p > 0)) {
    return host(op, `it pads with 0 what is padded with ${before.value} already`, "pad once");
  }
  const pairs = axes.map((a, i) => {
    const [begin, end] = before?.pairs[i] ?? [0, 0];
    // A window that reaches beyond the end (ceil mode) reads padding there.
    const reach = (a.outSize - 1) * a.stride + a.dilation * (a.kernel - 1) + 1;
    const beyond = Math.max(0, reach - (a.size + a.padBegin + a.padEnd));
    return [a.padBegin + begin, a.padEnd + end + beyond] as const;
  });
  const [n, ...rest] = shape as [number, ...number[]];
  const two = <T>(values: readonly T[], one: T): [T, T] =>
    rank === 3 ? [one, values[0]!] : [values[0]!, values[1]!];
  const [rows, columns] = two(pairs, [0, 0] as const);
  return {
    rank,
    imageShape: rank === 3 ? [n, 1, ...rest] : shape,
    kernel: two(
      axes.map((a) => a.kernel),
      1,
    ),
    strides: two(
      axes.map((a) => a.stride),
      1,
    ),
    dilations: two(
      axes.map((a) => a.dilation),
      1,
    ),
    pads: [rows[0], columns[0], rows[1], columns[1]],
    padValue: before?.value ?? 0,
  };
}

/** A range whose channels stand last, in a value of another rank. */
export function alongLastAxis({ lo, hi, channels }: IntegerRange, rank: number): IntegerRange {
  return channels ? { lo, hi, channels: { ...channels, axis: rank - 1 } } : { lo, hi };
}

/** Relative size of what float64 may have lost in a scale times a code. */
const codeNoise = 2 ** -48;

/** The code `n` with `scale·n + bias = value` in every channel; `undefined` when it is no code of the flow's type. */
export function padCode(x: FlowFact, value: number): number | undefined {
  const { scale, bias } = x.affine!;
  const count = Math.max(scale.length, bias.length);
  const code = Math.round((value - at(bias, 0)) / at(scale, 0)) + 0;
  const { elem } = x.base.type;
  const { min, max } = elemInfo(elem);
  if (!(code >= min && code <= max) || (elem === "bipolar" && code === 0)) return undefined;
  for (let c = 0; c < count; c++) {
    const [product, offset] = [at(scale, c) * code, at(bias, c)];
    const noise = Math.max(Math.abs(product), Math.abs(offset)) * codeNoise;
    if (Math.abs(product + offset - value) > noise) return undefined;
  }
  return code;
}

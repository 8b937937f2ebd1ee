import { TrainError } from "../error.js";
import type { Geometry } from "../ops/index.js";
import { requireCount, requireOneOf } from "./check.js";

export type Sides = {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
};

export interface WindowOptions {
  /** Height and width, or both in one number. */
  readonly kernel: number | readonly [number, number];
  /** Default: 1; of pools, the kernel. */
  readonly stride?: number | readonly [number, number];
  /** On each side, or `"same"`: outputs `⌈size / stride⌉`, the odd pixel at the end. Default: 0. */
  readonly padding?: number | Sides | "same";
  /** Default: 1. */
  readonly dilation?: number | readonly [number, number];
}

type Pair = readonly [number, number];

/** A window with every number settled. */
export interface SettledWindow {
  readonly kernel: Pair;
  readonly geometry: Required<Geometry>;
  readonly outHeight: number;
  readonly outWidth: number;
}

const pair = (value: number | Pair): Pair => (typeof value === "number" ? [value, value] : value);

/** Throws `TrainError` (`train/bad-option`, `train/bad-shape`) when the window has no place in the image. */
export function settleWindow(
  options: WindowOptions,
  [height, width]: readonly [number, number, ...unknown[]],
  name: string,
): SettledWindow {
  const kernel = pair(options.kernel);
  const strides = pair(options.stride ?? 1);
  const dilations = pair(options.dilation ?? 1);
  for (const axis of [0, 1] as const) {
    requireCount(kernel[axis], "kernel", name);
    requireCount(strides[axis], "stride", name);
    requireCount(dilations[axis], "dilation", name);
  }
  const reach: Pair = [dilations[0] * (kernel[0] - 1) + 1, dilations[1] * (kernel[1] - 1) + 1];
  const pads = padsOf(options.padding ?? 0, [height, width], strides, reach, name);
  const places = (size: number, padding: number, axis: 0 | 1): number =>
    Math.floor((size + padding - reach[axis]) / strides[axis]) + 1;
  const outHeight = places(height, pads[0] + pads[2], 0);
  const outWidth = places(width, pads[1] + pads[3], 1);
  if (outHeight < 1 || outWidth < 1) {
    throw new TrainError(
      "train/bad-shape",
      `The window of ${name} reaches over ${reach.join(" × ")} pixels; the image has ${height} × ${width} and its padding.`,
      "take a smaller kernel, or pad the image",
    );
  }
  return { kernel, geometry: { strides, pads, dilations }, outHeight, outWidth };
}

function padsOf(
  padding: number | Sides | "same",
  sizes: Pair,
  strides: Pair,
  reach: Pair,
  name: string,
): readonly [number, number, number, number] {
  if (typeof padding === "string") {
    requireOneOf(padding, ["same"], "padding", name);
    const [vertical, horizontal] = ([0, 1] as const).map((axis) => {
      const out = Math.ceil(sizes[axis] / strides[axis]);
      return Math.max((out - 1) * strides[axis] + reach[axis] - sizes[axis], 0);
    }) as [number, number];
    const begin = (total: number): number => Math.floor(total / 2);
    return [begin(vertical), begin(horizontal), vertical - begin(vertical), horizontal - begin(horizontal)];
  }
  const sides = typeof padding === "number" ? [padding, padding, padding, padding] : sidesOf(padding);
  for (const side of sides) requireCount(side, "padding", name, 0);
  return sides as unknown as readonly [number, number, number, number];
}

const sidesOf = ({ top, left, bottom, right }: Sides): readonly number[] => [top, left, bottom, right];

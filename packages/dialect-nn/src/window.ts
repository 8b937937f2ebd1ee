import type { AttrsOf } from "@gatefold/core";
import type { WindowAttrs } from "./attrs.js";
import { requireThat } from "./types.js";

/** One spatial axis of a sliding window. */
export interface WindowAxis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBegin: number;
  readonly padEnd: number;
  readonly outSize: number;
}

export interface WindowOptions {
  readonly kernel: readonly number[];
  readonly window: AttrsOf<WindowAttrs>;
  readonly ceilMode?: boolean;
}

/** A list of one number per spatial axis, or the default. Throws when its length is another. */
export function perAxis(
  values: readonly number[] | undefined,
  count: number,
  fallback: number,
  label: string,
  name: string,
): readonly number[] {
  const list = values ?? new Array<number>(count).fill(fallback);
  requireThat(list.length === count, label, () => `\`${name}\` has ${list.length} numbers, not ${count}`);
  return list;
}

/**
 * The sizes of a window's walk over each spatial axis.
 * `ceilMode` adds a last, partly outside window, unless it would start in the padding after the end.
 *
 * Throws (label `W`) when a list does not fit the spatial rank, a stride, dilation or kernel is less than 1, or the
 * window is larger than the padded input.
 */
export function windowAxes(
  sizes: readonly number[],
  { kernel, window, ceilMode = false }: WindowOptions,
): WindowAxis[] {
  const rank = sizes.length;
  requireThat(kernel.length === rank, "W", () => `the kernel [${kernel}] does not fit ${rank} spatial axes`);
  const strides = perAxis(window.strides, rank, 1, "W", "strides");
  const dilations = perAxis(window.dilations, rank, 1, "W", "dilations");
  const pads = perAxis(window.pads, 2 * rank, 0, "W", "pads");
  return sizes.map((size, i) => {
    const [k, stride, dilation] = [kernel[i]!, strides[i]!, dilations[i]!];
    requireThat(
      k >= 1 && stride >= 1 && dilation >= 1,
      "W",
      () => `kernel ${k}, stride ${stride} and dilation ${dilation} are not all at least 1`,
    );
    const reach = dilation * (k - 1) + 1;
    const axis = { size, kernel: k, stride, dilation };
    if (window.auto_pad === "SAME_UPPER" || window.auto_pad === "SAME_LOWER") {
      const outSize = Math.ceil(size / stride);
      const total = Math.max((outSize - 1) * stride + reach - size, 0);
      const small = Math.floor(total / 2);
      const padBegin = window.auto_pad === "SAME_UPPER" ? small : total - small;
      return { ...axis, padBegin, padEnd: total - padBegin, outSize };
    }
    const explicit = window.auto_pad === "NOTSET";
    const [padBegin, padEnd] = explicit ? [pads[i]!, pads[i + rank]!] : [0, 0];
    const room = size + padBegin + padEnd - reach;
    requireThat(
      room >= 0,
      "W",
      () => `a window that reaches over ${reach} is larger than ${room + reach} padded elements`,
    );
    const full = Math.floor(room / stride) + 1;
    const startsInside = full * stride < size + padBegin;
    const outSize = ceilMode && room % stride !== 0 && startsInside ? full + 1 : full;
    return { ...axis, padBegin, padEnd, outSize };
  });
}

const unitAxis: WindowAxis = {
  size: 1,
  kernel: 1,
  stride: 1,
  dilation: 1,
  padBegin: 0,
  padEnd: 0,
  outSize: 1,
};

/** Up to three axes as exactly three, with leading axes of size 1: one loop nest serves 1-D, 2-D and 3-D. */
export function threeAxes(axes: readonly WindowAxis[]): readonly [WindowAxis, WindowAxis, WindowAxis] {
  const [a = unitAxis, b = unitAxis, c = unitAxis] = [
    ...new Array<WindowAxis>(3 - axes.length).fill(unitAxis),
    ...axes,
  ];
  return [a, b, c];
}

/**
 * The kernel positions `from … to−1` that fall inside the input when the window starts at output position `out`,
 * and the input position of kernel position 0.
 */
export function insideRange(axis: WindowAxis, out: number): { start: number; from: number; to: number } {
  const start = out * axis.stride - axis.padBegin;
  const from = Math.max(0, Math.ceil(-start / axis.dilation));
  const to = Math.min(axis.kernel, Math.ceil((axis.size - start) / axis.dilation));
  return { start, from, to: Math.max(from, to) };
}

/** Product over the axes. */
export function outCount(axes: readonly WindowAxis[]): number {
  return axes.reduce((n, axis) => n * axis.outSize, 1);
}

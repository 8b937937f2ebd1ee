import type { WindowAxis } from "@gatefold/dialect-nn";

/**
 * One axis of a transposed convolution as a convolution over its input: of the results `s·Y + r − first`, those of one
 * `Y` are read from one window, each phase `r` with taps of its own.
 */
export interface SubPixelAxis {
  /** s: results a window. */
  readonly phases: number;
  /** Windows along the axis. */
  readonly windows: number;
  /** Results before the first one that the network has; those behind the last one follow from the sizes. */
  readonly first: number;
  readonly last: number;
  /** Taps of a window, `dilation` inputs apart. */
  readonly taps: number;
  readonly dilation: number;
  readonly padBegin: number;
  readonly padEnd: number;
  /** The tap of the window that kernel element `k` stands at in phase `r`; `undefined` when it belongs to another phase. */
  tapOf(r: number, k: number): number | undefined;
}

/**
 * The axis with the fewest taps in all, over the choices of where phase 0 stands.
 *
 * Result `y = s·Y + r − first` sums over `i·s + k·d = y + p`, so `i = Y + e` with `e = (r − first + p − k·d)/s` where
 * that is an integer: `e` depends on phase and tap alone. Taps that a phase lacks are weights of 0.
 */
export function subPixelAxis(axis: WindowAxis): SubPixelAxis {
  const all = Array.from({ length: axis.stride }, (_, first) => placed(axis, first));
  return all.reduce((a, b) => (b.windows * b.taps < a.windows * a.taps ? b : a));
}

function placed(
  { size, outSize, kernel, stride, dilation, padBegin }: WindowAxis,
  first: number,
): SubPixelAxis {
  const offset = (r: number, k: number): number | undefined => {
    const e = (r - first + padBegin - k * dilation) / stride;
    return Number.isInteger(e) ? e : undefined;
  };
  const offsets: number[] = [];
  for (let r = 0; r < stride; r++) {
    for (let k = 0; k < kernel; k++) {
      const e = offset(r, k);
      if (e !== undefined) offsets.push(e);
    }
  }
  const windows = Math.ceil((size + first) / stride);
  // A window never skips inputs at the ends: it reaches as far as the first and the last.
  const from = Math.min(0, ...offsets);
  const to = Math.max(outSize - windows, ...offsets);
  const apart = [to, ...offsets].reduce((g, e) => gcdWithZero(g, e - from), 0) || 1;
  return {
    phases: stride,
    windows,
    first,
    last: windows * stride - first - size,
    taps: (to - from) / apart + 1,
    dilation: apart,
    padBegin: -from,
    padEnd: windows - 1 + to - (outSize - 1),
    tapOf: (r, k) => {
      const e = offset(r, k);
      return e === undefined ? undefined : (e - from) / apart;
    },
  };
}

const gcdWithZero = (a: number, b: number): number => (b === 0 ? a : gcdWithZero(b, a % b));

import { ceilLog2, type ElemType, elemInfo } from "@gatefold/core";
import type { KernelSpec } from "./kernel-graph.js";

/** A matrix–vector unit whose accumulator holds every sum. */
export function mvu(
  x: string,
  w: string,
  mw: number,
  mh: number,
  pe: number,
  simd: number,
  more: Partial<KernelSpec> = {},
): KernelSpec {
  return { op: "mvu", x, w, y: sumElem(x, w, mw), mw, mh, pe, simd, ...more } as KernelSpec;
}

export function vvu(x: string, w: string, k: number, c: number, pe: number): KernelSpec {
  return { op: "vvu", x, w, y: sumElem(x, w, k), k, c, pe };
}

function sumElem(x: string, w: string, terms: number): string {
  const bits = (elem: string): number =>
    elem === "bipolar" || elem === "ternary" ? 1 : elemInfo(elem as ElemType).widthBits;
  const product =
    x === "bipolar" || w === "bipolar" || w === "ternary" ? Math.max(bits(x), bits(w)) : bits(x) + bits(w);
  return `i${product + ceilLog2(terms) + 1}`;
}

export const threshold = (x: string, y: string, n: number, c: number, pe: number, rows = c): KernelSpec => ({
  op: "threshold",
  x,
  y,
  n,
  c,
  pe,
  rows,
});
export const lookup = (x: string, y: string, c: number, pe: number, rows = c): KernelSpec => ({
  op: "lookup",
  x,
  y,
  c,
  pe,
  rows,
});
export const affine = (x: string, a: string, y: string, c: number, pe: number, rows = c): KernelSpec => ({
  op: "affine",
  x,
  a,
  b: a,
  y,
  c,
  pe,
  ...(rows === c ? {} : { rows }),
});
/** `factor` 0 gives each channel its own of `m` bits; offsets have `b` bits. */
export const requantize = (
  x: string,
  y: string,
  c: number,
  pe: number,
  more: {
    readonly factor: number;
    readonly m: number;
    readonly b: number;
    readonly drop: number;
    readonly shift: number;
    readonly ties: string;
  },
): KernelSpec => ({ op: "requantize", x, y, c, pe, ...more });
export const argmax = (x: string, c: number, pe: number): KernelSpec => ({ op: "argmax", x, c, pe });
export const window = (
  x: string,
  h: number,
  w: number,
  c: number,
  simd: number,
  k: number,
  s = 1,
  d = 1,
): KernelSpec => ({
  op: "window",
  x,
  h,
  w,
  c,
  simd,
  k: [Math.min(k, h), k],
  s: [Math.min(s, h), s],
  d: [Math.min(d, h), d],
});
export const pad = (
  x: string,
  h: number,
  w: number,
  c: number,
  simd: number,
  p: number,
  value = 0,
): KernelSpec => ({
  op: "pad",
  x,
  h,
  w,
  c,
  simd,
  pads: [p, p, p, p],
  value,
});
export const pool = (x: string, mode: string, y: string, k: number, c: number, simd: number): KernelSpec => ({
  op: "pool",
  x,
  mode,
  y,
  k,
  c,
  simd,
});
export const upsample = (
  x: string,
  h: number,
  w: number,
  c: number,
  simd: number,
  k: number,
): KernelSpec => ({
  op: "upsample",
  x,
  h,
  w,
  c,
  simd,
  k: [k, k],
});
export const fork = (x: string, c: number, simd: number, count: number): KernelSpec => ({
  op: "fork",
  x,
  c,
  simd,
  count,
});
export const add = (x: string, x2: string, y: string, c: number, pe: number, m = 1, n = 1): KernelSpec => ({
  op: "add_streams",
  x,
  x2,
  y,
  c,
  pe,
  m,
  n,
});
export const concat = (x: string, c: number, c2: number, simd: number): KernelSpec => ({
  op: "concat",
  x,
  c,
  c2,
  simd,
});
export const slice = (x: string, c: number, first: number, count: number, simd: number): KernelSpec => ({
  op: "slice",
  x,
  c,
  first,
  count,
  simd,
});
export const convert = (x: string, c: number, lanes: number, to: number): KernelSpec => ({
  op: "width_converter",
  x,
  c,
  lanes,
  to,
});
export const fifo = (x: string, c: number, lanes: number, depth: number): KernelSpec => ({
  op: "fifo",
  x,
  c,
  lanes,
  depth,
});

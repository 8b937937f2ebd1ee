import { ceilLog2, type ElemType, elemInfo } from "@gatefold/core";
import type { KernelSpec } from "./kernel-graph.js";

/** A matrix–vector unit whose accumulator holds every sum. */
function mvu(x: string, w: string, mw: number, mh: number, pe: number, simd: number): KernelSpec {
  return { op: "mvu", x, w, y: sumElem(x, w, mw), mw, mh, pe, simd };
}

function vvu(x: string, w: string, k: number, c: number, pe: number): KernelSpec {
  return { op: "vvu", x, w, y: sumElem(x, w, k), k, c, pe };
}

function sumElem(x: string, w: string, terms: number): string {
  const bits = (elem: string): number =>
    elem === "bipolar" || elem === "ternary" ? 1 : elemInfo(elem as ElemType).widthBits;
  const product =
    x === "bipolar" || w === "bipolar" || w === "ternary" ? Math.max(bits(x), bits(w)) : bits(x) + bits(w);
  return `i${product + ceilLog2(terms) + 1}`;
}

const threshold = (x: string, y: string, n: number, c: number, pe: number, rows = c): KernelSpec => ({
  op: "threshold",
  x,
  y,
  n,
  c,
  pe,
  rows,
});
const lookup = (x: string, y: string, c: number, pe: number, rows = c): KernelSpec => ({
  op: "lookup",
  x,
  y,
  c,
  pe,
  rows,
});
const affine = (x: string, a: string, y: string, c: number, pe: number): KernelSpec => ({
  op: "affine",
  x,
  a,
  b: a,
  y,
  c,
  pe,
});
const argmax = (x: string, c: number, pe: number): KernelSpec => ({ op: "argmax", x, c, pe });
const window = (
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
const pad = (x: string, h: number, w: number, c: number, simd: number, p: number, value = 0): KernelSpec => ({
  op: "pad",
  x,
  h,
  w,
  c,
  simd,
  pads: [p, p, p, p],
  value,
});
const pool = (x: string, mode: string, y: string, k: number, c: number, simd: number): KernelSpec => ({
  op: "pool",
  x,
  mode,
  y,
  k,
  c,
  simd,
});
const upsample = (x: string, h: number, w: number, c: number, simd: number, k: number): KernelSpec => ({
  op: "upsample",
  x,
  h,
  w,
  c,
  simd,
  k: [k, k],
});
const fork = (x: string, c: number, simd: number, count: number): KernelSpec => ({
  op: "fork",
  x,
  c,
  simd,
  count,
});
const add = (x: string, x2: string, y: string, c: number, pe: number, m = 1, n = 1): KernelSpec => ({
  op: "add_streams",
  x,
  x2,
  y,
  c,
  pe,
  m,
  n,
});
const concat = (x: string, c: number, c2: number, simd: number): KernelSpec => ({
  op: "concat",
  x,
  c,
  c2,
  simd,
});
const slice = (x: string, c: number, first: number, count: number, simd: number): KernelSpec => ({
  op: "slice",
  x,
  c,
  first,
  count,
  simd,
});
const convert = (x: string, c: number, lanes: number, to: number): KernelSpec => ({
  op: "width_converter",
  x,
  c,
  lanes,
  to,
});
const fifo = (x: string, c: number, lanes: number, depth: number): KernelSpec => ({
  op: "fifo",
  x,
  c,
  lanes,
  depth,
});

/** Kernels that the coefficients are fitted on. */
export const fitted: readonly KernelSpec[] = [
  mvu("bipolar", "bipolar", 64, 64, 1, 1),
  mvu("bipolar", "bipolar", 64, 32, 4, 8),
  mvu("bipolar", "bipolar", 128, 32, 2, 32),
  mvu("bipolar", "bipolar", 784, 16, 1, 28),
  mvu("bipolar", "bipolar", 64, 64, 16, 4),
  mvu("bipolar", "bipolar", 72, 16, 4, 9),
  mvu("bipolar", "bipolar", 32, 10, 1, 32),
  mvu("bipolar", "bipolar", 256, 64, 16, 16),
  mvu("u8", "bipolar", 27, 16, 1, 3),
  mvu("u4", "bipolar", 72, 16, 4, 9),
  mvu("u2", "bipolar", 64, 32, 8, 8),
  mvu("i8", "bipolar", 64, 32, 1, 8),
  mvu("u4", "bipolar", 32, 64, 4, 1),
  mvu("bipolar", "i4", 64, 32, 4, 4),
  mvu("bipolar", "i8", 64, 16, 1, 8),
  mvu("bipolar", "i3", 32, 32, 2, 1),
  mvu("u4", "ternary", 64, 32, 4, 4),
  mvu("u2", "ternary", 64, 32, 8, 8),
  mvu("i8", "ternary", 27, 16, 1, 3),
  mvu("bipolar", "ternary", 64, 32, 4, 8),
  mvu("bipolar", "ternary", 64, 64, 1, 4),
  mvu("u4", "i4", 64, 32, 2, 4),
  mvu("u8", "i8", 64, 16, 1, 1),
  mvu("u8", "i8", 64, 32, 2, 2),
  mvu("u2", "i3", 64, 32, 4, 8),
  mvu("i6", "i5", 32, 16, 1, 4),
  mvu("i3", "i3", 48, 16, 1, 12),
  mvu("u1", "i4", 64, 32, 4, 4),
  threshold("i10", "bipolar", 1, 64, 8),
  threshold("i8", "bipolar", 1, 16, 16),
  threshold("i8", "bipolar", 1, 256, 2),
  threshold("i12", "u2", 3, 64, 4),
  threshold("i10", "u2", 3, 8, 8, 1),
  threshold("i12", "u3", 7, 64, 1),
  threshold("i14", "u4", 15, 32, 1),
  threshold("i10", "u4", 15, 128, 2),
  threshold("i12", "u5", 31, 16, 1),
  threshold("i8", "u5", 24, 64, 1),
  threshold("i10", "u5", 31, 4, 1, 1),
  fifo("u4", 64, 4, 2),
  fifo("u8", 64, 4, 4),
  fifo("u4", 64, 2, 8),
  fifo("u1", 64, 16, 32),
  fifo("u8", 64, 4, 64),
  fifo("u8", 64, 2, 500),
  fifo("u4", 64, 1, 2048),
  convert("u8", 64, 1, 4),
  convert("u1", 64, 64, 8),
  convert("u4", 48, 2, 3),
  convert("u2", 96, 8, 6),
  convert("u4", 64, 16, 1),
  window("u1", 12, 12, 16, 16, 3),
  window("u4", 8, 8, 8, 2, 3),
  window("u8", 1, 32, 4, 4, 5),
  window("u2", 10, 10, 4, 4, 2, 2),
  window("u4", 16, 16, 16, 4, 3, 2),
  window("u2", 12, 12, 2, 1, 3, 1, 2),
  window("u8", 30, 30, 16, 8, 3),
  vvu("u4", "i4", 9, 16, 2),
  vvu("bipolar", "bipolar", 9, 32, 8),
  vvu("u8", "i8", 9, 32, 1),
  vvu("u4", "bipolar", 9, 16, 4),
  lookup("u4", "u4", 16, 4),
  lookup("i6", "u2", 8, 2, 1),
  lookup("u8", "u8", 4, 1),
  lookup("u4", "u8", 64, 2),
  affine("i8", "i8", "i17", 32, 1),
  affine("u4", "i4", "i9", 64, 4),
  affine("i12", "i6", "i18", 16, 1),
  argmax("i8", 10, 1),
  argmax("i8", 10, 5),
  argmax("i6", 16, 16),
  argmax("i12", 10, 10),
  pad("u1", 12, 12, 16, 16, 1, 1),
  pad("u4", 8, 8, 8, 2, 1),
  pad("u8", 30, 30, 4, 4, 2),
  pool("bipolar", "max", "bipolar", 4, 16, 16),
  pool("u4", "max", "u4", 4, 16, 4),
  pool("u8", "max", "u8", 9, 8, 1),
  pool("u4", "sum", "u10", 49, 8, 8),
  pool("u8", "sum", "u12", 16, 64, 2),
  upsample("u4", 8, 8, 8, 4, 2),
  upsample("u8", 4, 4, 2, 2, 3),
  fork("u4", 16, 4, 2),
  fork("u8", 16, 8, 3),
  add("u4", "u4", "u5", 16, 4),
  add("i8", "i8", "i12", 16, 8, 4, 1),
  add("i6", "i8", "i12", 16, 2, 3, 5),
  concat("u4", 8, 8, 4),
  concat("u8", 4, 12, 2),
  slice("u4", 16, 8, 8, 4),
  slice("u8", 16, 0, 4, 2),
];

/** Kernels that no coefficient has seen. */
export const heldOut: readonly KernelSpec[] = [
  mvu("bipolar", "bipolar", 128, 64, 8, 8),
  mvu("bipolar", "bipolar", 96, 48, 3, 24),
  mvu("bipolar", "bipolar", 256, 32, 2, 64),
  mvu("u4", "bipolar", 64, 32, 8, 4),
  mvu("u8", "bipolar", 27, 32, 2, 9),
  mvu("u3", "bipolar", 48, 16, 1, 6),
  mvu("bipolar", "i4", 96, 32, 8, 8),
  mvu("bipolar", "i6", 48, 16, 2, 3),
  mvu("u3", "ternary", 96, 32, 4, 8),
  mvu("bipolar", "ternary", 128, 32, 8, 16),
  mvu("i6", "ternary", 32, 32, 2, 2),
  mvu("u4", "i4", 128, 32, 4, 4),
  mvu("u8", "i8", 32, 32, 1, 4),
  mvu("i4", "i6", 72, 16, 2, 3),
  mvu("u2", "i4", 96, 16, 4, 6),
  threshold("i9", "bipolar", 1, 128, 4),
  threshold("i14", "u2", 3, 96, 2),
  threshold("i8", "u3", 7, 64, 4),
  threshold("i12", "u4", 15, 64, 1),
  threshold("i10", "u5", 31, 64, 1),
  fifo("u6", 64, 4, 16),
  fifo("u8", 64, 8, 128),
  fifo("u4", 64, 4, 1000),
  convert("u4", 64, 2, 8),
  convert("u8", 48, 3, 2),
  window("u2", 16, 16, 8, 8, 3),
  window("u8", 12, 12, 8, 4, 5),
  window("u4", 14, 14, 8, 1, 2, 2),
  vvu("u4", "i4", 9, 32, 4),
  vvu("u8", "i8", 25, 16, 2),
  lookup("u6", "u4", 16, 2),
  affine("i10", "i8", "i19", 64, 2),
  argmax("i10", 20, 4),
  pad("u4", 14, 14, 16, 4, 1),
  pool("u6", "max", "u6", 4, 32, 8),
  pool("u4", "sum", "u8", 16, 16, 2),
  fork("u2", 16, 8, 2),
  add("i6", "i6", "i8", 32, 4, 2, 1),
];

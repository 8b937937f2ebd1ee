import type { Kernels } from "../kernels.js";
import { addColumns } from "./columns.js";

export const axpy: Kernels["axpy"] = (alpha, x, y) => {
  for (let i = 0; i < y.length; i++) y[i]! += Math.fround(alpha) * x[i]!;
};

export const multiply: Kernels["multiply"] = (a, b, y, accumulate) => {
  for (let i = 0; i < y.length; i++) y[i] = a[i]! * b[i]! + (accumulate ? y[i]! : 0);
};

export const addRow: Kernels["addRow"] = (x, b, y) => {
  for (let i = 0, c = 0; i < x.length; i++) {
    y[i] = x[i]! + b[c]!;
    if (++c === b.length) c = 0;
  }
};

export const scaleRow: Kernels["scaleRow"] = (x, s, y) => {
  for (let i = 0, c = 0; i < x.length; i++) {
    y[i] = x[i]! * s[c]!;
    if (++c === s.length) c = 0;
  }
};

export const columnSum: Kernels["columnSum"] = (x, out) => addColumns(x.length, out, (i) => x[i]!);

export const columnDot: Kernels["columnDot"] = (a, b, out) => addColumns(a.length, out, (i) => a[i]! * b[i]!);

export const clip: Kernels["clip"] = (x, y, low, high) => {
  for (let i = 0; i < x.length; i++) y[i] = Math.min(Math.max(x[i]!, low), high);
};

export const clipBackward: Kernels["clipBackward"] = (x, dy, dx, low, high, closed) => {
  const from = Math.fround(low);
  const to = Math.fround(high);
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    const inside = closed ? value >= from && value <= to : value > from && value < to;
    if (inside) dx[i]! += dy[i]!;
  }
};

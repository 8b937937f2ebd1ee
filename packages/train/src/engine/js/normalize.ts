import type { Kernels } from "../kernels.js";
import { addColumns } from "./columns.js";

/** Two passes: the mean, then the squares of what is left. */
export const moments: Kernels["moments"] = (x, mean, variance) => {
  const columns = mean.length;
  const rows = x.length / columns;
  mean.fill(0);
  variance.fill(0);
  addColumns(x.length, mean, (i) => x[i]! / rows);
  addColumns(x.length, variance, (i) => (x[i]! - mean[i % columns]!) ** 2 / rows);
};

export const normalize: Kernels["normalize"] = ({ x, mean, inverse, gamma, beta, xhat, y }) => {
  const columns = mean.length;
  for (let i = 0, c = 0; i < x.length; i++) {
    xhat[i] = (x[i]! - mean[c]!) * inverse[c]!;
    y[i] = xhat[i]! * gamma[c]! + beta[c]!;
    if (++c === columns) c = 0;
  }
};

/**
 * `dx = γ/σ · (dy - mean(dy) - x̂ · mean(dy · x̂))`, the means per column; without the two means where the moments are constants.
 *
 * Source: Ioffe & Szegedy, arXiv:1502.03167, section 3.
 */
export const normalizeBackward: Kernels["normalizeBackward"] = (args) => {
  const { xhat, inverse, gamma, dy, dx, dgamma, dbeta, batch } = args;
  const columns = gamma.length;
  const rows = dy.length / columns;
  const sum = new Float32Array(columns);
  const dot = new Float32Array(columns);
  addColumns(dy.length, sum, (i) => dy[i]!);
  addColumns(dy.length, dot, (i) => dy[i]! * xhat[i]!);
  for (let c = 0; c < columns; c++) {
    dgamma[c]! += dot[c]!;
    dbeta[c]! += sum[c]!;
  }
  if (!dx) return;
  for (let i = 0, c = 0; i < dy.length; i++) {
    const centred = batch ? dy[i]! - (sum[c]! + xhat[i]! * dot[c]!) / rows : dy[i]!;
    dx[i]! += centred * gamma[c]! * inverse[c]!;
    if (++c === columns) c = 0;
  }
};

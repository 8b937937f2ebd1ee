import type { Kernels } from "../kernels.js";
import { eachTap } from "./taps.js";

export const im2col: Kernels["im2col"] = (window, x, columns, padValue) => {
  const { channels } = window;
  const taps = window.kernelHeight * window.kernelWidth;
  eachTap(window, (out, tap, pixel) => {
    const to = (out * taps + tap) * channels;
    for (let c = 0; c < channels; c++) columns[to + c] = pixel < 0 ? padValue : x[pixel * channels + c]!;
  });
};

export const col2im: Kernels["col2im"] = (window, columns, dx) => {
  const { channels } = window;
  const taps = window.kernelHeight * window.kernelWidth;
  eachTap(window, (out, tap, pixel) => {
    if (pixel < 0) return;
    const from = (out * taps + tap) * channels;
    for (let c = 0; c < channels; c++) dx[pixel * channels + c]! += columns[from + c]!;
  });
};

export const depthwise: Kernels["depthwise"] = (window, x, w, y, padValue) => {
  const { channels } = window;
  y.fill(0);
  eachTap(window, (out, tap, pixel) => {
    for (let c = 0; c < channels; c++) {
      const value = pixel < 0 ? padValue : x[pixel * channels + c]!;
      y[out * channels + c]! += value * w[tap * channels + c]!;
    }
  });
};

export const depthwiseBackward: Kernels["depthwiseBackward"] = (window, x, w, dy, dx, dw, padValue) => {
  const { channels } = window;
  const dwSum = new Float64Array(dw.length);
  eachTap(window, (out, tap, pixel) => {
    for (let c = 0; c < channels; c++) {
      const gradient = dy[out * channels + c]!;
      dwSum[tap * channels + c]! += gradient * (pixel < 0 ? padValue : x[pixel * channels + c]!);
      if (dx && pixel >= 0) dx[pixel * channels + c]! += gradient * w[tap * channels + c]!;
    }
  });
  for (let i = 0; i < dw.length; i++) dw[i]! += dwSum[i]!;
};

export const maxPool: Kernels["maxPool"] = (window, x, y, index) => {
  const { channels } = window;
  y.fill(Number.NEGATIVE_INFINITY);
  index.fill(-1);
  eachTap(window, (out, _tap, pixel) => {
    if (pixel < 0) return;
    for (let c = 0; c < channels; c++) {
      const value = x[pixel * channels + c]!;
      if (value <= y[out * channels + c]!) continue;
      y[out * channels + c] = value;
      index[out * channels + c] = pixel * channels + c;
    }
  });
};

export const maxPoolBackward: Kernels["maxPoolBackward"] = (index, dy, dx) => {
  for (let i = 0; i < index.length; i++) if (index[i]! >= 0) dx[index[i]!]! += dy[i]!;
};

export const sumPool: Kernels["sumPool"] = (window, x, y, factor) => {
  const { channels } = window;
  y.fill(0);
  eachTap(window, (out, _tap, pixel) => {
    if (pixel < 0) return;
    for (let c = 0; c < channels; c++) y[out * channels + c]! += x[pixel * channels + c]!;
  });
  for (let i = 0; i < y.length; i++) y[i]! *= factor;
};

export const sumPoolBackward: Kernels["sumPoolBackward"] = (window, dy, dx, factor) => {
  const { channels } = window;
  eachTap(window, (out, _tap, pixel) => {
    if (pixel < 0) return;
    for (let c = 0; c < channels; c++) dx[pixel * channels + c]! += dy[out * channels + c]! * factor;
  });
};

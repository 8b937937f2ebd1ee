import type { Tape, Tensor } from "../tape.js";
import { type Geometry, outputShape, windowShape } from "./geometry.js";

/** Largest value of each window; places outside the image are not there. The gradient goes to the first of equals. */
export function maxPool(
  tape: Tape,
  x: Tensor,
  kernel: readonly [number, number],
  geometry: Geometry = {},
): Tensor {
  const window = windowShape("maxPool", x, kernel, geometry);
  const y = tape.tensor(outputShape(window, window.channels), [x]);
  const place = tape.kernels.scratch(y.data.length);
  const index = new Int32Array(place.buffer, place.byteOffset, place.length);
  tape.kernels.maxPool(window, x.data, y.data, index);
  tape.record(y, (dy) => tape.kernels.maxPoolBackward(index, dy, tape.gradOf(x)));
  return y;
}

/** Mean of each window over all its places; those outside the image count as 0 (ONNX: `count_include_pad` = 1). */
export function averagePool(
  tape: Tape,
  x: Tensor,
  kernel: readonly [number, number],
  geometry: Geometry = {},
): Tensor {
  const window = windowShape("averagePool", x, kernel, geometry);
  const factor = 1 / (kernel[0] * kernel[1]);
  const y = tape.tensor(outputShape(window, window.channels), [x]);
  tape.kernels.sumPool(window, x.data, y.data, factor);
  tape.record(y, (dy) => tape.kernels.sumPoolBackward(window, dy, tape.gradOf(x), factor));
  return y;
}

/** Mean of each channel over the image: `[N, H, W, C]` → `[N, 1, 1, C]`. */
export function globalAveragePool(tape: Tape, x: Tensor): Tensor {
  return averagePool(tape, x, [x.shape[1] ?? 1, x.shape[2] ?? 1]);
}

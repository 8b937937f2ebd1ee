import type { WindowShape } from "../engine/kernels.js";
import type { Tape, Tensor } from "../tape.js";
import { checkShape, printShape } from "./check.js";
import { type Geometry, outputShape, windowShape } from "./geometry.js";
import { product } from "./linear.js";

export interface ConvGeometry extends Geometry {
  /** What the places outside the image hold; 0 unless told. */
  readonly padValue?: number;
}

/** Convolution of `x [N, H, W, Cin]` with `w [kH, kW, Cin, Cout]` → `[N, outH, outW, Cout]`. */
export function conv2d(tape: Tape, x: Tensor, w: Tensor, geometry: ConvGeometry = {}): Tensor {
  const [kernelHeight, kernelWidth, inputs, outputs] = w.shape;
  checkShape(
    w.shape.length === 4 && x.shape.at(-1) === inputs,
    "conv2d",
    `the operands have shapes ${printShape(x)} and ${printShape(w)}.`,
    "give x [N, H, W, Cin] and w [kH, kW, Cin, Cout]",
  );
  const { kernels } = tape;
  const window = windowShape("conv2d", x, [kernelHeight!, kernelWidth!], geometry);
  const shape = outputShape(window, outputs!);
  const rowCount = window.batch * window.outHeight * window.outWidth;
  const rowLength = kernelHeight! * kernelWidth! * inputs!;
  const gradRows = (dy: Float32Array, c: Float32Array, accumulate: boolean): void =>
    kernels.gemm({
      m: rowCount,
      n: rowLength,
      k: outputs!,
      a: dy,
      b: w.data,
      c,
      transposeB: true,
      accumulate,
    });
  if (isPointwise(window)) {
    return product(tape, x, w, x.data, shape, (dy) => gradRows(dy, tape.gradOf(x), true));
  }
  const columns = kernels.scratch(rowCount * rowLength);
  kernels.im2col(window, x.data, columns, geometry.padValue ?? 0);
  return product(tape, x, w, columns, shape, (dy) => {
    const gradient = kernels.scratch(columns.length);
    gradRows(dy, gradient, false);
    kernels.col2im(window, gradient, tape.gradOf(x));
  });
}

/** Whether each pixel is a row by itself, so that there is nothing to gather. */
function isPointwise(window: WindowShape): boolean {
  const { kernelHeight, kernelWidth, height, width, outHeight, outWidth, padTop, padLeft } = window;
  const one = kernelHeight === 1 && kernelWidth === 1;
  return one && outHeight === height && outWidth === width && padTop === 0 && padLeft === 0;
}

/** Convolution of each channel by itself: `x [N, H, W, C]`, `w [kH, kW, C]` → `[N, outH, outW, C]`. */
export function depthwiseConv2d(tape: Tape, x: Tensor, w: Tensor, geometry: ConvGeometry = {}): Tensor {
  const [kernelHeight, kernelWidth, channels] = w.shape;
  checkShape(
    w.shape.length === 3 && x.shape.at(-1) === channels,
    "depthwiseConv2d",
    `the operands have shapes ${printShape(x)} and ${printShape(w)}.`,
    "give x [N, H, W, C] and w [kH, kW, C]",
  );
  const window = windowShape("depthwiseConv2d", x, [kernelHeight!, kernelWidth!], geometry);
  const padValue = geometry.padValue ?? 0;
  const y = tape.tensor(outputShape(window, channels!), [x, w]);
  tape.kernels.depthwise(window, x.data, w.data, y.data, padValue);
  tape.record(y, (dy) => {
    const dx = x.needsGrad ? tape.gradOf(x) : undefined;
    const dw = w.needsGrad ? tape.gradOf(w) : tape.kernels.scratch(w.data.length);
    tape.kernels.depthwiseBackward(window, x.data, w.data, dy, dx, dw, padValue);
  });
  return y;
}

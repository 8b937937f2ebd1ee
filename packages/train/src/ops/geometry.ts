import type { WindowShape } from "../engine/kernels.js";
import { TrainError } from "../error.js";
import type { Tensor } from "../tape.js";
import { checkShape, printShape } from "./check.js";

/** How a window slides, in pixels; names and order as in ONNX. */
export interface Geometry {
  /** `[height, width]`; `[1, 1]` unless told. */
  readonly strides?: readonly [number, number];
  /** `[top, left, bottom, right]`; 0 unless told. */
  readonly pads?: readonly [number, number, number, number];
  readonly dilations?: readonly [number, number];
}

/** The window `kernel` = `[height, width]` over images `[N, H, W, C]`. Throws `train/bad-shape` when none fits. */
export function windowShape(
  op: string,
  x: Tensor,
  kernel: readonly [number, number],
  geometry: Geometry,
): WindowShape {
  checkShape(x.shape.length === 4, op, `the operand has shape ${printShape(x)}.`, "give images [N, H, W, C]");
  const [batch, height, width, channels] = x.shape as readonly [number, number, number, number];
  const { strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1] } = geometry;
  for (const size of [...kernel, ...strides, ...dilations]) checkSize(op, size, 1);
  for (const size of pads) checkSize(op, size, 0);
  const places = (size: number, padding: number, axis: 0 | 1): number =>
    Math.floor((size + padding - dilations[axis] * (kernel[axis] - 1) - 1) / strides[axis]) + 1;
  const window: WindowShape = {
    batch,
    height,
    width,
    channels,
    kernelHeight: kernel[0],
    kernelWidth: kernel[1],
    strideHeight: strides[0],
    strideWidth: strides[1],
    padTop: pads[0],
    padLeft: pads[1],
    padBottom: pads[2],
    padRight: pads[3],
    dilationHeight: dilations[0],
    dilationWidth: dilations[1],
    outHeight: places(height, pads[0] + pads[2], 0),
    outWidth: places(width, pads[1] + pads[3], 1),
  };
  checkShape(
    window.outHeight > 0 && window.outWidth > 0,
    op,
    `a window of ${kernel.join(" × ")} does not fit in an image of ${height} × ${width} with its padding.`,
    "take a smaller kernel or dilation, or pad the image",
  );
  return window;
}

/** Shape of what a window gives: one pixel a place. */
export function outputShape(window: WindowShape, channels: number): readonly number[] {
  return [window.batch, window.outHeight, window.outWidth, channels];
}

function checkSize(op: string, size: number, least: number): void {
  if (Number.isInteger(size) && size >= least) return;
  throw new TrainError(
    "train/bad-option",
    `\`${op}\`: a kernel, stride, pad or dilation is ${size}.`,
    "kernels, strides and dilations are integers from 1, pads from 0",
  );
}

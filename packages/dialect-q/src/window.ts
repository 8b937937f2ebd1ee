import { type AttrSpec, attr, InferError, type ValueType } from "@gatefold/core";

/** How a window walks over `<N x H x W x C>`: rows first, then columns. Dilation is in input pixels. */
export type WindowAttrs = {
  readonly strides: AttrSpec<readonly number[]>;
  /** Top, left, bottom, right. */
  readonly pads: AttrSpec<readonly number[]>;
  readonly dilations: AttrSpec<readonly number[]>;
};

export const windowAttrs: WindowAttrs = {
  strides: attr.ints([1, 1]),
  pads: attr.ints([0, 0, 0, 0]),
  dilations: attr.ints([1, 1]),
};

export interface WindowPlan {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly kernel: readonly [number, number];
  readonly outHeight: number;
  readonly outWidth: number;
  /** Flat pixel index `(n·H + y)·W + x` of tap `t` at output pixel `p`; −1 in the padding. */
  pixel(outPixel: number, tap: number): number;
}

/** Lays a window over an image. Throws `InferError` when no window fits or the attributes have the wrong length. */
export function planWindow(
  shape: readonly number[],
  kernel: readonly [number, number],
  attrs: {
    readonly strides: readonly number[];
    readonly pads: readonly number[];
    readonly dilations: readonly number[];
  },
): WindowPlan {
  const { strides, pads, dilations } = attrs;
  if (shape.length !== 4) throw new InferError(`(C2) \`x\` has shape [${shape}]; it is N x H x W x C`);
  if (strides.length !== 2 || dilations.length !== 2 || pads.length !== 4) {
    throw new InferError("(C3) strides and dilations have two entries, pads four");
  }
  if ([...strides, ...dilations].some((v) => v < 1) || pads.some((v) => v < 0)) {
    throw new InferError("(C3) strides and dilations are positive, pads not negative");
  }
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const [sy, sx] = strides as [number, number];
  const [dy, dx] = dilations as [number, number];
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const outHeight = Math.floor((height + top + bottom - dy * (kernel[0] - 1) - 1) / sy) + 1;
  const outWidth = Math.floor((width + left + right - dx * (kernel[1] - 1) - 1) / sx) + 1;
  if (!(outHeight >= 1 && outWidth >= 1))
    throw new InferError(`(C3) a ${kernel.join("x")} window does not fit ${height}x${width}`);
  return {
    batch,
    height,
    width,
    channels,
    kernel,
    outHeight,
    outWidth,
    pixel: (outPixel, tap) => {
      const n = Math.floor(outPixel / (outHeight * outWidth));
      const y = (Math.floor(outPixel / outWidth) % outHeight) * sy - top + Math.floor(tap / kernel[1]) * dy;
      const x = (outPixel % outWidth) * sx - left + (tap % kernel[1]) * dx;
      return y < 0 || y >= height || x < 0 || x >= width ? -1 : (n * height + y) * width + x;
    },
  };
}

/** The operand's type as an image. */
export function imageShape(operands: readonly ValueType[]): readonly number[] {
  return operands[0]!.shape;
}

/** Calls `visit(outPixel, tap, pixel)` for every tap of every output pixel, padding included. */
export function walkWindow(
  plan: WindowPlan,
  visit: (outPixel: number, tap: number, pixel: number) => void,
): void {
  const taps = plan.kernel[0] * plan.kernel[1];
  const count = plan.batch * plan.outHeight * plan.outWidth;
  for (let p = 0; p < count; p++) for (let t = 0; t < taps; t++) visit(p, t, plan.pixel(p, t));
}

import { type IntegerRange, type Op, reshaped, type Tensor, tensorFrom } from "@gatefold/core";
import { Conv, planWindow, SumPool, type WindowPlan } from "@gatefold/dialect-q";
import type { MatMulFacts } from "./matmul.js";
import type { MemoryPlan } from "./memory.js";
import type { Facts } from "./ranges.js";

export interface WindowAttrs {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

/** A convolution, or a sum of windows as a convolution with ones, channel by channel. */
export interface WindowUse {
  readonly plan: WindowPlan;
  readonly attrs: WindowAttrs;
  /** `<O x KH x KW x C/groups>` */
  readonly weights: Tensor;
  readonly groups: number;
  /** What stands outside the image; `undefined` when nothing of it is read. */
  readonly padValue: number | undefined;
}

/** `undefined` for other ops. The weights are constant: the op has a tile's route. */
export function windowUse(op: Op, facts: Facts): WindowUse | undefined {
  const { shape } = op.operand(0).type;
  if (Conv.is(op)) {
    const { attrs } = op;
    const weights = facts.get(op.operand(1))!.constant!;
    const plan = planWindow(shape, [weights.shape[1]!, weights.shape[2]!], attrs);
    const padValue = attrs.pads.some((p) => p > 0) ? attrs.pad_value : undefined;
    return { plan, attrs, weights, groups: attrs.groups, padValue };
  }
  if (!SumPool.is(op)) return undefined;
  const { attrs } = op;
  const [kh, kw] = attrs.kernel as [number, number];
  const plan = planWindow(shape, [kh, kw], attrs);
  const ones = new Array<number>(plan.channels * kh * kw).fill(1);
  const weights = tensorFrom("u1", [plan.channels, kh, kw, 1], ones);
  const padValue = attrs.pads.some((p) => p > 0) ? 0 : undefined;
  return { plan, attrs, weights, groups: plan.channels, padValue };
}

export function isDepthwise({ plan, weights, groups }: WindowUse): boolean {
  return groups > 1 && groups === plan.channels && weights.shape[0] === groups;
}

/** The window's pixels are the image's, one for one. */
export function isPointwise({ plan, attrs, groups }: WindowUse): boolean {
  const once = [...plan.kernel, ...attrs.strides].every((v) => v === 1);
  return groups === 1 && once && attrs.pads.every((p) => p === 0);
}

/** One row for each filter. */
export function windowMatrix({ weights }: WindowUse): Tensor {
  const [filters, kh, kw, perGroup] = weights.shape as [number, number, number, number];
  return reshaped(weights, [filters, kh * kw * perGroup]);
}

/** What a window sees: the image and what stands around it. Packed signs and planes have no groups. */
export function windowFacts({ groups, padValue }: WindowUse, image: MatMulFacts): MatMulFacts {
  const x: IntegerRange =
    padValue === undefined
      ? { lo: image.x.lo, hi: image.x.hi }
      : { lo: Math.min(image.x.lo, padValue), hi: Math.max(image.x.hi, padValue) };
  const signs = padValue === undefined || Math.abs(padValue) === 1;
  return {
    ...image,
    x,
    xBipolar: image.xBipolar && groups === 1 && signs,
    xBytes: image.xBytes && groups === 1,
    xPixels: image.xPixels && groups === 1,
  };
}

/** Whether every window holds a pixel of the image. */
export function windowsHoldPixels(plan: WindowPlan, { strides, pads, dilations }: WindowAttrs): boolean {
  const holds = (out: number, size: number, axis: 0 | 1): boolean =>
    Array.from({ length: out }, (_, i) => i * strides[axis]! - pads[axis]!).every((start) =>
      Array.from({ length: plan.kernel[axis] }, (_, k) => start + k * dilations[axis]!).some(
        (at) => at >= 0 && at < size,
      ),
    );
  return holds(plan.outHeight, plan.height, 0) && holds(plan.outWidth, plan.width, 1);
}

/** The geometry as kernels read it: `bytes` of each pixel from byte `first` on, or those at address `pad`. */
export function packGeometry(
  memory: MemoryPlan,
  { height, width, outHeight, outWidth, kernel }: WindowPlan,
  { strides, pads, dilations }: WindowAttrs,
  pixel: { readonly first: number; readonly bytes: number; readonly pad: number },
): number {
  const image = [height, width, outHeight, outWidth, ...kernel];
  const steps = [...strides, ...dilations, pads[0]!, pads[1]!];
  return memory.constant(Int32Array.from([...image, ...steps, pixel.first, pixel.bytes, pixel.pad]));
}

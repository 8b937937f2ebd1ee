import {
  type AttrSpec,
  attr,
  defineOp,
  type ElemType,
  InferError,
  isInt,
  numbers,
  type OpDef,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { ranged } from "./ranged.js";
import { planWindow, type WindowAttrs, walkWindow, windowAttrs } from "./window.js";

type PoolAttrs = WindowAttrs & { readonly kernel: AttrSpec<readonly number[]> };

const kernelOf = (kernel: readonly number[]): readonly [number, number] => {
  if (kernel.length !== 2) throw new InferError("(C3) the kernel has two entries");
  return [kernel[0]!, kernel[1]!];
};

/**
 * Greatest code of each window and channel; what lies outside the image does not count.
 *
 * - Operand: `x` `<N x H x W x C>`, integer codes. Result: `<N x OH x OW x C>` of the same type.
 * - Constraints: (C1) integers; (C2) four dimensions; (C3) the window fits; (C4) every window holds a pixel.
 */
export const MaxPool: OpDef<PoolAttrs> = defineOp({
  name: "q.max_pool",
  summary: "Greatest code of each window, channels innermost.",
  operands: ["x"],
  attrs: { ...windowAttrs, kernel: attr.ints() },
  infer: ({ operands, attrs }) => {
    const x = operands[0]!;
    if (!isInt(x.elem)) throw new InferError("(C1) `x` is not an integer tensor");
    const kernel = kernelOf(attrs.kernel);
    const plan = planWindow(x.shape, kernel, attrs);
    const [top, left, bottom, right] = attrs.pads as [number, number, number, number];
    const reach = [
      (kernel[0] - 1) * attrs.dilations[0]! + 1,
      (kernel[1] - 1) * attrs.dilations[1]! + 1,
    ] as const;
    if (Math.max(top, bottom) >= reach[0] || Math.max(left, right) >= reach[1]) {
      throw new InferError("(C4) a window lies in the padding alone");
    }
    return [tensor(x.elem, [plan.batch, plan.outHeight, plan.outWidth, plan.channels])];
  },
  evaluate: ([x], attrs) => {
    const plan = planWindow(x!.shape, kernelOf(attrs.kernel), attrs);
    const shape = [plan.batch, plan.outHeight, plan.outWidth, plan.channels];
    const xs = numbers(x!);
    const out = new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(Number.NEGATIVE_INFINITY);
    walkWindow(plan, (p, _, pixel) => {
      if (pixel < 0) return;
      for (let c = 0; c < plan.channels; c++) {
        const at = p * plan.channels + c;
        out[at] = Math.max(out[at]!, xs[pixel * plan.channels + c]!);
      }
    });
    return [tensorFrom(x!.elem, shape, out)];
  },
  interfaces: [ranged((_, [x]) => x)],
});

/**
 * Sum of each window and channel; what lies outside the image counts as 0. Average pooling is this with a scale.
 *
 * - Operand: `x` `<N x H x W x C>`, integer codes. Result: `<N x OH x OW x C x elem>`.
 * - Constraints: as `q.max_pool`.
 */
export const SumPool: OpDef<PoolAttrs & { readonly elem: AttrSpec<ElemType> }> = defineOp({
  name: "q.sum_pool",
  summary: "Sum of each window, channels innermost.",
  operands: ["x"],
  attrs: { ...windowAttrs, kernel: attr.ints(), elem: attr.elem() },
  infer: ({ operands, attrs }) => {
    const x = operands[0]!;
    if (!isInt(x.elem)) throw new InferError("(C1) `x` is not an integer tensor");
    const plan = planWindow(x.shape, kernelOf(attrs.kernel), attrs);
    return [tensor(attrs.elem, [plan.batch, plan.outHeight, plan.outWidth, plan.channels])];
  },
  evaluate: ([x], attrs) => {
    const plan = planWindow(x!.shape, kernelOf(attrs.kernel), attrs);
    const shape = [plan.batch, plan.outHeight, plan.outWidth, plan.channels];
    const xs = numbers(x!);
    const out = new Float64Array(shape.reduce((a, b) => a * b, 1));
    walkWindow(plan, (p, _, pixel) => {
      if (pixel < 0) return;
      for (let c = 0; c < plan.channels; c++) out[p * plan.channels + c]! += xs[pixel * plan.channels + c]!;
    });
    return [tensorFrom(attrs.elem, shape, out)];
  },
  interfaces: [
    ranged((op, [x]) => {
      if (!SumPool.is(op)) return undefined;
      const taps = op.attrs.kernel.reduce((a, b) => a * b, 1);
      const partial = op.attrs.pads.some((p) => p > 0);
      const sums = (v: number): readonly number[] => (partial ? [v * taps, 0] : [v * taps]);
      const range = (lo: number, hi: number): { lo: number; hi: number } => ({
        lo: Math.min(...sums(lo)),
        hi: Math.max(...sums(hi)),
      });
      const whole = range(x!.lo, x!.hi);
      if (x!.channels?.axis !== 3) return whole;
      const { lo, hi } = x!.channels;
      const channels = Array.from(lo, (l, c) => range(l, hi[c]!));
      return {
        ...whole,
        channels: {
          axis: 3,
          lo: Float64Array.from(channels, (r) => r.lo),
          hi: Float64Array.from(channels, (r) => r.hi),
        },
      };
    }),
  ],
});

import { type AttrsOf, attr, defineOp, type OpDef, type Tensor, tensor } from "@gatefold/core";
import {
  type BoolAttr,
  type IntsAttr,
  type LayoutAttr,
  layoutAttr,
  type WindowAttrs,
  windowAttrs,
} from "./attrs.js";
import { reals, tensorOf, transposed } from "./tensors.js";
import { Grid, type GridModel } from "./traits.js";
import {
  channelAxis,
  type Domain,
  layoutPermutations,
  layoutShape,
  operandType,
  requireDomain,
  requireRank,
  spatialShape,
} from "./types.js";
import { insideRange, outCount, threeAxes, type WindowAxis, windowAxes } from "./window.js";

export type PoolAttrs = WindowAttrs & {
  readonly kernel_shape: IntsAttr;
  readonly ceil_mode: BoolAttr;
  readonly layout: LayoutAttr;
};

/** How one window becomes one number. */
export interface Pooling {
  readonly initial: number;
  step(total: number, value: number): number;
  /** `inside` counts the elements in the input, `padded` those in the input or its padding. */
  finish(total: number, inside: number, padded: number): number;
}

export interface PoolInit<A> {
  readonly name: string;
  readonly summary: string;
  readonly domain: Domain;
  readonly pooling: (attrs: A) => Pooling;
  /** How the grid of the results follows from that of `x`; absent where it does not. */
  readonly grid?: GridModel["results"];
}

export const poolAttrs: PoolAttrs = {
  ...windowAttrs,
  kernel_shape: attr.ints(),
  ceil_mode: attr.bool(false),
  layout: layoutAttr,
};

/** The walk of the window, and the result's shape; throws what `infer` throws. */
export function poolPlan(
  shape: readonly number[],
  attrs: AttrsOf<PoolAttrs>,
): { readonly axes: WindowAxis[]; readonly shape: number[] } {
  const axes = windowAxes(spatialShape(shape, attrs.layout), {
    kernel: attrs.kernel_shape,
    window: attrs,
    ceilMode: attrs.ceil_mode,
  });
  const channels = shape[channelAxis(attrs.layout, shape.length)]!;
  const sizes = axes.map((axis) => axis.outSize);
  return { axes, shape: layoutShape(shape[0]!, channels, sizes, attrs.layout) };
}

/**
 * Defines a pooling op: `x` `<N x C x spatial>` (or channels last) to `<N x C x out>`.
 * (C1) `x` is in the domain; (C2) `x` has 3 to 5 axes; (W) the window fits.
 */
export function pool<S extends PoolAttrs>(schema: S, init: PoolInit<AttrsOf<S>>): OpDef<S> {
  return defineOp<S>({
    name: init.name,
    summary: init.summary,
    operands: ["x"],
    attrs: schema,
    infer: ({ operands, attrs }) => {
      const x = operandType(operands, 0);
      requireDomain(x, init.domain, "C1", "x");
      requireRank(x, 3, 5, "C2", "x");
      return [tensor(x.elem, poolPlan(x.shape, attrs as unknown as AttrsOf<PoolAttrs>).shape)];
    },
    evaluate: ([x], attrs) => [slide(x!, attrs as unknown as AttrsOf<PoolAttrs>, init.pooling(attrs))],
    interfaces: init.grid ? [Grid.of({ results: init.grid })] : [],
  });
}

/** One number per window of `x`, in the layout of `attrs`. */
export function slide(x: Tensor, attrs: AttrsOf<PoolAttrs>, pooling: Pooling): Tensor {
  const { axes, shape } = poolPlan(x.shape, attrs);
  const { toFirst, back } = layoutPermutations(x.shape.length, attrs.layout);
  const source = reals(transposed(x, toFirst));
  const planes = shape[0]! * shape[channelAxis(attrs.layout, shape.length)]!;
  const out = slidePlanes(source, planes, axes, pooling);
  return transposed(
    tensorOf(
      x.elem,
      toFirst.map((axis) => shape[axis]!),
      out,
    ),
    back,
  );
}

function slidePlanes(
  source: Float64Array,
  planes: number,
  spatial: readonly WindowAxis[],
  { initial, step, finish }: Pooling,
): Float64Array {
  const [d, h, w] = threeAxes(spatial);
  const inPlane = d.size * h.size * w.size;
  const out = new Float64Array(planes * outCount(spatial));
  const ranges = [d, h, w].map((axis) =>
    Array.from({ length: axis.outSize }, (_, o) => ({ ...insideRange(axis, o), padded: padded(axis, o) })),
  );
  const [rd, rh, rw] = [ranges[0]!, ranges[1]!, ranges[2]!];
  let at = 0;
  for (let p = 0; p < planes; p++) {
    for (const a of rd) {
      for (const b of rh) {
        for (const c of rw) {
          let total = initial;
          for (let kd = a.from; kd < a.to; kd++) {
            for (let kh = b.from; kh < b.to; kh++) {
              const row = (a.start + kd * d.dilation) * h.size + b.start + kh * h.dilation;
              const base = p * inPlane + row * w.size + c.start;
              for (let kw = c.from; kw < c.to; kw++) total = step(total, source[base + kw * w.dilation]!);
            }
          }
          const inside = (a.to - a.from) * (b.to - b.from) * (c.to - c.from);
          out[at++] = finish(total, inside, a.padded * b.padded * c.padded);
        }
      }
    }
  }
  return out;
}

/** Kernel positions that fall in the input or its padding; a `ceil_mode` window may reach further. */
function padded(axis: WindowAxis, out: number): number {
  const room = axis.size + axis.padBegin + axis.padEnd - out * axis.stride;
  return Math.min(axis.kernel, Math.ceil(room / axis.dilation));
}

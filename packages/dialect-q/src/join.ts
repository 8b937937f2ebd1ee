import {
  type AttrSpec,
  attr,
  type ChannelRanges,
  defineOp,
  InferError,
  type IntegerRange,
  isInt,
  makeTensor,
  numbers,
  type OpDef,
  sameShape,
  type Tensor,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { ranged } from "./ranged.js";

/**
 * Channels of several tensors one behind the other.
 *
 * - Operands: `xs`, integer tensors of one element type and one shape but for the last axis.
 * - Constraints: (C1) one integer type; (C2) shapes agree but for the last axis.
 */
export const Concat: OpDef = defineOp({
  name: "q.concat",
  summary: "Channels of several tensors one behind the other.",
  operands: ["xs*"],
  infer: ({ operands }) => {
    const [first] = operands;
    if (!first || !isInt(first.elem) || operands.some((x) => x.elem !== first.elem)) {
      throw new InferError("(C1) operands are not of one integer type");
    }
    const outer = first.shape.slice(0, -1);
    if (operands.some((x) => !sameShape(x.shape.slice(0, -1), outer)))
      throw new InferError("(C2) shapes differ");
    return [tensor(first.elem, [...outer, operands.reduce((sum, x) => sum + x.shape.at(-1)!, 0)])];
  },
  evaluate: (xs) => {
    const widths = xs.map((x) => x.shape.at(-1)!);
    const width = widths.reduce((a, b) => a + b, 0);
    const outer = xs[0]!.shape.slice(0, -1);
    const rows = outer.reduce((a, b) => a * b, 1);
    const out = new Float64Array(rows * width);
    let start = 0;
    xs.forEach((x, i) => {
      const data = numbers(x);
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < widths[i]!; c++) out[r * width + start + c] = data[r * widths[i]! + c]!;
      }
      start += widths[i]!;
    });
    return [tensorFrom(xs[0]!.elem, [...outer, width], out)];
  },
  interfaces: [
    ranged((op, xs) => {
      const axis = op.result().type.shape.length - 1;
      const parts = xs.map((x, i) => channels(x, axis, op.operand(i).type.shape.at(-1)!));
      const lo = Float64Array.from(parts.flatMap((p) => [...p.lo]));
      const hi = Float64Array.from(parts.flatMap((p) => [...p.hi]));
      return {
        lo: Math.min(...xs.map((x) => x.lo)),
        hi: Math.max(...xs.map((x) => x.hi)),
        channels: { axis, lo, hi },
      };
    }),
  ],
});

function channels(x: IntegerRange, axis: number, count: number): ChannelRanges {
  if (x.channels?.axis === axis) return x.channels;
  return { axis, lo: new Float64Array(count).fill(x.lo), hi: new Float64Array(count).fill(x.hi) };
}

/**
 * Channels `first … first + count − 1`.
 *
 * - Constraints: (C1) an integer tensor; (C2) the channels are there.
 */
export const Slice: OpDef<{ readonly first: AttrSpec<number>; readonly count: AttrSpec<number> }> = defineOp({
  name: "q.slice",
  summary: "Some of the channels.",
  operands: ["x"],
  attrs: { first: attr.int(), count: attr.int() },
  infer: ({ operands, attrs }) => {
    const x = operands[0]!;
    if (!isInt(x.elem)) throw new InferError("(C1) `x` is not an integer tensor");
    const width = x.shape.at(-1) ?? 0;
    if (attrs.first < 0 || attrs.count < 1 || attrs.first + attrs.count > width) {
      throw new InferError(`(C2) channels ${attrs.first} … ${attrs.first + attrs.count - 1} of ${width}`);
    }
    return [tensor(x.elem, [...x.shape.slice(0, -1), attrs.count])];
  },
  evaluate: ([x], { first, count }) => {
    const width = x!.shape.at(-1)!;
    const data = numbers(x!).filter((_, i) => i % width >= first && i % width < first + count);
    return [tensorFrom(x!.elem, [...x!.shape.slice(0, -1), count], data)];
  },
  interfaces: [
    ranged((op, [x]) => {
      const axis = op.result().type.shape.length - 1;
      if (!Slice.is(op) || x!.channels?.axis !== axis) return { lo: x!.lo, hi: x!.hi };
      const { first, count } = op.attrs;
      const [lo, hi] = [x!.channels.lo, x!.channels.hi].map((v) => v.slice(first, first + count));
      return { lo: Math.min(...lo!), hi: Math.max(...hi!), channels: { axis, lo: lo!, hi: hi! } };
    }),
  ],
});

/**
 * Every pixel repeated `scales` times down and across: nearest-neighbour upsampling.
 *
 * - Operand: `x` `<N x H x W x C>`. Result: `<N x sH x tW x C>`.
 * - Constraints: (C1) an integer tensor of four dimensions; (C2) two positive scales.
 */
export const Upsample: OpDef<{ readonly scales: AttrSpec<readonly number[]> }> = defineOp({
  name: "q.upsample",
  summary: "Every pixel repeated down and across.",
  operands: ["x"],
  attrs: { scales: attr.ints() },
  infer: ({ operands, attrs }) => {
    const x = operands[0]!;
    if (!isInt(x.elem) || x.shape.length !== 4)
      throw new InferError("(C1) `x` is not an integer N x H x W x C");
    if (attrs.scales.length !== 2 || attrs.scales.some((s) => s < 1))
      throw new InferError("(C2) scales are not two positive numbers");
    return [tensor(x.elem, upsampled(x.shape, attrs.scales))];
  },
  evaluate: ([x], { scales }) => [repeatPixels(x!, scales)],
  interfaces: [ranged((_, [x]) => x)],
});

const upsampled = ([n, h, w, c]: readonly number[], [sy, sx]: readonly number[]): number[] => [
  n!,
  h! * sy!,
  w! * sx!,
  c!,
];

function repeatPixels(x: Tensor, scales: readonly number[]): Tensor {
  const shape = upsampled(x.shape, scales);
  const [, height, width, depth] = x.shape as [number, number, number, number];
  const [, outHeight, outWidth] = shape as [number, number, number, number];
  const data = x.data.slice(0, 0).constructor as new (n: number) => Tensor["data"];
  const out = new data(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < out.length; i++) {
    const c = i % depth;
    const pixel = Math.floor(i / depth);
    const ox = pixel % outWidth;
    const oy = Math.floor(pixel / outWidth) % outHeight;
    const n = Math.floor(pixel / (outWidth * outHeight));
    const source = (n * height + Math.floor(oy / scales[0]!)) * width + Math.floor(ox / scales[1]!);
    out[i] = x.data[source * depth + c]!;
  }
  return makeTensor(x.elem, shape, out);
}

import {
  type AttrSpec,
  attr,
  broadcastIndex,
  broadcastShapes,
  constantOf,
  defineOp,
  type ElemType,
  InferError,
  type IntegerRange,
  isInt,
  numbers,
  type OpDef,
  rangeOfChannels,
  sameShape,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { inferChannelwise, mapChannels, mapRange, resolveAxis } from "./channelwise.js";
import { ranged } from "./ranged.js";

export type AffineAttrs = {
  readonly elem: AttrSpec<ElemType>;
  readonly axis: AttrSpec<number>;
};

/**
 * Integer scale and offset per channel: `y = a[c] · x + b[c]`.
 *
 * - Operands: `x`, integer codes; `a` and `b` `<C>` or `<1>` along `axis`.
 * - Result: like `x`, of type `elem`.
 * - Constraints: (C1) `x` is an integer type; (C2) one parameter, or one a channel.
 */
export const Affine: OpDef<AffineAttrs> = defineOp({
  name: "q.affine",
  summary: "Integer scale and offset per channel.",
  operands: ["x", "a", "b"],
  attrs: { elem: attr.elem(), axis: attr.int(-1) },
  infer: (input) => inferChannelwise(input, [1, 2]),
  evaluate: ([x, a, b], { elem, axis }) => {
    return [mapChannels(x!, axis, elem, affine(numbers(a!), numbers(b!)))];
  },
  interfaces: [
    ranged((op, [x]) => {
      const [a, b] = [constantOf(op.operand(1)), constantOf(op.operand(2))];
      if (!a || !b || !Affine.is(op)) return undefined;
      const { shape } = op.operand(0).type;
      const axis = resolveAxis(op.attrs.axis, shape.length);
      return mapRange(x!, axis, shape[axis]!, affine(numbers(a), numbers(b)));
    }),
  ],
});

/** `a[c] · v + b[c]`, with one parameter or one a channel. */
function affine(a: ArrayLike<number>, b: ArrayLike<number>): (v: number, c: number) => number {
  return (v, c) => a[a.length === 1 ? 0 : c]! * v + b[b.length === 1 ? 0 : c]!;
}

/**
 * Exact integer sum with weights: `z = m · x + n · y`, shapes broadcast. Two streams of different scales meet here
 * when the scales' ratio is rational.
 *
 * - Constraints: (C1) both operands are integers; (C2) the shapes broadcast.
 */
export const Add: OpDef<{
  readonly elem: AttrSpec<ElemType>;
  readonly m: AttrSpec<number>;
  readonly n: AttrSpec<number>;
}> = defineOp({
  name: "q.add",
  summary: "Weighted sum of two integer tensors.",
  operands: ["x", "y"],
  attrs: { elem: attr.elem(), m: attr.int(1), n: attr.int(1) },
  infer: ({ operands, attrs }) => {
    const [x, y] = [operands[0]!, operands[1]!];
    if (!isInt(x.elem) || !isInt(y.elem)) throw new InferError("(C1) operands are not integers");
    const shape = broadcastShapes(x.shape, y.shape);
    if (!shape) throw new InferError(`(C2) shapes [${x.shape}] and [${y.shape}] do not broadcast`);
    return [tensor(attrs.elem, shape)];
  },
  evaluate: ([x, y], { elem, m, n }) => {
    const shape = broadcastShapes(x!.shape, y!.shape)!;
    const [xs, ys] = [numbers(x!), numbers(y!)];
    const [xi, yi] = [broadcastIndex(x!.shape, shape), broadcastIndex(y!.shape, shape)];
    const out = new Float64Array(xi?.length ?? xs.length);
    for (let i = 0; i < out.length; i++) out[i] = m * xs[xi ? xi[i]! : i]! + n * ys[yi ? yi[i]! : i]!;
    return [tensorFrom(elem, shape, out)];
  },
  interfaces: [
    ranged((op, [x, y]) => {
      if (!Add.is(op)) return undefined;
      // Channels of an operand that broadcasts stand on another axis of the result.
      const alike = op.operands.every((v) => sameShape(v.type.shape, op.result().type.shape));
      const [a, b] = alike ? [x!, y!] : [x!, y!].map(({ lo, hi }) => ({ lo, hi }));
      return sum(a!, op.attrs.m, b!, op.attrs.n);
    }),
  ],
});

function scaled({ lo, hi }: { lo: number; hi: number }, m: number): [number, number] {
  return m >= 0 ? [m * lo, m * hi] : [m * hi, m * lo];
}

function sum(x: IntegerRange, m: number, y: IntegerRange, n: number): IntegerRange {
  const [a, b] = [x.channels, y.channels];
  if (a && b && a.axis === b.axis && a.lo.length === b.lo.length) {
    const [lo, hi] = [new Float64Array(a.lo.length), new Float64Array(a.lo.length)];
    for (let c = 0; c < lo.length; c++) {
      const [xl, xh] = scaled({ lo: a.lo[c]!, hi: a.hi[c]! }, m);
      const [yl, yh] = scaled({ lo: b.lo[c]!, hi: b.hi[c]! }, n);
      lo[c] = xl + yl;
      hi[c] = xh + yh;
    }
    return rangeOfChannels({ axis: a.axis, lo, hi });
  }
  const [xl, xh] = scaled(x, m);
  const [yl, yh] = scaled(y, n);
  return { lo: xl + yl, hi: xh + yh };
}

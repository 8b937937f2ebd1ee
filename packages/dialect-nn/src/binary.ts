import {
  type AttrSchema,
  type AttrsOf,
  broadcastIndex,
  constantOf,
  defineOp,
  type ElemType,
  elemInfo,
  isFloat,
  makeTensor,
  type Op,
  type OpDef,
  product,
  type Tensor,
} from "@gatefold/core";
import type { NoAttrs } from "./attrs.js";
import { commonShape, mapElements, mapPairs, storageLike, tensorOf } from "./tensors.js";
import { Elementwise } from "./traits.js";
import { broadcastType, type Domain, joinElems, operandType, requireDomain } from "./types.js";

/** A two-operand elementwise op without attributes. */
export type BinaryDef = OpDef<NoAttrs>;

export interface BinaryInit<S extends AttrSchema> {
  readonly name: string;
  readonly summary: string;
  readonly attrs?: S;
  /** Elements that the operands may have; `number` unless said. (C1) of every op made here. */
  readonly domain?: Domain;
  /** Element type of the result, where it is not the operands'. */
  readonly result?: ElemType;
  readonly fn: (attrs: AttrsOf<S>, elem: ElemType) => (a: number, b: number) => number;
  /** The same on integers whose results, or which themselves, may pass 2^53. */
  readonly exact?: (a: bigint, b: bigint) => bigint;
  /** Whether the op is monotone in an operand over the reals. Integers may wrap: see `wraps`. */
  readonly monotone: (op: Op, index: number) => boolean;
  /** Coefficient of operand `index`, from the other operand where that is constant. */
  readonly gain?: (index: number, other: Tensor | undefined, op: Op) => Tensor | undefined;
  /** Whether results of integers may leave the type and wrap, which makes them neither monotone nor affine. */
  readonly wraps?: boolean;
}

/** Products of integers of up to this width are exact in float64. */
const exactProductBits = 26;

/**
 * Defines `y[i] = fn(a[i], b[i])` with NumPy broadcasting.
 * (C1) the operands are in the domain; (C2) they have one element type; (C3) they broadcast.
 */
export function binary<const S extends AttrSchema = NoAttrs>(init: BinaryInit<S>): OpDef<S> {
  const { name, summary, domain = "number", result, fn, exact, monotone, gain, wraps = false } = init;
  const tame = (op: Op): boolean => !wraps || isFloat(op.result().type.elem);
  return defineOp<S>({
    name,
    summary,
    operands: ["a", "b"],
    ...(init.attrs ? { attrs: init.attrs } : {}),
    infer: ({ operands }) => {
      const [a, b] = [operandType(operands, 0), operandType(operands, 1)];
      requireDomain(a, domain, "C1", "a");
      requireDomain(b, domain, "C1", "b");
      const elem = joinElems([a, b], "C2");
      return [broadcastType([a, b], result ?? elem, "C3")];
    },
    evaluate: ([a, b], attrs) => {
      const elem = joinElems([a!, b!], "C2");
      if (exact && !isFloat(elem) && elemInfo(elem).widthBits > exactProductBits)
        return [mapBigPairs(result ?? elem, a!, b!, exact)];
      return [mapPairs(result ?? elem, a!, b!, fn(attrs, elem))];
    },
    interfaces: [
      Elementwise.of({
        monotone: (op, index) => tame(op) && monotone(op, index),
        ...(gain
          ? {
              gain: (op: Op, index: number, operands: readonly (Tensor | undefined)[]) =>
                tame(op) ? gain(index, operands[1 - index], op) : undefined,
            }
          : {}),
      }),
    ],
  });
}

/** As `mapPairs`, on integers of any size; results wrap. */
function mapBigPairs(elem: ElemType, a: Tensor, b: Tensor, fn: (a: bigint, b: bigint) => bigint): Tensor {
  const shape = commonShape([a, b]);
  const [ia, ib] = [broadcastIndex(a.shape, shape), broadcastIndex(b.shape, shape)];
  const { widthBits, signed } = elemInfo(elem);
  const wrap = signed ? BigInt.asIntN : BigInt.asUintN;
  const out = new (signed ? BigInt64Array : BigUint64Array)(product(shape));
  for (let i = 0; i < out.length; i++) {
    out[i] = wrap(widthBits, fn(BigInt(a.data[ia ? ia[i]! : i]!), BigInt(b.data[ib ? ib[i]! : i]!)));
  }
  return widthBits > 32
    ? makeTensor(elem, shape, out)
    : tensorOf(elem, shape, Float64Array.from(out, Number));
}

/** A constant, element by element. */
export function mapConstant(source: Tensor | undefined, fn: (v: number) => number): Tensor | undefined {
  return source && mapElements("f64", source, fn);
}

/** The constant that operand `index` is. */
export function constantOperand(op: Op, index: number): Tensor | undefined {
  return constantOf(op.operand(index));
}

/** The elements of `a` where `condition` is not 0, else those of `b`; all broadcast. Any element type. */
export function selectElements(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  const shape = commonShape([condition, a, b]);
  const [ic, ia, ib] = [condition, a, b].map((t) => broadcastIndex(t.shape, shape));
  const [left, right] = [a.data as Float64Array, b.data as Float64Array];
  const out = storageLike(
    a.data.BYTES_PER_ELEMENT >= b.data.BYTES_PER_ELEMENT ? a.data : b.data,
    product(shape),
  );
  for (let i = 0; i < out.length; i++) {
    const hit = Number(condition.data[ic ? ic[i]! : i]!) !== 0;
    (out as Float64Array)[i] = hit ? left[ia ? ia[i]! : i]! : right[ib ? ib[i]! : i]!;
  }
  return makeTensor(joinElems([a, b], "C2"), shape, out);
}

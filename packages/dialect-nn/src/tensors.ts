import {
  allocate,
  broadcastIndex,
  broadcastShapes,
  type ElemType,
  elemInfo,
  makeTensor,
  numbers,
  product,
  type Tensor,
  type TensorData,
} from "@gatefold/core";

/** The elements as float64: the storage itself where it is that already, so it is for reading only. */
export function reals(source: Tensor): Float64Array {
  const data = numbers(source);
  return data instanceof Float64Array ? data : new Float64Array(data);
}

/** The elements as float64, repeated so that they fill `shape` (NumPy broadcast). For reading only. */
export function spread(source: Tensor, shape: readonly number[]): Float64Array {
  const data = reals(source);
  if (data.length === 1) return new Float64Array(product(shape)).fill(data[0]!);
  const index = broadcastIndex(source.shape, shape);
  if (!index) return data;
  const out = new Float64Array(index.length);
  for (let i = 0; i < out.length; i++) out[i] = data[index[i]!]!;
  return out;
}

/** The common shape of operands at evaluation. Throws when they do not broadcast. */
export function commonShape(operands: readonly Tensor[]): number[] {
  const shape = broadcastShapes(...operands.map((t) => t.shape));
  if (!shape) throw new Error(`shapes ${operands.map((t) => `[${t.shape}]`).join(", ")} do not broadcast`);
  return shape;
}

/** `value` modulo `2**widthBits`, read as two's complement when signed. Fractions are dropped; NaN is 0. */
export function wrapInteger(value: number, widthBits: number, signed: boolean): number {
  const span = 2 ** widthBits;
  const whole = Number.isFinite(value) ? Math.trunc(value) : 0;
  const rest = ((whole % span) + span) % span;
  return signed && rest >= span / 2 ? rest - span : rest;
}

/** A tensor of computed values. Reals stay as they are; integers lose their fraction and wrap to the type's width. */
export function tensorOf(elem: ElemType, shape: readonly number[], values: Float64Array): Tensor {
  const { kind, widthBits, signed } = elemInfo(elem);
  if (kind === "float") return makeTensor(elem, shape, values);
  const data = allocate(elem, values.length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const wrap = signed ? BigInt.asIntN : BigInt.asUintN;
    for (let i = 0; i < values.length; i++) {
      const v = values[i]!;
      data[i] = wrap(widthBits, Number.isFinite(v) ? BigInt(Math.trunc(v)) : 0n);
    }
  } else if (elem === "bipolar" || widthBits === 8 * data.BYTES_PER_ELEMENT) {
    data.set(values);
  } else {
    for (let i = 0; i < values.length; i++) data[i] = wrapInteger(values[i]!, widthBits, signed);
  }
  return makeTensor(elem, shape, data);
}

/** `fn` on every element. */
export function mapElements(elem: ElemType, x: Tensor, fn: (x: number) => number): Tensor {
  const data = reals(x);
  const out = new Float64Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = fn(data[i]!);
  return tensorOf(elem, x.shape, out);
}

/** `fn` on every pair of broadcast elements. */
export function mapPairs(elem: ElemType, a: Tensor, b: Tensor, fn: (a: number, b: number) => number): Tensor {
  const shape = commonShape([a, b]);
  const [left, right] = [spread(a, shape), spread(b, shape)];
  const out = new Float64Array(left.length);
  for (let i = 0; i < out.length; i++) out[i] = fn(left[i]!, right[i]!);
  return tensorOf(elem, shape, out);
}

/** A function of as many of its arguments as it names. */
export type TupleFn = (a: number, b: number, c: number, d: number, e: number, f: number) => number;

/** `fn` on every tuple of broadcast elements, of up to six operands. */
export function mapTuples(elem: ElemType, operands: readonly Tensor[], fn: TupleFn): Tensor {
  const shape = commonShape(operands);
  const columns = operands.map((t) => spread(t, shape));
  const [a, b, c, d, e, f] = Array.from({ length: 6 }, (_, i) => columns[i] ?? columns[0]!);
  const out = new Float64Array(product(shape));
  for (let i = 0; i < out.length; i++) out[i] = fn(a![i]!, b![i]!, c![i]!, d![i]!, e![i]!, f![i]!);
  return tensorOf(elem, shape, out);
}

/** Zeroed storage of the same class as `data`. */
export function storageLike(data: TensorData, count: number): TensorData {
  return new (data.constructor as new (count: number) => TensorData)(count);
}

/** The elements of `source` at flat positions `index`, in the storage of `source`. */
export function pick(source: Tensor, shape: readonly number[], index: Int32Array): Tensor {
  const data = source.data as Float64Array;
  const out = storageLike(data, index.length) as Float64Array;
  for (let i = 0; i < index.length; i++) out[i] = data[index[i]!]!;
  return makeTensor(source.elem, shape, out);
}

/**
 * Flat positions of an outer sum: element `(j0, j1, …)` reads `axes[0][j0] + axes[1][j1] + …`.
 * A negative offset on any axis makes the whole position −1, which says "outside".
 */
export function outerIndex(axes: readonly Int32Array[]): Int32Array {
  let index = new Int32Array(1);
  for (const axis of axes) {
    const next = new Int32Array(index.length * axis.length);
    let at = 0;
    for (const base of index) for (const step of axis) next[at++] = base < 0 || step < 0 ? -1 : base + step;
    index = next;
  }
  return index;
}

/** `count` offsets, `at(j)` steps of `stride` each; −1 stays −1. */
export function axisOffsets(count: number, stride: number, at: (j: number) => number): Int32Array {
  const out = new Int32Array(count);
  for (let j = 0; j < count; j++) {
    const position = at(j);
    out[j] = position < 0 ? -1 : position * stride;
  }
  return out;
}

/** Flat positions that read `shape` in the order of axes `perm`. */
export function transposeIndex(shape: readonly number[], perm: readonly number[]): Int32Array {
  const steps = rowMajor(shape);
  return outerIndex(perm.map((axis) => axisOffsets(shape[axis]!, steps[axis]!, (j) => j)));
}

/** The tensor with its axes in the order `perm`. */
export function transposed(source: Tensor, perm: readonly number[]): Tensor {
  if (perm.every((axis, i) => axis === i)) return source;
  return pick(
    source,
    perm.map((axis) => source.shape[axis]!),
    transposeIndex(source.shape, perm),
  );
}

function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, i) => product(shape.slice(i + 1)));
}

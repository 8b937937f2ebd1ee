import { product } from "../num/integers.js";
import { type ElemType, elemInfo, isFloat } from "./elem.js";
import { sameShape, type TensorType, tensor } from "./type.js";

export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/**
 * A constant tensor: row-major data in the narrowest typed array that holds its element type.
 * Integers of more than 32 bits are bigints; reals are Float32Array as stored or Float64Array as computed.
 */
export interface Tensor {
  readonly elem: ElemType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** Zeroed storage for `count` elements of `elem`. */
export function allocate(elem: ElemType, count: number): TensorData {
  const { kind, widthBits, signed } = elemInfo(elem);
  if (kind === "float") return new Float64Array(count);
  if (widthBits > 32) return signed ? new BigInt64Array(count) : new BigUint64Array(count);
  if (widthBits > 16) return signed ? new Int32Array(count) : new Uint32Array(count);
  if (widthBits > 8) return signed ? new Int16Array(count) : new Uint16Array(count);
  return signed ? new Int8Array(count) : new Uint8Array(count);
}

/** Wraps data that already has the right storage. Throws when the element count differs from the shape. */
export function makeTensor(elem: ElemType, shape: readonly number[], data: TensorData): Tensor {
  if (data.length !== product(shape)) {
    throw new Error(`a tensor of shape [${shape}] has ${product(shape)} elements, not ${data.length}`);
  }
  return { elem, shape: Object.freeze([...shape]), data };
}

/** A tensor from plain numbers. Throws when an integer element type cannot hold a value exactly. */
export function tensorFrom(elem: ElemType, shape: readonly number[], values: ArrayLike<number>): Tensor {
  const data = allocate(elem, values.length);
  const { kind, min, max } = elemInfo(elem);
  const big = data instanceof BigInt64Array || data instanceof BigUint64Array;
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (kind === "int" && !(Number.isInteger(v) && v >= min && v <= max)) {
      throw new RangeError(`${v} is not a value of ${elem}`);
    }
    if (big) (data as BigInt64Array)[i] = BigInt(v);
    else (data as Float64Array)[i] = v;
  }
  return makeTensor(elem, shape, data);
}

export function scalar(elem: ElemType, value: number): Tensor {
  return tensorFrom(elem, [], [value]);
}

export function typeOf(value: Tensor): TensorType {
  return tensor(value.elem, value.shape);
}

/** The elements as numbers; a view where the storage is one already. Throws on integers beyond 2^53. */
export function numbers(value: Tensor): Exclude<TensorData, BigInt64Array | BigUint64Array> {
  const { data } = value;
  if (!(data instanceof BigInt64Array) && !(data instanceof BigUint64Array)) return data;
  const out = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const v = data[i]!;
    if (v > BigInt(Number.MAX_SAFE_INTEGER) || v < BigInt(Number.MIN_SAFE_INTEGER)) {
      throw new RangeError(`${v} is beyond 2^53 and is not exact as a number`);
    }
    out[i] = Number(v);
  }
  return out;
}

/** The same data under another shape. */
export function reshaped(value: Tensor, shape: readonly number[]): Tensor {
  return makeTensor(value.elem, shape, value.data);
}

/** Equal type and equal elements; NaN equals NaN, and 0 equals −0. */
export function sameTensor(a: Tensor, b: Tensor): boolean {
  if (a.elem !== b.elem || !sameShape(a.shape, b.shape)) return false;
  for (let i = 0; i < a.data.length; i++) {
    const [x, y] = [a.data[i], b.data[i]];
    if (x !== y && !(Number.isNaN(x as number) && Number.isNaN(y as number))) return false;
  }
  return true;
}

/** Index of the first element that the type cannot hold, or that is NaN or infinite; −1 when there is none. */
export function firstUnrepresentable(value: Tensor): number {
  const { min, max, signed, widthBits } = elemInfo(value.elem);
  const real = isFloat(value.elem);
  const { data } = value;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const fits = (v: bigint): boolean =>
      (signed ? BigInt.asIntN(widthBits, v) : BigInt.asUintN(widthBits, v)) === v;
    return data.findIndex((v: bigint) => !fits(v));
  }
  for (let i = 0; i < data.length; i++) {
    const v = data[i]!;
    if (real ? !Number.isFinite(v) : !(v >= min && v <= max) || (value.elem === "bipolar" && v === 0))
      return i;
  }
  return -1;
}

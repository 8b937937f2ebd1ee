import { type ElemType, elemInfo, type IntegerRange, isFloat, type TensorData } from "@gatefold/core";
import type { ExecArray } from "./kernel.js";

/** How the elements of a value lie in WebAssembly memory. `bits`: bipolar, +1 as 1, 64-bit words. */
export type Storage = "bits" | "i8" | "u8" | "i16" | "u16" | "i32" | "f64";

const bytes: Record<Exclude<Storage, "bits">, number> = { i8: 1, u8: 1, i16: 2, u16: 2, i32: 4, f64: 8 };

/** Bytes of one element; `bits` has none. */
export function elementBytes(storage: Exclude<Storage, "bits">): number {
  return bytes[storage];
}

/** The storage that holds every value of an element type, with unpadded rows. `u32` needs more than an i32. */
export function naturalStorage(elem: ElemType): Exclude<Storage, "bits"> {
  const { kind, widthBits, signed } = elemInfo(elem);
  if (kind === "float") return "f64";
  if (widthBits <= 8) return signed ? "i8" : "u8";
  if (widthBits <= 16) return signed ? "i16" : "u16";
  return widthBits <= (signed ? 32 : 31) ? "i32" : "f64";
}

/** A typed view of natural storage, in the array type that `allocate(elem)` gives where one fits. */
export function naturalView(buffer: ArrayBufferLike, at: number, length: number, elem: ElemType): ExecArray {
  switch (naturalStorage(elem)) {
    case "i8":
      return new Int8Array(buffer, at, length);
    case "u8":
      return new Uint8Array(buffer, at, length);
    case "i16":
      return new Int16Array(buffer, at, length);
    case "u16":
      return new Uint16Array(buffer, at, length);
    case "i32":
      return elemInfo(elem).signed ? new Int32Array(buffer, at, length) : new Uint32Array(buffer, at, length);
    case "f64":
      return new Float64Array(buffer, at, length);
  }
}

type BigData = BigInt64Array | BigUint64Array;

export function isBig(data: TensorData | ExecArray): data is BigData {
  return data instanceof BigInt64Array || data instanceof BigUint64Array;
}

/** Whether an array of this kind can only hold values of `range`. */
function alwaysFits(data: TensorData, { lo, hi }: IntegerRange): boolean {
  if (data instanceof Int8Array) return lo <= -128 && hi >= 127;
  if (data instanceof Uint8Array) return lo <= 0 && hi >= 255;
  if (data instanceof Int16Array) return lo <= -32768 && hi >= 32767;
  if (data instanceof Uint16Array) return lo <= 0 && hi >= 65535;
  return false;
}

/** Index of the first element of `data` that is no integer of `range`, or is 0 where `nonZero`; −1 when all are. */
export function firstOutside(data: TensorData | ExecArray, range: IntegerRange, nonZero: boolean): number {
  if (!nonZero && alwaysFits(data, range)) return -1;
  const { lo, hi } = range;
  const whole = data instanceof Float64Array || data instanceof Float32Array;
  if (isBig(data)) {
    for (let i = 0; i < data.length; i++) {
      const v = data[i]!;
      if (v < lo || v > hi || (nonZero && v === 0n)) return i;
    }
    return -1;
  }
  for (let i = 0; i < data.length; i++) {
    const v = data[i]!;
    if (!(v >= lo && v <= hi) || (nonZero && v === 0) || (whole && !Number.isInteger(v))) return i;
  }
  return -1;
}

/** Copies elements between arrays of different kinds; the values are known to fit. */
export function copyElements(from: TensorData | ExecArray, to: TensorData | ExecArray): void {
  if (isBig(from)) {
    if (isBig(to)) to.set(from);
    else for (let i = 0; i < from.length; i++) to[i] = Number(from[i]!);
  } else if (isBig(to)) {
    for (let i = 0; i < from.length; i++) to[i] = BigInt(from[i]!);
  } else {
    to.set(from);
  }
}

/** All that a value of this type can hold and a double can tell apart; `undefined` for reals. */
export function exactRange(elem: ElemType): IntegerRange | undefined {
  if (isFloat(elem)) return undefined;
  const { min, max } = elemInfo(elem);
  return { lo: Math.max(min, Number.MIN_SAFE_INTEGER), hi: Math.min(max, Number.MAX_SAFE_INTEGER) };
}

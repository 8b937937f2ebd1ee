import { endianness } from "node:os";
import { type ElemType, isFloat } from "../ir/elem.js";
import { allocate, type Tensor, type TensorData } from "../ir/tensor-data.js";
import { printType, tensor } from "../ir/type.js";
import { printFloat32, printNumber } from "./numbers.js";

/** Tensors of more elements than this are printed as base64. */
export const largestList = 64;

/** The typed array that holds a tensor's elements. */
export type Storage = "f32" | "f64" | "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64";

const storages: Readonly<Record<Storage, { new (count: number): TensorData }>> = {
  f32: Float32Array,
  f64: Float64Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  i64: BigInt64Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  u64: BigUint64Array,
};

export function isStorage(text: string): text is Storage {
  return Object.hasOwn(storages, text);
}

export function storageOf(data: TensorData): Storage {
  const found = Object.entries(storages).find(([, type]) => data instanceof type);
  if (!found) throw new TypeError("the tensor's data is in no known typed array");
  return found[0] as Storage;
}

/** The storage that a tensor of this element type has when nothing else is said. */
export function defaultStorage(elem: ElemType): Storage {
  return storageOf(allocate(elem, 0));
}

/** Zeroed elements in the given storage. */
export function allocateIn(storage: Storage, count: number): TensorData {
  return new storages[storage](count);
}

/** Elements as little-endian bytes, in base64. */
export function encodeData(data: TensorData): string {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return toLittleEndian(Buffer.from(bytes), data.BYTES_PER_ELEMENT).toString("base64");
}

/** The elements of `encodeData`; `undefined` when the text is not base64 or has another length. */
export function decodeData(storage: Storage, count: number, text: string): TensorData | undefined {
  const bytes = Buffer.from(text, "base64");
  const data = allocateIn(storage, count);
  if (bytes.length !== data.byteLength || bytes.toString("base64") !== text) return undefined;
  new Uint8Array(data.buffer).set(toLittleEndian(bytes, data.BYTES_PER_ELEMENT));
  return data;
}

function toLittleEndian(bytes: Buffer, size: number): Buffer {
  if (endianness() === "LE" || size === 1) return bytes;
  return size === 2 ? bytes.swap16() : size === 4 ? bytes.swap32() : bytes.swap64();
}

/**
 * `dense<tensor<2x2xi4>, [1, -1, 0, 7]>`; a storage other than the type's own is named before the list (`f32 […]`),
 * and a large tensor is `dense<tensor<…>, u8 base64 "…">`.
 */
export function printTensor(value: Tensor): string {
  const { data, elem } = value;
  const storage = storageOf(data);
  const type = printType(tensor(elem, value.shape));
  if (data.length > largestList) return `dense<${type}, ${storage} base64 "${encodeData(data)}">`;
  const real = isFloat(elem);
  const item = (v: number | bigint): string =>
    typeof v === "bigint" ? String(v) : storage === "f32" ? printFloat32(v) : printNumber(v, real);
  const items = Array.from(data as ArrayLike<number | bigint>, item).join(", ");
  return `dense<${type}, ${storage === defaultStorage(elem) ? "" : `${storage} `}[${items}]>`;
}

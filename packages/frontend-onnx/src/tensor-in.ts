import {
  type Diagnostic,
  type ElemType,
  elemInfo,
  type Location,
  makeTensor,
  type Tensor,
  type TensorData,
} from "@gatefold/core";
import { overLimit, tensorSize, unsupportedDtype } from "./diagnostics.js";
import { dtypeName, elemOfDtype } from "./dtype.js";
import { readExternal } from "./external.js";
import { bfloat16FromBits, float16FromBits } from "./float-bits.js";
import type { OnnxTensor } from "./model.js";

/** What reading tensors needs beyond the tensor itself. */
export interface TensorSource {
  /** Path of the model file; external data lies below its folder. */
  readonly path: string | undefined;
  readonly maxElements: number;
}

/** Elements of a shape; a dimension of zero wins over one that overflows. */
export function countElements(dims: readonly number[]): number {
  return dims.includes(0) ? 0 : dims.reduce((all, d) => all * d, 1);
}

/** A tensor of the file as a constant of ours, or the reason why it is none. Nothing is allocated before the check. */
export function readTensor(t: OnnxTensor, source: TensorSource, loc: Location): Tensor | Diagnostic {
  const elem = elemOfDtype(t.dtype);
  if (!elem) return unsupportedDtype(`tensor \`${t.name}\``, dtypeName(t.dtype), loc);
  const count = countElements(t.dims);
  if (!t.dims.every((d) => Number.isSafeInteger(d) && d >= 0) || count > source.maxElements) {
    return overLimit(`tensor \`${t.name}\``, t.dims, source.maxElements, loc);
  }
  const packedBytes = Math.ceil((count * storedBits(elem)) / 8);
  let { payload } = t;
  if (payload.kind === "external") {
    const bytes = readExternal(payload.entries, packedBytes, source.path, t.name, loc);
    if (!(bytes instanceof Uint8Array)) return bytes;
    payload = { kind: "raw", bytes };
  }
  const fail = (found: number, unit: string, needed: number): Diagnostic =>
    tensorSize(t.name, t.dims, dtypeName(t.dtype), `${needed} ${unit}`, found, loc);
  if (payload.kind === "strings") return fail(payload.count, "strings", count);
  if (payload.kind === "raw") {
    if (payload.bytes.length !== packedBytes) return fail(payload.bytes.length, "bytes", packedBytes);
    return makeTensor(elem, t.dims, fromBytes(elem, payload.bytes, count));
  }
  const needed = storedBits(elem) < 8 ? packedBytes : count;
  if (payload.values.length !== needed) return fail(payload.values.length, "values", needed);
  if (payload.kind === "bigints") return makeTensor(elem, t.dims, fromBigints(elem, payload.values));
  return makeTensor(elem, t.dims, fromNumbers(elem, payload.values, count));
}

/** Bits of one element in raw data. */
export function storedBits(elem: ElemType): number {
  return elem === "bool" ? 8 : elemInfo(elem).widthBits;
}

type Store = { new (buffer: ArrayBuffer): TensorData; readonly BYTES_PER_ELEMENT: number };

const stores: Partial<Record<ElemType, Store>> = {
  bool: Uint8Array,
  f32: Float32Array,
  f64: Float64Array,
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
};

/** Little-endian bytes, as every machine that Node runs on stores them. */
function fromBytes(elem: ElemType, bytes: Uint8Array, count: number): TensorData {
  const Store = stores[elem];
  // A copy: the file's bytes need not be aligned, and a constant must not keep the whole file alive.
  if (Store) return new Store(new Uint8Array(bytes).buffer);
  if (elem === "f16" || elem === "bf16") {
    return fromHalves(elem, new Uint16Array(new Uint8Array(bytes).buffer));
  }
  return unpack(elem, bytes, count);
}

function fromHalves(elem: "f16" | "bf16", bits: ArrayLike<number>): Float32Array {
  const decode = elem === "f16" ? float16FromBits : bfloat16FromBits;
  return Float32Array.from(bits, decode);
}

/** Codes of 2 or 4 bits, the first in the low bits. */
function unpack(elem: ElemType, bytes: ArrayLike<number>, count: number): TensorData {
  const { widthBits, signed } = elemInfo(elem);
  const perByte = 8 / widthBits;
  const out = signed ? new Int8Array(count) : new Uint8Array(count);
  const top = 32 - widthBits;
  for (let i = 0; i < count; i++) {
    const code = bytes[Math.floor(i / perByte)]! >> ((i % perByte) * widthBits);
    out[i] = signed ? (code << top) >> top : code & (2 ** widthBits - 1);
  }
  return out;
}

function fromNumbers(elem: ElemType, values: ArrayLike<number>, count: number): TensorData {
  if (elem === "f16" || elem === "bf16") return fromHalves(elem, values);
  const Store = stores[elem];
  if (!Store) return unpack(elem, values, count);
  if (elem === "i64" || elem === "u64") {
    return fromBigints(
      elem,
      BigInt64Array.from({ length: count }, (_, i) => BigInt(values[i]!)),
    );
  }
  return new (Store as unknown as new (from: ArrayLike<number>) => TensorData)(values);
}

function fromBigints(elem: ElemType, values: BigInt64Array): TensorData {
  if (elem === "i64") return values;
  const unsigned = new BigUint64Array(values.buffer, values.byteOffset, values.length);
  if (elem === "u64") return unsigned;
  // uint64_data also holds uint32.
  return fromNumbers(elem, Float64Array.from(unsigned, Number), values.length);
}

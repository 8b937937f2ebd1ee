import { type Dtype, dtypeInfo, type TypedArray } from "./array.js";

/** IEEE 754 binary16 bits to their value; exact, subnormals, infinities and NaN included. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** A value to the bits of the nearest binary16, ties to even; beyond 65504 to infinity as IEEE 754 rounds. */
export function numberToHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  // The unit of the last place: 2^-24 for subnormals, else 2^(exponent - 10).
  let exponent = -14;
  while (exponent < 15 && magnitude >= 2 ** (exponent + 1)) exponent++;
  const units = magnitude / 2 ** (exponent - 10);
  const below = Math.floor(units);
  const rest = units - below;
  const rounded = below + (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? 1 : 0);
  // A fraction that rounds up to 2048 carries into the exponent field by plain addition.
  return sign | (magnitude < 2 ** -14 ? rounded : ((exponent + 14) << 10) + rounded);
}

type Reader = (view: DataView, at: number, little: boolean) => number | bigint;

const READERS: Readonly<Record<Dtype, Reader>> = {
  bool: (v, at) => (v.getUint8(at) ? 1 : 0),
  int8: (v, at) => v.getInt8(at),
  int16: (v, at, le) => v.getInt16(at, le),
  int32: (v, at, le) => v.getInt32(at, le),
  int64: (v, at, le) => v.getBigInt64(at, le),
  uint8: (v, at) => v.getUint8(at),
  uint16: (v, at, le) => v.getUint16(at, le),
  uint32: (v, at, le) => v.getUint32(at, le),
  uint64: (v, at, le) => v.getBigUint64(at, le),
  float16: (v, at, le) => halfToNumber(v.getUint16(at, le)),
  float32: (v, at, le) => v.getFloat32(at, le),
  float64: (v, at, le) => v.getFloat64(at, le),
};

/** Decodes `count` elements at `offset`; the caller has checked that the bytes are there. */
export function decodeElements(
  bytes: Uint8Array,
  offset: number,
  count: number,
  dtype: Dtype,
  littleEndian: boolean,
): TypedArray {
  const { make, sizeBytes } = dtypeInfo(dtype);
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, count * sizeBytes);
  const read = READERS[dtype];
  const data = make(count) as { [index: number]: number | bigint };
  for (let i = 0; i < count; i++) data[i] = read(view, i * sizeBytes, littleEndian);
  return data as TypedArray;
}

/** The little-endian bytes of an array's elements. */
export function encodeElements(data: TypedArray, dtype: Dtype): Uint8Array {
  const { sizeBytes } = dtypeInfo(dtype);
  const bytes = new Uint8Array(data.length * sizeBytes);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    const at = i * sizeBytes;
    if (dtype === "float16") view.setUint16(at, numberToHalf(Number(value)), true);
    else if (dtype === "float32") view.setFloat32(at, Number(value), true);
    else if (dtype === "float64") view.setFloat64(at, Number(value), true);
    else if (typeof value === "bigint") view.setBigUint64(at, BigInt.asUintN(64, value), true);
    else if (sizeBytes === 4) view.setUint32(at, value, true);
    else if (sizeBytes === 2) view.setUint16(at, value, true);
    else view.setUint8(at, dtype === "bool" ? Number(value !== 0) : value);
  }
  return bytes;
}

import type { ElemType } from "@gatefold/core";

/** ONNX TensorProto.DataType numbers and names, with the element type that holds them; none where none does. */
const table: readonly (readonly [number, string, ElemType | undefined])[] = [
  [1, "float", "f32"],
  [2, "uint8", "u8"],
  [3, "int8", "i8"],
  [4, "uint16", "u16"],
  [5, "int16", "i16"],
  [6, "int32", "i32"],
  [7, "int64", "i64"],
  [8, "string", undefined],
  [9, "bool", "bool"],
  [10, "float16", "f16"],
  [11, "double", "f64"],
  [12, "uint32", "u32"],
  [13, "uint64", "u64"],
  [14, "complex64", undefined],
  [15, "complex128", undefined],
  [16, "bfloat16", "bf16"],
  [17, "float8e4m3fn", undefined],
  [18, "float8e4m3fnuz", undefined],
  [19, "float8e5m2", undefined],
  [20, "float8e5m2fnuz", undefined],
  [21, "uint4", "u4"],
  [22, "int4", "i4"],
  [23, "float4e2m1", undefined],
  [24, "float8e8m0", undefined],
  [25, "uint2", "u2"],
  [26, "int2", "i2"],
];

const byNumber = new Map(table.map(([dtype, name, elem]) => [dtype, { name, elem }]));
const byElem = new Map(table.flatMap(([dtype, , elem]) => (elem ? [[elem, dtype] as const] : [])));
const byName = new Map(table.flatMap(([, name, elem]) => (elem ? [[name, elem] as const] : [])));

/** ONNX's name of a dtype number. */
export function dtypeName(dtype: number): string {
  return byNumber.get(dtype)?.name ?? `dtype ${dtype}`;
}

/** The element type of a dtype number; `undefined` for strings, complex numbers and 8-bit floats. */
export function elemOfDtype(dtype: number): ElemType | undefined {
  return byNumber.get(dtype)?.elem;
}

/** The element type of an ONNX dtype's name, e.g. `uint8`. */
export function elemOfName(name: string): ElemType | undefined {
  return byName.get(name);
}

/** The ONNX dtype number that is exactly this element type. */
export function dtypeOfElem(elem: ElemType): number | undefined {
  return byElem.get(elem);
}

/** Names of every dtype that can be imported. */
export const supportedDtypes: readonly string[] = [...byName.keys()];

import { type ElemType, elemInfo, numbers, type Tensor } from "@gatefold/core";
import { bfloat16ToBits, float16ToBits } from "./float-bits.js";
import type { OnnxTensor } from "./model.js";

type Store = { from(values: ArrayLike<number>): ArrayBufferView };

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
};

function toBytes(elem: ElemType, tensor: Tensor): Uint8Array {
  const { data } = tensor;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return view(data);
  const Store = stores[elem];
  if (Store) return view(Store.from(data));
  if (elem === "f16") return view(Uint16Array.from(data, float16ToBits));
  if (elem === "bf16") return view(Uint16Array.from(data, bfloat16ToBits));
  const { widthBits } = elemInfo(elem);
  const perByte = 8 / widthBits;
  const out = new Uint8Array(Math.ceil(data.length / perByte));
  numbers(tensor).forEach((code: number, i: number) => {
    out[Math.floor(i / perByte)]! |= (code & (2 ** widthBits - 1)) << ((i % perByte) * widthBits);
  });
  return out;
}

const view = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/**
 * A constant as a tensor of the file, of the ONNX dtype that is its element type. Reals computed in float64 are stored
 * in the precision of their element type.
 */
export function writeTensor(tensor: Tensor, name: string, dtype: number): OnnxTensor {
  return { name, dtype, dims: tensor.shape, payload: { kind: "raw", bytes: toBytes(tensor.elem, tensor) } };
}

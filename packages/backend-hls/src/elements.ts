import { type ElemType, elemInfo, numbers, type Tensor } from "@gatefold/core";
import type { KernelMemory } from "@gatefold/dialect-hw";
import { type CArray, type CType, own, type } from "./cpp/ast.js";

/** The library's type for a stream's elements. */
export function elementType(elem: ElemType): CType {
  const { widthBits, signed } = elemInfo(elem);
  if (elem === "bipolar") return own("bipolar");
  return own(signed ? "signed_int" : "unsigned_int", widthBits);
}

/** The type of one value of an element: two bits and a sign for -1 and +1. */
export function valueType(elem: ElemType): CType {
  const { widthBits, signed } = elemInfo(elem);
  if (elem === "bipolar") return type("ap_int", 2);
  return type(signed ? "ap_int" : "ap_uint", widthBits);
}

/** Rows of parameters `<C or 1, …>` as an array `[folds][PE][…]`, or `[1][1][…]` for one row. */
export function parameterArray(label: string, tensor: Tensor, pe: number): CArray {
  const [rows, ...rest] = tensor.shape as [number, ...number[]];
  return {
    kind: "array",
    name: label,
    type: valueType(tensor.elem),
    dimensions: rows === 1 ? [1, 1, ...rest] : [rows / pe, pe, ...rest],
    values: numbers(tensor),
    radix: 10,
  };
}

/** Most bits of a part of a memory's word; as `gatefold::chunks`. */
const mostChunkBits = 64;

/** A memory as an array `[depth][chunks]`, the lowest chunk of each word first. */
export function memoryArray(memory: KernelMemory): CArray {
  const count = Math.ceil(memory.widthBits / mostChunkBits);
  const chunkBits = Math.ceil(memory.widthBits / count);
  const values: bigint[] = [];
  for (const word of memory.words()) {
    for (let i = 0; i < count; i++) values.push(BigInt.asUintN(chunkBits, word >> BigInt(i * chunkBits)));
  }
  return {
    kind: "array",
    name: memory.name,
    type: own("stored", chunkBits),
    dimensions: [memory.depth, count],
    values,
    radix: 16,
  };
}

import { product } from "../num/integers.js";
import { type ElemType, elemInfo } from "./elem.js";

/** A dense tensor; `shape` includes the batch dimension. */
export interface TensorType {
  readonly kind: "tensor";
  readonly elem: ElemType;
  readonly shape: readonly number[];
}

/**
 * A tensor in motion: `lanes` elements a beat, channels innermost, lane 0 in the low bits.
 * A frame takes `product(shape) / lanes` beats.
 */
export interface StreamType {
  readonly kind: "stream";
  readonly elem: ElemType;
  readonly shape: readonly number[];
  readonly lanes: number;
}

export type ValueType = TensorType | StreamType;

export function tensor(elem: ElemType, shape: readonly number[]): TensorType {
  return { kind: "tensor", elem, shape: Object.freeze([...shape]) };
}

export function stream(elem: ElemType, shape: readonly number[], lanes: number): StreamType {
  return { kind: "stream", elem, shape: Object.freeze([...shape]), lanes };
}

export function elementCount(type: ValueType): number {
  return product(type.shape);
}

/** Beats of one frame. */
export function beatCount(type: StreamType): number {
  return elementCount(type) / type.lanes;
}

/** Bits of one beat, without AXI's padding to bytes. */
export function beatBits(type: StreamType): number {
  return type.lanes * elemInfo(type.elem).widthBits;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((v, i) => v === b[i]);
}

export function sameType(a: ValueType, b: ValueType): boolean {
  return (
    a.kind === b.kind &&
    a.elem === b.elem &&
    sameShape(a.shape, b.shape) &&
    (a.kind !== "stream" || a.lanes === (b as StreamType).lanes)
  );
}

/** `tensor<1x64xu8>`, `stream<1x64xu8, 4>`; a scalar is `tensor<f32>`. */
export function printType(type: ValueType): string {
  const body = [...type.shape, type.elem].join("x");
  return type.kind === "tensor" ? `tensor<${body}>` : `stream<${body}, ${type.lanes}>`;
}

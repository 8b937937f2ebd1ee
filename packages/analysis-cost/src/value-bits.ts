import {
  constantOf,
  type ElemType,
  elemForRange,
  elemInfo,
  numbers,
  type Tensor,
  type Value,
} from "@gatefold/core";

const known = new WeakMap<Tensor, number>();

/**
 * Bits that the values of a constant need in two's complement or without a sign, as its type has it: where the type is
 * wider, the bits above repeat, and logic makes them once. Looks at the values once for each tensor.
 */
export function valueBits(value: Value): number {
  const { widthBits, signed } = elemInfo(value.type.elem);
  const tensor = constantOf(value);
  if (!tensor || widthBits === 1) return widthBits;
  let bits = known.get(tensor);
  if (bits === undefined) {
    let [min, max] = [0, 0];
    for (const v of numbers(tensor)) {
      if (v < min) min = v;
      if (v > max) max = v;
    }
    bits = Math.min(widthBits, elemInfo(elemForRange(signed ? Math.min(min, -1) : min, max)).widthBits);
    known.set(tensor, bits);
  }
  return bits;
}

const varying = new WeakMap<Tensor, Map<number, number>>();

/**
 * Bits of a memory word of `lanes` rows that are not the same in all words: constant ones need no memory. Ascending
 * thresholds have many, for the lowest is always negative and the highest never. Looks once for each number of lanes.
 */
export function varyingBits(value: Value, lanes: number): number {
  const { widthBits } = elemInfo(value.type.elem);
  const [rows, perRow] = value.type.shape as [number, number];
  const tensor = constantOf(value);
  const width = lanes * perRow * widthBits;
  // JavaScript's bit operations see 32 bits
  if (!tensor || widthBits > 31 || rows % lanes !== 0) return width;
  let byLanes = varying.get(tensor);
  if (!byLanes) {
    byLanes = new Map();
    varying.set(tensor, byLanes);
  }
  const seen = byLanes.get(lanes);
  if (seen !== undefined) return seen;
  const data = numbers(tensor);
  let bits = 0;
  for (let column = 0; column < lanes * perRow; column++) {
    let differs = 0;
    for (let at = column; at < data.length; at += lanes * perRow) differs |= data[at]! ^ data[column]!;
    for (let left = differs & (2 ** widthBits - 1); left !== 0; left &= left - 1) bits++;
  }
  byLanes.set(lanes, bits);
  return bits;
}

const compared = new WeakMap<Tensor, number>();

/**
 * Bits that `x >= t` looks at, over all lanes, where the thresholds are wires: below the lowest set bit of `t` no bit of
 * x matters, and a threshold beyond the ends of x needs none.
 */
export function fixedCompareBits(thresholds: Value, elem: ElemType, lanes: number): number {
  const { widthBits, min, max } = elemInfo(elem);
  const tensor = constantOf(thresholds);
  const [rows, perRow] = thresholds.type.shape as [number, number];
  if (!tensor) return lanes * perRow * widthBits;
  let bits = compared.get(tensor);
  if (bits === undefined) {
    bits = 0;
    for (const t of numbers(tensor)) {
      if (t <= min || t > max) continue;
      let zeros = 0;
      for (let left = t - min; left % 2 === 0; left /= 2) zeros++;
      bits += widthBits - zeros;
    }
    compared.set(tensor, bits);
  }
  return (bits * lanes) / rows;
}

import { signedBits, unsignedBits } from "../num/integers.js";

/**
 * What one element of a tensor or stream is.
 *
 * - `iN`, `uN`: N-bit two's-complement and unsigned integers, 1 ≤ N ≤ 64.
 * - `bipolar`: −1 or +1, stored in one bit (−1 as 0).
 * - `bool`: 0 or 1.
 * - `f16`, `bf16`, `f32`, `f64`: real values. The name says how they were stored; evaluation is on float64.
 */
export type ElemType = "bool" | "bipolar" | "f16" | "bf16" | "f32" | "f64" | `i${number}` | `u${number}`;

export interface ElemInfo {
  readonly kind: "int" | "float";
  readonly widthBits: number;
  readonly signed: boolean;
  /** Smallest value; `-Infinity` for floats. Exact up to 53 bits. */
  readonly min: number;
  readonly max: number;
}

const known = new Map<string, ElemInfo>([
  ["bool", { kind: "int", widthBits: 1, signed: false, min: 0, max: 1 }],
  ["bipolar", { kind: "int", widthBits: 1, signed: true, min: -1, max: 1 }],
  ...(["f16", "bf16", "f32", "f64"] as const).map((name): [string, ElemInfo] => [
    name,
    {
      kind: "float",
      widthBits: name === "f64" ? 64 : name === "f32" ? 32 : 16,
      signed: true,
      min: Number.NEGATIVE_INFINITY,
      max: Number.POSITIVE_INFINITY,
    },
  ]),
]);

function lookUp(text: string): ElemInfo | undefined {
  const hit = known.get(text);
  if (hit) return hit;
  const match = /^([iu])([1-9]\d?)$/.exec(text);
  if (!match) return undefined;
  const widthBits = Number(match[2]);
  if (widthBits > 64) return undefined;
  const signed = match[1] === "i";
  const info: ElemInfo = {
    kind: "int",
    widthBits,
    signed,
    min: signed ? -(2 ** (widthBits - 1)) : 0,
    max: signed ? 2 ** (widthBits - 1) - 1 : 2 ** widthBits - 1,
  };
  known.set(text, info);
  return info;
}

/** Narrows a text to an element type. */
export function isElemType(text: string): text is ElemType {
  return lookUp(text) !== undefined;
}

/** Width, sign and range of an element type. Throws on a name that is none. */
export function elemInfo(elem: ElemType): ElemInfo {
  const info = lookUp(elem);
  if (!info) throw new Error(`\`${elem}\` is not an element type`);
  return info;
}

export function isFloat(elem: ElemType): boolean {
  return elemInfo(elem).kind === "float";
}

export function isInt(elem: ElemType): boolean {
  return elemInfo(elem).kind === "int";
}

/** The narrowest `iN` or `uN` that holds `min … max`; unsigned when nothing is negative. Throws beyond 64 bits. */
export function elemForRange(min: number, max: number): ElemType {
  const elem: ElemType = min >= 0 ? `u${unsignedBits(max)}` : `i${signedBits(min, max)}`;
  if (!isElemType(elem)) throw new RangeError(`no integer type of at most 64 bits holds ${min} … ${max}`);
  return elem;
}

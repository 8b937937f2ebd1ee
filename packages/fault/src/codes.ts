import { type ElemType, elemInfo } from "@gatefold/core";
import { badFault } from "./diagnostics.js";
import type { FaultMode } from "./manifest.js";

/** A code to the code that a fault makes of it. */
export type CodeFunction = (code: number) => number;

/** What a whole code becomes. Throws when it is stuck at a value that the type does not have. */
export function faultyCode(elem: ElemType, mode: FaultMode): CodeFunction {
  const { min, max } = elemInfo(elem);
  if (mode.kind === "flip") return (code) => (elem === "bipolar" ? -code : min + max - code);
  const value = mode.value === "low" ? min : mode.value === "high" ? max : mode.value;
  if (value < min || value > max || (elem === "bipolar" && value === 0)) {
    throw badFault(`stuck at ${value}`, `${elem} has no such code`, `take one of ${min} … ${max}`);
  }
  return () => value;
}

/** What a code becomes when one of its bits is stuck or flips. */
export function faultyBit(elem: ElemType, bit: number, mode: FaultMode): CodeFunction {
  const { widthBits, signed } = elemInfo(elem);
  if (bit >= widthBits)
    throw badFault(`bit ${bit}`, `${elem} has ${widthBits} bits`, `take one of 0 … ${widthBits - 1}`);
  const stuck =
    mode.kind === "flip" ? undefined : mode.value === "low" ? 0 : mode.value === "high" ? 1 : mode.value;
  if (stuck !== undefined && stuck !== 0 && stuck !== 1) {
    throw badFault(`a bit stuck at ${stuck}`, "a bit is 0 or 1", "give 0 or 1");
  }
  if (elem === "bipolar") return (code) => (stuck === undefined ? -code : 2 * stuck - 1);
  const weight = 2 ** bit;
  const span = 2 ** widthBits;
  return (code) => {
    const unsigned = code < 0 ? code + span : code;
    const is = Math.floor(unsigned / weight) % 2;
    const to = stuck ?? 1 - is;
    const changed = unsigned + (to - is) * weight;
    return signed && changed >= span / 2 ? changed - span : changed;
  };
}

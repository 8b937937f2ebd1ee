import { type ElemType, elemForRange, elemInfo } from "@gatefold/core";
import { random } from "@gatefold/datasets";
import { badFault } from "./diagnostics.js";
import type { FaultMode } from "./manifest.js";

/** Codes of a stream: the ends of what it carries without faults, and the type whose bits hold them. */
export interface Codes {
  readonly low: number;
  readonly high: number;
  readonly elem: ElemType;
}

/** The codes of a quantizer: one bit with a negative code is ±1, everything else an integer in the fewest bits. */
export function codesBetween(low: number, high: number, bits?: number): Codes {
  return { low, high, elem: bits === 1 && low < 0 ? "bipolar" : elemForRange(low, high) };
}

/** A code, and its place in the frame, to the code that a fault makes of it. */
export type CodeFunction = (code: number, place: number) => number;

/** What a whole code becomes: `low` and `high` are the ends of the codes, a flip mirrors them. Throws at a code that is not there. */
export function faultyCode({ low, high, elem }: Codes, mode: FaultMode): CodeFunction {
  if (mode.kind === "flip") return (code) => low + high - code;
  if (mode.kind === "random") {
    const step = elem === "bipolar" ? 2 : 1;
    const draw = drawnAt(mode.seed, (high - low) / step + 1);
    return (_, place) => low + step * draw(place);
  }
  const value = mode.value === "low" ? low : mode.value === "high" ? high : mode.value;
  if (value < low || value > high || (elem === "bipolar" && value === 0)) {
    throw badFault(`stuck at ${value}`, "the layer has no such code", `take one of ${low} … ${high}`);
  }
  return () => value;
}

/** What a code becomes when one of its bits is stuck or flips; it may leave the ends, as a circuit's would. */
export function faultyBit({ elem }: Pick<Codes, "elem">, bit: number, mode: FaultMode): CodeFunction {
  const { widthBits, signed } = elemInfo(elem);
  if (bit >= widthBits)
    throw badFault(`bit ${bit}`, `${elem} has ${widthBits} bits`, `take one of 0 … ${widthBits - 1}`);
  const bitAt = bitFunction(mode);
  if (elem === "bipolar") return (code, place) => 2 * bitAt(code > 0 ? 1 : 0, place) - 1;
  const weight = 2 ** bit;
  const span = 2 ** widthBits;
  return (code, place) => {
    const unsigned = code < 0 ? code + span : code;
    const is = Math.floor(unsigned / weight) % 2;
    const changed = unsigned + (bitAt(is, place) - is) * weight;
    return signed && changed >= span / 2 ? changed - span : changed;
  };
}

/** What becomes of one bit. */
function bitFunction(mode: FaultMode): CodeFunction {
  if (mode.kind === "flip") return (bit) => 1 - bit;
  if (mode.kind === "random") {
    const draw = drawnAt(mode.seed, 2);
    return (_, place) => draw(place);
  }
  const stuck = stuckBit(mode.value);
  return () => stuck;
}

/** A number below `bound` for each place: the same for the same seed and place, whatever was asked before. */
function drawnAt(seed: number, bound: number): (place: number) => number {
  const numbers = random(seed);
  const drawn: number[] = [];
  return (place) => {
    drawn[place] ??= numbers.stream(place).below(bound);
    return drawn[place];
  };
}

function stuckBit(value: number | "low" | "high"): 0 | 1 {
  if (value === "low" || value === 0) return 0;
  if (value === "high" || value === 1) return 1;
  throw badFault(`a bit stuck at ${value}`, "a bit is 0 or 1", "give 0 or 1");
}

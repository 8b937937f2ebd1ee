import { highestCode, lowestCode } from "@gatefold/dialect-nn";
import { TrainError } from "../error.js";
import type { QuantizerContext } from "../quantizer.js";
import type { CodeRange } from "./surrogates.js";

const mostBits = 16;

/** Throws `train/bad-bits` unless `bits` is an integer from `least` to 16. */
export function requireBits(bits: number, least: number, quantizer: string, hint = ""): void {
  if (Number.isInteger(bits) && bits >= least && bits <= mostBits) return;
  throw new TrainError(
    "train/bad-bits",
    `\`${quantizer}\` has ${bits} bits.`,
    hint || `give a whole number from ${least} to ${mostBits}`,
  );
}

/** Throws `train/bad-option` unless `value` is finite and positive. */
export function requirePositive(value: number, what: string, quantizer: string): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new TrainError(
    "train/bad-option",
    `The ${what} of \`${quantizer}\` is ${value}.`,
    "give a number above 0",
  );
}

/** Throws `train/bad-role` when a quantizer stands where it does not belong. */
export function requireRole(
  { role, name }: QuantizerContext,
  quantizer: string,
  roles: readonly QuantizerContext["role"][],
): void {
  if (roles.includes(role)) return;
  throw new TrainError(
    "train/bad-role",
    `\`${quantizer}\` quantizes the ${role} of ${name}; it is for ${roles.join(" and ")}.`,
    "use int() or binary() there",
  );
}

/** An integer grid, as QONNX's Quant names it. */
export interface Grid {
  readonly bits: number;
  readonly signed: boolean;
  readonly narrow: boolean;
}

export function codesOf({ bits, signed, narrow }: Grid): CodeRange {
  return { low: lowestCode(bits, { signed, narrow }), high: highestCode(bits, { signed, narrow }) };
}

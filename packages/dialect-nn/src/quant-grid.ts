import type { AttrSpec, AttrsOf, RoundingMode, Tensor, ValueType } from "@gatefold/core";
import type { BoolAttr } from "./attrs.js";
import { Elementwise, Grid } from "./traits.js";
import { everyElement, requireDomain } from "./types.js";

export type RoundingAttr = AttrSpec<RoundingMode>;

/** A quantizer is a staircase in its data operand, and not monotone in its parameters. */
export const staircase: ReturnType<typeof Elementwise.of> = Elementwise.of({
  monotone: (_, index) => index === 0,
});

/** A quantizer's results stand on a grid of its own. */
export const ownGrid: ReturnType<typeof Grid.of> = Grid.of({ results: "own" });

export type GridAttrs = { readonly signed: BoolAttr; readonly narrow: BoolAttr };

/** Smallest code of `bits` bits; `bits` may be a fraction. */
export function lowestCode(bits: number, { signed, narrow }: AttrsOf<GridAttrs>): number {
  return signed ? -(2 ** (bits - 1)) + (narrow ? 1 : 0) : 0;
}

/** Largest code of `bits` bits; `bits` may be a fraction. */
export function highestCode(bits: number, { signed, narrow }: AttrsOf<GridAttrs>): number {
  return signed ? 2 ** (bits - 1) - 1 : 2 ** bits - (narrow ? 2 : 1);
}

/** Rejects operands outside of their domains: the first `realCount` are real, the others numbers. */
export function requireQuantOperands(
  operands: readonly ValueType[],
  names: readonly string[],
  realCount: number,
): void {
  operands.forEach((type, i) => {
    requireDomain(type, i < realCount ? "real" : "number", "C1", names[i]!);
  });
}

export const notZero = (v: number): boolean => v !== 0;

/** Whether a constant has an element that breaks `test`; `false` when the operand is no constant. */
export function breaks(tensor: Tensor | undefined, test: (v: number) => boolean): boolean {
  return tensor !== undefined && !everyElement(tensor, test);
}

import { product } from "@gatefold/core";

/** The axis of `rank` that `axis` names; negative counts from the end. */
export function resolveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** A tensor as rows of its last dimension; a scalar is one row of one. */
export function asRows(shape: readonly number[]): { readonly rows: number; readonly cols: number } {
  return { rows: product(shape.slice(0, -1)), cols: shape.at(-1) ?? 1 };
}

import { bitExactRelative, type Diagnostic, isInt, type Tensor } from "@gatefold/core";
import { difference } from "../diagnostics.js";

/** Integers are equal exactly; reals agree within 1e-9 relative, since scales are regrouped. */
export function agree(a: number | bigint, b: number | bigint, exact: boolean): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (exact) return false;
  const [x, y] = [Number(a), Number(b)];
  return Math.abs(x - y) <= bitExactRelative * Math.max(Math.abs(x), Math.abs(y));
}

/** The first element in which two sets of outputs of one frame differ, as the diagnostic that says so. */
export function firstDifference(
  claim: string,
  frame: number,
  outputs: readonly { readonly name?: string | undefined }[],
  expected: readonly Tensor[],
  found: readonly Tensor[],
): Diagnostic | undefined {
  for (const [i, want] of expected.entries()) {
    const name = outputs[i]?.name ?? `output ${i}`;
    const have = found[i];
    if (!have || have.data.length !== want.data.length) {
      return difference(
        claim,
        frame,
        name,
        0,
        `${want.data.length} elements`,
        `${have?.data.length ?? 0} elements`,
      );
    }
    const exact = isInt(want.elem);
    for (let at = 0; at < want.data.length; at++) {
      const [a, b] = [want.data[at]!, have.data[at]!];
      if (!agree(a, b, exact)) return difference(claim, frame, name, at, String(a), String(b));
    }
  }
  return undefined;
}

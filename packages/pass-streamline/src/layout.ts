import { type OpDef, type Rewriter, sameShape, type Value } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { Elementwise } from "@gatefold/dialect-nn";

/** Ops that move elements along axes that they name. */
const movers: readonly OpDef[] = [nn.Transpose, nn.Concat, nn.Split, nn.Pad, nn.Resize, nn.Slice] as OpDef[];

/** NCHW → NHWC of a rank. */
export const toLast = (rank: number): number[] => [
  0,
  ...Array.from({ length: rank - 2 }, (_, i) => i + 2),
  1,
];
/** NHWC → NCHW of a rank. */
export const toFirst = (rank: number): number[] => [
  0,
  rank - 1,
  ...Array.from({ length: rank - 2 }, (_, i) => i + 1),
];

export const rankOf = (v: Value): number => v.type.shape.length;

/** The value before a transpose back to channels first; `undefined` when none is there. */
export function behindTranspose(v: Value): Value | undefined {
  const op = nn.Transpose.match(v);
  return op && rankOf(v) > 2 && sameShape(op.attrs.perm ?? [], toFirst(rankOf(v)))
    ? op.operand(0)
    : undefined;
}

/** Whether a value is made of constants alone. */
export function isConstantValue(v: Value): boolean {
  return v.op?.operands.every(isConstantValue) ?? false;
}

/** Whether a value comes from a graph input by elementwise ops and movement alone: the host can lay it out. */
export function isFromInput(v: Value, rw: Rewriter): boolean {
  if (!v.op) return true;
  const { def } = v.op;
  if (!movers.includes(def) && !rw.ctx.interfaces.get(def, Elementwise)) return false;
  return v.op.operands.every((o) => isConstantValue(o) || isFromInput(o, rw));
}

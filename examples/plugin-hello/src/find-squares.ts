import { constantOf, definePattern, definePatternPass, elemInfo, numbers, type Pass } from "@gatefold/core";
import { Lookup } from "@gatefold/dialect-q";
import { IntSquare } from "./int-square.js";

const lookupOfSquares = definePattern(Lookup, (op, rw) => {
  const table = constantOf(op.operand(1));
  const x = op.operand(0);
  // −1/+1 has its own one-bit storage, which a squarer does not read.
  if (!table || x.type.elem === "bipolar") return undefined;
  const { lo, elem } = op.attrs;
  const length = table.shape[1]!;
  const wanted = (i: number): number => (lo + (i % length)) ** 2;
  const entries = numbers(table);
  if (!entries.every((y, i) => y === wanted(i))) {
    const { max } = elemInfo(elem);
    const clips = entries.every((y, i) => y === Math.min(wanted(i), max));
    return clips ? rw.missed(`the quantizer clips the square at ${max}`) : undefined;
  }
  rw.replace(op, [rw.build(IntSquare, [x], { elem })]);
  return true;
});

/**
 * `lookup(x, T)` → `int_square(x)`, if `T[c, i] = (lo + i)²`.
 *
 * Exact: a table is defined on `lo … lo + L − 1` only, and there both give `x²`. The table grows with `2^bits`, the
 * squarer with `bits²`.
 */
export const findSquares: Pass = definePatternPass({
  name: "find-squares",
  summary: "Tables of squares become squarers.",
  phase: "streamline",
  semantics: "bit-exact",
  patterns: [lookupOfSquares],
});

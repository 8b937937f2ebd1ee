import { isFloat, makeTensor, numbers } from "@gatefold/core";
import { codes, type Expr, evaluateExpr, isConstant } from "./expr.js";
import type { FlowFact } from "./fact.js";
import { levelShape } from "./form.js";
import { type IntegerFunction, integerFunction } from "./integer-function.js";

/** Relative size of what a float32 execution may have lost on its way to a quantizer. */
const float32Noise = 2 ** -21;
/** A code that changes already here sits on an exact tie, which the quantizer's own rule decides. */
const exactTie = 2 ** -48;

/**
 * Counts the thresholds at which noise of float32 size, before the quantizer, would give another code.
 *
 * `rows[c][k]` are the thresholds, `integerOf(t, c)` the flow's own integer at a threshold, and `g` the function that
 * the thresholds were found on. Both sides of a threshold are tried.
 */
export function countNearTies(
  flow: FlowFact,
  rows: readonly Float64Array[],
  integerOf: (threshold: number, channel: number) => number,
  g: IntegerFunction,
): number {
  const { expr } = flow;
  const [input, ...rest] = expr.kind === "op" ? expr.args : [];
  if (expr.kind !== "op" || !input || isConstant(input) || !isFloat(expr.op.operand(0).type.elem)) return 0;
  const quantizer: Expr = { ...expr, args: [codes, ...rest] };
  const channels = rows.length;
  const near = new Set<number>();
  for (const side of [0, 1]) {
    const levels = Float64Array.from({ length: rows[0]!.length * channels }, (_, i) => {
      const c = i % channels;
      const t = rows[c]![Math.floor(i / channels)]! - side;
      return integerOf(Math.min(Math.max(t, g.lo(c)), g.hi(c)), c);
    });
    const reals = Float64Array.from(integerFunction(flow, input).at(levels));
    const codeAt = (shift: number): ArrayLike<number> => {
      const shape = levelShape(flow.form, reals.length / flow.form.channels);
      return numbers(
        evaluateExpr(
          quantizer,
          makeTensor(
            "f64",
            shape,
            reals.map((v) => v * (1 + shift)),
          ),
          flow.form,
        ),
      );
    };
    const code = codeAt(0);
    const changes = (shift: number): ((i: number) => boolean) => {
      const [above, below] = [codeAt(shift), codeAt(-shift)];
      return (i) => above[i] !== code[i] || below[i] !== code[i];
    };
    const [noisy, exact] = [changes(float32Noise), changes(exactTie)];
    for (let i = 0; i < levels.length; i++) {
      const c = i % channels;
      const reached = rows[c]![Math.floor(i / channels)]! <= g.hi(c);
      if (reached && noisy(i) && !exact(i)) near.add(i);
    }
  }
  return near.size;
}

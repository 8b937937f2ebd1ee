import { isFloat, numbers, type Op } from "@gatefold/core";
import { decoders, type Expr, evaluateExpr, isConstant, mapDecoders } from "./expr.js";
import type { FlowFact } from "./fact.js";
import type { Form } from "./form.js";
import { type IntegerFunction, integerFunction } from "./integer-function.js";

/** Relative size of what a float32 execution may have lost on its way to a quantizer. */
const float32Noise = 2 ** -21;
/** A code that changes already here sits on a tie of real numbers. */
const tieNoise = 2 ** -48;

/**
 * Counts the thresholds at which noise of float32 size, before the quantizer, would give another code. Both sides of
 * a threshold are tried. A tie that every execution meets exactly (scales that are powers of two, a real of few
 * bits) is decided by the quantizer's own rule and does not count.
 *
 * `rows[c][k]` are the thresholds, `integerOf(t, c)` the flow's own integer at a threshold, and `g` the function that
 * the thresholds were found on.
 */
export function countNearTies(
  flow: FlowFact,
  op: Op,
  rows: readonly Float64Array[],
  integerOf: (threshold: number, channel: number) => number,
  g: IntegerFunction,
): number {
  const { expr } = flow;
  if (expr.kind !== "op" || expr.op !== op) return 0;
  const [input, ...rest] = expr.args;
  const elem = op.operand(0).type.elem;
  if (!input || isConstant(input) || !rest.every(isConstant) || !isFloat(elem)) return 0;
  const channels = rows.length;
  const form: Form = { ...flow.form, channels };
  const quantizer: Expr = { kind: "op", op, args: [{ kind: "codes", elem }, ...rest] };
  const exactSums = decoders(input).every(
    ({ scale, divisor = 1 }) => scale.every(isPowerOfTwo) && isPowerOfTwo(divisor),
  );
  const near = new Set<number>();
  for (const side of [0, 1]) {
    const levels = Float64Array.from({ length: rows[0]!.length * channels }, (_, i) => {
      const c = i % channels;
      const t = rows[c]![Math.floor(i / channels)]! - side;
      return integerOf(Math.min(Math.max(t, g.lo(c)), g.hi(c)), c);
    });
    const reals = Float64Array.from(integerFunction(flow, input).at(levels));
    const codesOf = (values: Float64Array): ArrayLike<number> =>
      numbers(evaluateExpr(quantizer, values, form));
    const code = codesOf(reals);
    const changed = (variants: readonly Float64Array[]): ((i: number) => boolean) => {
      const others = variants.map(codesOf);
      return (i) => others.some((other) => other[i] !== code[i]);
    };
    const shifted = (noise: number): Float64Array[] =>
      [noise, -noise].map((shift) => reals.map((v) => v * (1 + shift)));
    const noisy = changed(shifted(float32Noise));
    const tie = changed(shifted(tieNoise));
    const sumTie = exactSums ? () => false : changed(withSumNoise(flow, input, levels));
    for (let i = 0; i < levels.length; i++) {
      const c = i % channels;
      const reached = rows[c]![Math.floor(i / channels)]! <= g.hi(c);
      const exact = exactSums && tie(i) && Math.fround(reals[i]!) === reals[i]!;
      if (reached && ((noisy(i) && !exact) || sumTie(i))) near.add(i);
    }
  }
  return near.size;
}

/** The reals when the sums behind them are a little off, either way: at a sum of 0 no relative noise shows. */
function withSumNoise(flow: FlowFact, input: Expr, levels: Float64Array): Float64Array[] {
  const reach = Math.max(Math.abs(flow.range.lo), Math.abs(flow.range.hi)) * tieNoise;
  return [reach, -reach].map((shift) => {
    const off = mapDecoders(input, (d) => ({
      ...d,
      bias: d.scale.map((s, c) => d.bias[d.bias.length === 1 ? 0 : c]! + Math.abs(s) * shift),
    }));
    return Float64Array.from(integerFunction(flow, off).at(levels));
  });
}

function isPowerOfTwo(scale: number): boolean {
  return scale === 0 || 2 ** Math.round(Math.log2(Math.abs(scale))) === Math.abs(scale);
}

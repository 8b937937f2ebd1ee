import {
  Constant,
  constantOf,
  definePattern,
  definePatternPass,
  type ElemType,
  type Graph,
  numbers,
  type Op,
  type Pass,
  type Tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { BipolarQuant, Dequantize, Quant, Quantize } from "@gatefold/dialect-nn";

/** Clip bounds of a QONNX quantizer, one pair for each bit width; fractional widths keep fractional bounds. */
function bounds(
  bits: Tensor,
  signed: boolean,
  narrow: boolean,
): { readonly lo: Tensor; readonly hi: Tensor } {
  const widths = Array.from(numbers(bits));
  const lo = widths.map((b) => (signed ? -(2 ** (b - 1)) + (narrow ? 1 : 0) : 0));
  const hi = widths.map((b) => (signed ? 2 ** (b - 1) - 1 : 2 ** b - (narrow ? 2 : 1)));
  return { lo: tensorFrom("f64", bits.shape, lo), hi: tensorFrom("f64", bits.shape, hi) };
}

function rebuild(
  op: Op,
  graph: Graph,
  operands: readonly Value[],
  elem: ElemType,
  rounding: string | undefined,
): boolean {
  const [x, scale, zero, lo, hi] = operands as [Value, Value, Value, Value, Value];
  const at = { before: op, loc: op.loc };
  const attrs = rounding === undefined ? { elem } : { elem, rounding: rounding as never };
  const codes = Quantize.build(graph, [x, scale, zero, lo, hi], attrs, at);
  graph.replaceOp(op, [Dequantize.build(graph, [codes, scale, zero], {}, at)]);
  return true;
}

const constant = (op: Op, graph: Graph, value: Tensor): Value =>
  Constant.build(graph, [], { value }, { before: op });

/**
 * `quant(x, s, z, b)` → `dequantize(quantize(x, s, z, lo, hi), s, z)`: the codes become a value of their own.
 *
 * Exact: QONNX computes `(round(clip(x/s + z, lo, hi)) − z) · s`, which is these two steps. One signed bit is a
 * bipolar code. Only for constant bit widths.
 */
export const splitQuant: Pass = definePatternPass({
  name: "split-quant",
  summary: "A quantizer becomes quantize and dequantize, so that its integer codes are a value.",
  phase: "canonicalize",
  semantics: "bit-exact",
  patterns: [
    definePattern(Quant, (op, rw) => {
      const bits = constantOf(op.operand(3));
      if (!bits) return rw.missed("its bit width is not constant");
      const { signed, narrow, rounding } = op.attrs;
      const widths = Array.from(numbers(bits));
      const most = Math.ceil(Math.max(...widths));
      if (!(most >= 1 && most <= 32)) return rw.missed(`its bit width is ${most}`);
      const [x, scale, zero] = op.operands as [Value, Value, Value];
      const oneBit = widths.map((b) => b === 1 && signed);
      if (oneBit.includes(true) && oneBit.includes(false))
        return rw.missed("some of its channels are bipolar");
      const { lo, hi } = bounds(bits, signed, narrow);
      const elem: ElemType = oneBit[0] ? "bipolar" : signed ? `i${most}` : `u${most}`;
      const operands = [x, scale, zero, constant(op, rw.graph, lo), constant(op, rw.graph, hi)];
      return rebuild(op, rw.graph, operands, elem, rounding);
    }),
    definePattern(BipolarQuant, (op, rw) => {
      const [x, scale] = op.operands as [Value, Value];
      const [zero, lo, hi] = [0, -1, 1].map((v) => constant(op, rw.graph, tensorFrom("f64", [], [v])));
      return rebuild(op, rw.graph, [x, scale, zero!, lo!, hi!], "bipolar", undefined);
    }),
  ],
});

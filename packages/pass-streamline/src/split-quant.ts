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
import { BipolarQuant, Cast, Dequantize, Quant, Quantize } from "@gatefold/dialect-nn";

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

/** Puts `dequantize(codes, scale, zero)` in the place of a quantizer, in its real type. */
function finish(op: Op, graph: Graph, codes: Value, scale: Value, zero: Value): true {
  const at = { before: op, loc: op.loc };
  const reals = Dequantize.build(graph, [codes, scale, zero], {}, at);
  const { elem } = op.result().type;
  graph.replaceOp(op, [reals.type.elem === elem ? reals : Cast.build(graph, [reals], { to: elem }, at)]);
  return true;
}

/** Why the real type of a quantizer stands against splitting it: a cast to it would round. */
function halfType(op: Op): string | undefined {
  const { elem } = op.result().type;
  return elem === "f32" || elem === "f64" ? undefined : `its result is ${elem}`;
}

const constant = (op: Op, graph: Graph, value: Tensor): Value =>
  Constant.build(graph, [], { value }, { before: op });

/**
 * `quant(x, s, z, b)` → `dequantize(quantize(x, s, z, lo, hi), s, z)`: the codes become a value of their own.
 *
 * Exact: QONNX computes `(round(clip(x/s + z, lo, hi)) − z) · s`, which is these two steps. One signed bit is a
 * bipolar code. Only for constant bit widths.
 *
 * `bipolar_quant(x, s)` → `dequantize(quantize(x, 1, 0), s, 0)`: its sign is that of `x`, also where `s` is negative.
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
      const half = halfType(op);
      if (half) return rw.missed(half);
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
      const codes = Quantize.build(rw.graph, operands, { elem, rounding }, { before: op, loc: op.loc });
      return finish(op, rw.graph, codes, scale, zero);
    }),
    definePattern(BipolarQuant, (op, rw) => {
      const half = halfType(op);
      if (half) return rw.missed(half);
      const [x, scale] = op.operands as [Value, Value];
      const [one, zero, lo, hi] = [1, 0, -1, 1].map((v) =>
        constant(op, rw.graph, tensorFrom("f32", [], [v])),
      );
      const operands = [x, one!, zero!, lo!, hi!];
      const codes = Quantize.build(rw.graph, operands, { elem: "bipolar" }, { before: op, loc: op.loc });
      return finish(op, rw.graph, codes, scale, zero!);
    }),
  ],
});

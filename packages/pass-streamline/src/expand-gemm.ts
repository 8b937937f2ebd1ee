import {
  Constant,
  definePattern,
  definePatternPass,
  isInt,
  type Pass,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { Add, Gemm, MatMul, Mul, Transpose } from "@gatefold/dialect-nn";

/**
 * `gemm(a, b, c)` → `α · (a' · b') + β · c`, with transposes where it asks for them.
 *
 * Exact: it is Gemm's definition. The transpose of a constant folds later.
 */
export const expandGemm: Pass = definePatternPass({
  name: "expand-gemm",
  summary: "Gemm becomes matmul, scale and bias.",
  phase: "canonicalize",
  semantics: "bit-exact",
  patterns: [
    definePattern(Gemm, (op, rw) => {
      const { graph } = rw;
      const at = { before: op, loc: op.loc };
      const { alpha, beta, trans_a, trans_b } = op.attrs;
      // On integers, the sum and its factors round and wrap once, at the end.
      if (isInt(op.result().type.elem) && (alpha !== 1 || beta !== 1))
        return rw.missed("its elements are integers");
      const turned = (v: Value, turn: boolean): Value =>
        turn ? Transpose.build(graph, [v], { perm: [1, 0] }, at) : v;
      const scaled = (v: Value, factor: number): Value => {
        if (factor === 1) return v;
        const value = tensorFrom(v.type.elem, [], [factor]);
        return Mul.build(graph, [v, Constant.build(graph, [], { value }, at)], {}, at);
      };
      const [a, b, c] = op.operands as [Value, Value, Value | undefined];
      const product = scaled(MatMul.build(graph, [turned(a, trans_a), turned(b, trans_b)], {}, at), alpha);
      graph.replaceOp(op, [c ? Add.build(graph, [product, scaled(c, beta)], {}, at) : product]);
      return true;
    }),
  ],
});

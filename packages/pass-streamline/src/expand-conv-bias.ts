import { definePattern, definePatternPass, type Pass, type Value } from "@gatefold/core";
import { Add, Conv, Reshape } from "@gatefold/dialect-nn";

/**
 * `conv(x, w, b)` → `conv(x, w) + b`: the bias is one more addition on its way into the thresholds.
 *
 * Exact: it is the convolution's definition.
 */
export const expandConvBias: Pass = definePatternPass({
  name: "expand-conv-bias",
  summary: "The bias of a convolution becomes an addition.",
  phase: "canonicalize",
  semantics: "bit-exact",
  patterns: [
    definePattern(Conv, (op, rw) => {
      const [x, w, b] = op.operands as [Value, Value, Value | undefined];
      if (!b) return undefined;
      const { graph } = rw;
      const at = { before: op, loc: op.loc };
      const spatial = x.type.shape.length - 2;
      const behind = op.attrs.layout === "channels_first" ? new Array<number>(spatial).fill(1) : [];
      const bias = Reshape.build(graph, [b], { shape: [b.type.shape[0]!, ...behind] }, at);
      graph.replaceOp(op, [Add.build(graph, [Conv.build(graph, [x, w], op.attrs, at), bias], {}, at)]);
      return true;
    }),
  ],
});

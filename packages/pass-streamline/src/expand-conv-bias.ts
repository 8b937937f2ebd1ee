import { definePatternPass, type Pass, type Pattern, type Value } from "@gatefold/core";
import { Add, Conv, ConvTranspose, Reshape } from "@gatefold/dialect-nn";

const withoutBias: Pattern = {
  ops: [Conv, ConvTranspose],
  rewrite(op, { graph }) {
    const [x, w, b] = op.operands as [Value, Value, Value | undefined];
    if (!b) return undefined;
    const at = { before: op, loc: op.loc };
    const spatial = x.type.shape.length - 2;
    const behind = op.attrs["layout"] === "channels_first" ? new Array<number>(spatial).fill(1) : [];
    const bias = Reshape.build(graph, [b], { shape: [b.type.shape[0]!, ...behind] }, at);
    const bare = graph.create(op.def, [x, w], op.attrs, at).result();
    graph.replaceOp(op, [Add.build(graph, [bare, bias], {}, at)]);
    return true;
  },
};

/**
 * `conv(x, w, b)` → `conv(x, w) + b`, for a transposed convolution too: the bias is one more addition on its way into
 * the thresholds.
 *
 * Exact: it is the convolution's definition.
 */
export const expandConvBias: Pass = definePatternPass({
  name: "expand-conv-bias",
  summary: "The bias of a convolution becomes an addition.",
  phase: "canonicalize",
  semantics: "bit-exact",
  patterns: [withoutBias],
});

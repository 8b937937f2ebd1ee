import {
  Constant,
  definePattern,
  definePatternPass,
  type Graph,
  isTensor,
  type Op,
  type Pass,
  type Pattern,
  sameShape,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { Elementwise } from "@gatefold/dialect-nn";
import { behindTranspose, isConstantValue, isFromInput, rankOf, toFirst, toLast } from "./layout.js";
import { namedAxes } from "./named-axes.js";
import { pastBlocks } from "./past-blocks.js";

/** A constant that broadcasts against channels-first data of a rank, as one that does against channels-last data. */
function constantToLast(v: Value, rank: number, graph: Graph, before: Op): Value {
  const { shape } = v.type;
  if (shape.every((d) => d === 1)) return v;
  const at = { before, loc: before.loc };
  const full = [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const lifted = full.length === shape.length ? v : nn.Reshape.build(graph, [v], { shape: full }, at);
  return nn.Transpose.build(graph, [lifted], { perm: toLast(rank) }, at);
}

/**
 * `f(x)` in NCHW → `T⁻¹ f'(T x)` with `f'` in NHWC: an op that knows both layouts.
 *
 * Exact: the op says itself what it means in either layout.
 */
const useLast: Pattern = {
  rewrite(op, rw) {
    const [x] = op.operands;
    if (op.attrs["layout"] !== "channels_first" || !x || rankOf(x) < 3 || isConstantValue(x))
      return undefined;
    const { graph } = rw;
    const at = { before: op, loc: op.loc };
    const moved = nn.Transpose.build(graph, [x], { perm: toLast(rankOf(x)) }, at);
    const attrs = { ...op.attrs, layout: "channels_last" };
    const last = graph.create(op.def, [moved, ...op.operands.slice(1)], attrs, at).result();
    graph.replaceOp(op, [nn.Transpose.build(graph, [last], { perm: toFirst(rankOf(last)) }, at)]);
    return true;
  },
};

/**
 * `f(T⁻¹ x, c, …)` → `T⁻¹ f(x, T c, …)` for elementwise `f`: the transpose moves on, constants are laid out anew.
 *
 * Exact: `f` treats each position by itself. All operands that flow must come through the same transpose, or from
 * an input, where the host lays them out.
 */
const pastElementwise: Pattern = {
  rewrite(op, rw) {
    if (!rw.ctx.interfaces.get(op.def, Elementwise) || op.results.length !== 1 || "layout" in op.attrs)
      return undefined;
    const flowing = op.operands.filter((v) => !isConstantValue(v));
    const rank = rankOf(op.result());
    if (flowing.every((v) => isFromInput(v, rw))) return undefined;
    if (flowing.length === 0 || flowing.some((v) => rankOf(v) !== rank)) return undefined;
    if (flowing.some((v) => !behindTranspose(v) && !isFromInput(v, rw))) return undefined;
    const { graph } = rw;
    const at = { before: op, loc: op.loc };
    const operands = op.operands.map((v) => {
      if (isConstantValue(v)) return constantToLast(v, rank, graph, op);
      return behindTranspose(v) ?? nn.Transpose.build(graph, [v], { perm: toLast(rank) }, at);
    });
    const result = graph.create(op.def, operands, op.attrs, at).result();
    graph.replaceOp(op, [nn.Transpose.build(graph, [result], { perm: toFirst(rank) }, at)]);
    return true;
  },
};

/** The readers of a value that all transpose it to channels last; none when one does not. */
function transposedBy(v: Value): readonly Op[] {
  const readers = v.uses.map(({ op }) => nn.Transpose.match(op.results[0]));
  const last = toLast(rankOf(v));
  return readers.every((op) => op && sameShape(op.attrs.perm ?? [], last)) ? (readers as Op[]) : [];
}

/**
 * `T f(x, c, …)` → `f(T x, T c, …)` for elementwise `f` that nothing reads otherwise: the transpose of an input moves up to
 * it, where the host does it.
 */
const beforeElementwise: Pattern = {
  rewrite(op, rw) {
    if (!rw.ctx.interfaces.get(op.def, Elementwise) || op.results.length !== 1 || "layout" in op.attrs)
      return undefined;
    const rank = rankOf(op.result());
    const flowing = op.operands.filter((v) => !isConstantValue(v));
    if (rank < 3 || !isFromInput(op.result(), rw)) return undefined;
    const readers = transposedBy(op.result());
    if (flowing.length !== 1 || rankOf(flowing[0]!) !== rank || readers.length === 0) return undefined;
    const { graph } = rw;
    const at = { before: op, loc: op.loc };
    const operands = op.operands.map((v) =>
      isConstantValue(v)
        ? constantToLast(v, rank, graph, op)
        : nn.Transpose.build(graph, [v], { perm: toLast(rank) }, at),
    );
    const result = graph.create(op.def, operands, op.attrs, at).result();
    for (const transpose of readers) graph.replaceOp(transpose, [result]);
    graph.erase(op);
    return true;
  },
};

/** `T_p (T_q x)` → `T_{q∘p} x`, and nothing when that is the identity. */
const merge: Pattern = definePattern(nn.Transpose, (op, rw) => {
  const inner = nn.Transpose.match(op.operand(0));
  if (!inner || isConstantValue(inner.result())) return undefined;
  const rank = rankOf(op.operand(0));
  const reversed = Array.from({ length: rank }, (_, i) => rank - 1 - i);
  const [outerPerm, innerPerm] = [op.attrs.perm ?? reversed, inner.attrs.perm ?? reversed];
  const perm = outerPerm.map((d) => innerPerm[d]!);
  const source = inner.operand(0);
  const at = { before: op, loc: op.loc };
  const same = perm.every((d, i) => d === i);
  rw.graph.replaceOp(op, [same ? source : nn.Transpose.build(rw.graph, [source], { perm }, at)]);
  return true;
});

/** Ops that keep the order of the elements: a flatten, whatever its name. */
const flattens = [nn.Reshape, nn.Flatten, nn.Squeeze];

/**
 * `flatten(T⁻¹ x)` → `gather(flatten(x), order)`: a permutation of features instead of a transpose.
 *
 * Exact: the gather takes for each feature the element that NCHW order would have put there.
 */
const flattenLast: Pattern = {
  ops: flattens,
  rewrite(op, rw) {
    const source = behindTranspose(op.operand(0));
    const { shape } = op.result().type;
    if (!source || shape.length !== 2 || shape[0] !== source.type.shape[0]) return undefined;
    const { graph } = rw;
    const at = { before: op, loc: op.loc };
    const flat = nn.Reshape.build(graph, [source], { shape }, at);
    const [, ...spatialAndChannels] = source.type.shape;
    const channels = spatialAndChannels.at(-1)!;
    const pixels = shape[1]! / channels;
    if (channels === 1 || pixels === 1) {
      graph.replaceOp(op, [flat]);
      return true;
    }
    const order = Array.from(
      { length: shape[1]! },
      (_, i) => (i % pixels) * channels + Math.floor(i / pixels),
    );
    const indices = Constant.build(graph, [], { value: tensorFrom("i32", [order.length], order) }, at);
    graph.replaceOp(op, [nn.Gather.build(graph, [flat, indices], { axis: 1 }, at)]);
    return true;
  },
};

/** The data and the order of a gather that permutes the last axis. */
function permutation(v: Value): { readonly source: Value; readonly order: readonly number[] } | undefined {
  const op = nn.Gather.match(v);
  const indices = op && Constant.match(op.operand(1))?.attrs.value;
  if (!op || !indices || !isTensor(indices) || op.attrs.axis !== 1 || rankOf(v) !== 2 || isConstantValue(v))
    return undefined;
  const order = Array.from(indices.data, Number);
  const size = op.operand(0).type.shape[1]!;
  return order.length === size && new Set(order).size === size ? { source: op.operand(0), order } : undefined;
}

/** `order⁻¹`. */
function inverse(order: readonly number[]): number[] {
  const out = new Array<number>(order.length);
  order.forEach((from, to) => {
    out[from] = to;
  });
  return out;
}

/** The rows (axis 0) or columns of a constant in another order, where it has more than one. */
function reorder(v: Value, axis: number, order: readonly number[], graph: Graph, before: Op): Value {
  if (v.type.shape[axis] !== order.length) return v;
  const at = { before, loc: before.loc };
  const indices = Constant.build(graph, [], { value: tensorFrom("i32", [order.length], order) }, at);
  return nn.Gather.build(graph, [v, indices], { axis }, at);
}

/** `f(P x, c)` → `P f(x, P⁻¹ c)` for elementwise `f` and a permutation `P` of the features. */
const permutePastElementwise: Pattern = {
  rewrite(op, rw) {
    if (!rw.ctx.interfaces.get(op.def, Elementwise) || op.results.length !== 1 || rankOf(op.result()) !== 2)
      return undefined;
    const flowing = op.operands.filter((v) => !isConstantValue(v));
    const [found] = flowing.map(permutation);
    if (flowing.length !== 1 || !found) return undefined;
    const { graph } = rw;
    const back = inverse(found.order);
    const operands = op.operands.map((v) =>
      permutation(v) ? found.source : reorder(v, rankOf(v) - 1, back, graph, op),
    );
    const result = graph.create(op.def, operands, op.attrs, { before: op, loc: op.loc }).result();
    graph.replaceOp(op, [reorder(result, 1, found.order, graph, op)]);
    return true;
  },
};

/** `(P x) · W` → `x · (P⁻¹ W)`: the dense layer behind a flatten gets its weight rows in the order of the stream. */
const permuteWeights: Pattern = definePattern(nn.MatMul, (op, rw) => {
  const [x, w] = op.operands as [Value, Value];
  const found = permutation(x);
  if (!found || !isConstantValue(w) || rankOf(w) !== 2) return undefined;
  const { graph } = rw;
  const rows = reorder(w, 0, inverse(found.order), graph, op);
  graph.replaceOp(op, [nn.MatMul.build(graph, [found.source, rows], {}, { before: op, loc: op.loc })]);
  return true;
});

/**
 * Channels innermost from the first layer on. Every op that knows both layouts takes NHWC between two transposes;
 * transposes move towards the outputs and cancel, and the one before a flatten ends in the weights of the dense
 * layer behind it.
 */
export const channelsLast: Pass = definePatternPass({
  name: "channels-last",
  summary: "Channels innermost; transposes cancel or end in the weights.",
  phase: "canonicalize",
  semantics: "bit-exact",
  patterns: [
    merge,
    useLast,
    beforeElementwise,
    pastElementwise,
    flattenLast,
    permutePastElementwise,
    permuteWeights,
    ...namedAxes,
    pastBlocks,
  ],
});

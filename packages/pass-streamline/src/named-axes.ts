import {
  type AttrValue,
  definePattern,
  type Op,
  type OpDef,
  type Pattern,
  type Rewriter,
  sameShape,
  type Value,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { behindTranspose, isConstantValue, isFromInput, rankOf, toFirst, toLast } from "./layout.js";

type Attrs = Readonly<Record<string, AttrValue>>;
/** What an op's attributes become when its axes stand in another order. */
type Reordered = (op: Op, order: readonly number[]) => Attrs;

/** The position of an axis of a rank, counted from either end, in another order. */
const axisIn = (order: readonly number[], axis: number): number =>
  order.indexOf(axis < 0 ? axis + order.length : axis);

const byAxis: Reordered = (op, order) => ({ axis: axisIn(order, op.attrs["axis"] as number) });

const listed = (list: AttrValue, order: readonly number[]): AttrValue =>
  list === undefined ? undefined : order.map((d) => (list as readonly number[])[d]!);

/** Ops that name axes in their attributes. */
const reordered: ReadonlyMap<OpDef, Reordered> = new Map<OpDef, Reordered>([
  [nn.Concat as OpDef, byAxis],
  [nn.Split as OpDef, byAxis],
  [
    nn.Pad as OpDef,
    ({ attrs }, order) => {
      const pads = attrs["pads"] as readonly number[];
      return { pads: [...order.map((d) => pads[d]!), ...order.map((d) => pads[d + order.length]!)] };
    },
  ],
  [
    nn.Resize as OpDef,
    ({ attrs }, order) => ({ scales: listed(attrs["scales"], order), sizes: listed(attrs["sizes"], order) }),
  ],
  [
    nn.Slice as OpDef,
    ({ attrs }, order) => {
      const { axes, starts } = attrs as { axes?: readonly number[]; starts: readonly number[] };
      return { axes: (axes ?? starts.map((_, i) => i)).map((axis) => axisIn(order, axis)) };
    },
  ],
]);

/** The op on channels-last operands, its results turned back for their readers. */
function turn(op: Op, { graph }: Rewriter): void {
  const rank = rankOf(op.operand(0));
  const at = { before: op, loc: op.loc };
  const operands = op.operands.map((v) => {
    if (isConstantValue(v)) return v;
    return behindTranspose(v) ?? nn.Transpose.build(graph, [v], { perm: toLast(rank) }, at);
  });
  const attrs = { ...op.attrs, ...reordered.get(op.def)!(op, toLast(rank)) };
  const made = graph.create(op.def, operands, attrs, at);
  graph.replaceOp(
    op,
    made.results.map((v) => nn.Transpose.build(graph, [v], { perm: toFirst(rank) }, at)),
  );
}

/** Whether every operand that flows comes through a transpose, or from an input, where the host lays it out. */
function turns(op: Op, rw: Rewriter): boolean {
  const flowing = op.operands.filter((v) => !isConstantValue(v));
  const rank = rankOf(op.operand(0));
  return rank > 2 && flowing.every((v) => rankOf(v) === rank && (behindTranspose(v) || isFromInput(v, rw)));
}

/** `f(T⁻¹ x, …)` → `T⁻¹ f'(x, …)` for an `f` that names axes. */
const after: Pattern = {
  ops: [...reordered.keys()],
  rewrite(op, rw) {
    const flowing = op.operands.filter((v) => !isConstantValue(v));
    if (flowing.every((v) => isFromInput(v, rw)) || !flowing.some(behindTranspose) || !turns(op, rw))
      return undefined;
    turn(op, rw);
    return true;
  },
};

/** Whether a value reaches an op that wants its channels last, not through another transpose. */
function feedsLast(v: Value): boolean {
  return v.uses.some(
    ({ op }) =>
      op.attrs["layout"] === "channels_last" ||
      (!nn.Transpose.is(op) && op.results.some((r) => feedsLast(r))),
  );
}

/** `T f(x, …)` → `f'(T x, …)` for an `f` that names axes, on an input. */
const before: Pattern = definePattern(nn.Transpose, (op, rw) => {
  const source = op.operand(0);
  const rank = rankOf(source);
  if (!source.op || !reordered.has(source.op.def) || isConstantValue(source)) return undefined;
  if (rank < 3 || !sameShape(op.attrs.perm ?? [], toLast(rank)) || !turns(source.op, rw)) return undefined;
  // In three axes a transpose is its own inverse; only its readers tell which way it goes.
  if (rank === 3 && !feedsLast(op.result())) return undefined;
  turn(source.op, rw);
  return true;
});

/** Ops that name axes between channels-first and channels-last. */
export const namedAxes: readonly Pattern[] = [after, before];

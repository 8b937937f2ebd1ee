import {
  Constant,
  constantOf,
  elemForRange,
  type Graph,
  numbers,
  type Op,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as q from "@gatefold/dialect-q";

/** Ops that treat each channel by a row of parameters. */
const channelwise = [q.Threshold, q.Lookup, q.Affine];

/** Whether an op treats each channel by a row of constants, with its channels along the last axis. */
function isPointwise(op: Op | undefined): op is Op {
  if (!op || !channelwise.some((def) => def.is(op))) return false;
  const [axis, last] = [op.attrs["axis"] as number, op.result().type.shape.length - 1];
  const parameters = op.operands.slice(1);
  const oneRow = parameters.every((v) => v.type.shape[0] === 1);
  return (oneRow || axis === -1 || axis === last) && parameters.every((v) => constantOf(v));
}

/** `op` on another first operand, its rows of parameters in the order `rows`, one row for all channels as it is. */
function withRows(graph: Graph, op: Op, x: Value, rows: readonly number[], before: Op): Value {
  const at = { before, loc: op.loc };
  const parameters = op.operands.slice(1).map((v) => {
    const value = constantOf(v)!;
    const [count, ...rest] = value.shape as [number, ...number[]];
    if (count === 1) return v;
    const own = numbers(value);
    const width = own.length / count;
    const picked = rows.flatMap((r) => Array.from(own.slice(r * width, (r + 1) * width)));
    const made = tensorFrom(value.elem, [rows.length, ...rest], picked);
    return Constant.build(graph, [], { value: made }, at);
  });
  const attrs = "axis" in op.attrs ? { ...op.attrs, axis: -1 } : op.attrs;
  return graph.create(op.def, [x, ...parameters], attrs, at).result();
}

/** For each channel of what an op reads, the channel that it becomes; `undefined` for an op that is no move of pixels. */
function channelsBefore(op: Op): readonly number[] | undefined {
  const [from, to] = [op.operands[0]?.type.shape ?? [], op.results[0]?.type.shape ?? []];
  const [depth, count] = [from.at(-1)!, to.at(-1)!];
  const channels = Array.from({ length: depth }, (_, c) => c);
  if (q.Crop.is(op) || (q.Reshape.is(op) && depth === count)) return channels;
  if (!q.DepthToSpace.is(op)) return undefined;
  return channels.map((c) => (op.attrs.mode === "DCR" ? c % count : Math.floor((c * count) / depth)));
}

/** Whether a value comes from blocks of channels, through moves of pixels that nothing else reads. */
function isFromBlocks(v: Value): boolean {
  const { op } = v;
  if (!op || v.uses.length !== 1 || !channelsBefore(op)) return false;
  return q.DepthToSpace.is(op) || q.Crop.is(op) || isFromBlocks(op.operand(0));
}

/**
 * `f(blocks(x))` → `blocks(f'(x))` for thresholds, tables and affine functions a channel, `f'` with the rows of each
 * channel's place; the same for a crop.
 *
 * Exact: `f` treats each element by its channel alone. Blocks hold a row of the image, which thresholds make narrow.
 */
function pointwiseFirst(graph: Graph): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const op of [...graph.ops()]) {
      if (!isPointwise(op) || !isFromBlocks(op.operand(0))) continue;
      const move = op.operand(0).op!;
      const inner = withRows(graph, op, move.operand(0), channelsBefore(move)!, op);
      const init = { before: op, loc: move.loc, names: [op.result().name] };
      graph.replaceOp(op, [graph.create(move.def, [inner], move.attrs, init).result()]);
      changed = true;
    }
    graph.eraseDead();
  }
}

/**
 * `blocks in CRD order(conv(x, w))` → `blocks in DCR order(conv(x, P w))`, through thresholds and the like: filters change
 * places instead of channels, which would need a memory of their own.
 *
 * Exact for a convolution in one group and a matrix product: filters may stand in any order.
 */
function depthInnermost(graph: Graph): void {
  for (const op of [...graph.ops()]) {
    if (!q.DepthToSpace.is(op) || op.attrs.mode !== "CRD") continue;
    const chain: Op[] = [];
    let source = op.operand(0);
    for (; isPointwise(source.op) && source.uses.length === 1; source = source.op.operand(0))
      chain.unshift(source.op);
    const layer = source.uses.length === 1 ? source.op : undefined;
    if (!layer || !(q.MatMul.is(layer) || (q.Conv.is(layer) && layer.attrs.groups === 1))) continue;
    if (!constantOf(layer.operand(1))) continue;
    const places = op.attrs.block.reduce((a, b) => a * b, 1);
    const depth = op.operand(0).type.shape.at(-1)!;
    const count = depth / places;
    const order = Array.from({ length: depth }, (_, c) =>
      q.blockChannel("CRD", count, places, Math.floor(c / count), c % count),
    );
    let value = withRows(graph, layer, layer.operand(0), order, op);
    for (const link of chain) value = withRows(graph, link, value, order, op);
    const init = { before: op, loc: op.loc, names: [op.result().name] };
    graph.replaceOp(op, [q.DepthToSpace.build(graph, [value], { block: op.attrs.block, mode: "DCR" }, init)]);
  }
  graph.eraseDead();
}

/**
 * `threshold(x + b, T)` → `threshold(x, T − b)`: what a transposed convolution adds for the taps that a phase lacks.
 *
 * Exact: `x + b >= t` iff `x >= t − b` on integers. Only where nothing else reads the sum.
 */
function offsetsIntoThresholds(graph: Graph): void {
  for (const op of [...graph.ops()]) {
    const sum = q.Affine.match(op.operands[0]);
    const [scale, offset, thresholds] = [sum?.operand(1), sum?.operand(2), op.operands[1]].map((v) =>
      constantOf(v),
    );
    if (!q.Threshold.is(op) || !isPointwise(op) || !isPointwise(sum) || sum.result().uses.length !== 1)
      continue;
    if (!scale || !offset || !thresholds || numbers(scale).some((v) => v !== 1)) continue;
    const [offsets, own] = [numbers(offset), numbers(thresholds)];
    const [rows, count] = thresholds.shape as [number, number];
    const channels = Math.max(offsets.length, rows);
    const moved = Float64Array.from(
      { length: channels * count },
      (_, i) => own[i % own.length]! - offsets[Math.floor(i / count) % offsets.length]!,
    );
    const value = tensorFrom(elemForRange(Math.min(...moved), Math.max(...moved)), [channels, count], moved);
    const at = { before: op, loc: op.loc, names: [op.result().name] };
    const constant = Constant.build(graph, [], { value }, { before: op, loc: op.loc });
    const attrs = { ...op.attrs, axis: -1 };
    graph.replaceOp(op, [q.Threshold.build(graph, [sum.operand(0), constant], attrs, at)]);
  }
  graph.eraseDead();
}

/** Blocks of channels as late and in as cheap an order as the graph allows; moves elements of constants only. */
export function settleBlocks(graph: Graph): void {
  pointwiseFirst(graph);
  depthInnermost(graph);
  offsetsIntoThresholds(graph);
}

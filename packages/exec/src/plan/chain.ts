import { broadcastIndex, numbers, type Op, type Tensor, type Value } from "@gatefold/core";
import { Add, Affine, ArgMax, Conv, Lookup, MatMul, SumPool, Threshold } from "@gatefold/dialect-q";
import { channelMode, expandRows } from "./channelwise.js";
import { assertExact, fitsTile } from "./matmul.js";
import type { Planner } from "./planner.js";
import { emitProduct } from "./product.js";
import { emitArgMax, emitLookup, emitThreshold, fuseSign } from "./sinks.js";
import { follower } from "./support.js";
import { TileBuilder } from "./tile.js";
import { asRows } from "./view.js";

const isProduct = (op: Op): boolean => MatMul.is(op) || Conv.is(op) || SumPool.is(op);

/** Columns that the last group of a product may write behind the row: products come in fours. */
const roomBehind = (planner: Planner, op: Op): number => ((planner.window(op)?.groups ?? 1) > 1 ? 3 : 0);

/**
 * Emits `op` and the elementwise ops behind it that nothing else reads as one step: a source (a matmul, a
 * convolution, an add, or a load), affines in place, and an end that writes memory (thresholds, a table, argmax, or a plain store).
 */
export function emitChain(planner: Planner, first: Op): void {
  // A product changes the shape, a constant operand of an add may have fewer rows; all else keeps the shape.
  const shaped = isProduct(first) || Add.is(first) ? first.result() : first.operand(0);
  const { rows, cols } = asRows(shaped.type.shape);
  const tile = new TileBuilder(planner.memory, rows, cols, roomBehind(planner, first));
  const ends = isProduct(first) && fuseSign(planner, tile, first);
  const stored = ends || finishChain(planner, tile, first);
  planner.push(tile.finish(first.def.name), {
    ops: tile.ops,
    kernel: tile.kernels.join(" + "),
    detail: detailOf(planner, first, stored),
  });
}

function finishChain(planner: Planner, tile: TileBuilder, first: Op): Value {
  let op = first;
  if (isProduct(op)) emitProduct(planner, tile, op);
  else if (Add.is(op)) emitAdd(planner, tile, op);
  else emitLoad(planner, tile, op.operand(0));
  let pending = !isProduct(op) && !Add.is(op);
  for (;;) {
    if (pending) {
      if (Threshold.is(op)) return emitThreshold(planner, tile, op);
      if (Lookup.is(op)) return emitLookup(planner, tile, op);
      if (ArgMax.is(op)) return emitArgMax(planner, tile, op);
      emitAffine(planner, tile, op);
    }
    tile.ops.push(op.def.name);
    planner.done.add(op);
    guard(planner, tile, op);
    const next = follower(planner.routes, op.result());
    if (!next) break;
    op = next;
    pending = true;
  }
  const form = planner.preferred(op.result());
  const keep = form?.storage === "bits" ? undefined : form;
  tile.store(planner.place(op.result(), keep));
  return op.result();
}

/** A run-time check where ranges cannot prove that the result's element type holds every value. */
function guard(planner: Planner, tile: TileBuilder, op: Op): void {
  const { proven, range } = planner.facts.get(op.result())!;
  if (!proven) tile.check(range!.lo, range!.hi, `is not a value of ${op.result().type.elem}`);
}

function emitLoad(planner: Planner, tile: TileBuilder, value: Value): void {
  tile.kind = fitsTile(planner.facts.get(value)!.range!) ? "i32" : "f64";
  tile.load(planner.dense(value), tile.kind, tile.tile);
}

const largest = (planner: Planner, value: Value): number => {
  const { lo, hi } = planner.facts.get(value)!.range!;
  return Math.max(Math.abs(lo), Math.abs(hi));
};

/** `m x + n y`: 32-bit arithmetic wraps and is right when the operands and the result fit. */
function emitAdd(planner: Planner, tile: TileBuilder, op: Op): void {
  if (!Add.is(op)) return;
  const [x, y] = [op.operand(0), op.operand(1)];
  const facts = [planner.facts.get(x)!, planner.facts.get(y)!] as const;
  const { m, n } = op.attrs;
  assertExact(op, Math.abs(m) * largest(planner, x) + Math.abs(n) * largest(planner, y));
  const narrow = facts.every((f) => fitsTile(f.range!)) && fitsTile(planner.facts.get(op.result())!.raw!);
  tile.kind = narrow ? "i32" : "f64";
  const factor = (v: number): number => (narrow ? Number(BigInt.asIntN(32, BigInt(v))) : v);
  const swapped = facts[0].constant !== undefined;
  const [fixed, computed] = swapped ? [facts[0].constant, y] : [facts[1].constant, x];
  tile.load(planner.dense(computed), tile.kind, 0);
  const target = [{ tile: 0 }, tile.stride()] as const;
  if (fixed) {
    const [own, scale] = swapped ? [n, m] : [m, n];
    const terms = expandConstant(fixed, op.result().type.shape, scale);
    const at = planner.memory.constant(narrow ? Int32Array.from(terms, factor) : terms);
    tile.call(`add_constant_${tile.kind}`, ...target, "rows", tile.cols, at, "row0", tile.rows, factor(own));
  } else {
    tile.load(planner.dense(y), tile.kind, 1);
    tile.call(
      `add_${tile.kind}`,
      ...target,
      { tile: 1 },
      tile.stride(),
      "rows",
      tile.cols,
      factor(m),
      factor(n),
    );
  }
  tile.kernels.push(`${tile.kind} add`);
}

function expandConstant(value: Tensor, shape: readonly number[], scale: number): Float64Array {
  const values = numbers(value);
  const index = broadcastIndex(value.shape, shape);
  return Float64Array.from(
    { length: index?.length ?? values.length },
    (_, i) => scale * values[index ? index[i]! : i]!,
  );
}

function emitAffine(planner: Planner, tile: TileBuilder, op: Op): void {
  if (!Affine.is(op)) throw new Error(`\`${op.def.name}\` is no work for a tile`);
  const mode = channelMode(op, op.attrs.axis);
  const [a, b] = [1, 2].map((i) => {
    const values = numbers(planner.facts.get(op.operand(i))!.constant!);
    return expandRows(values, values.length === 1 ? 1 : mode.channels, mode.channels);
  }) as [Float64Array, Float64Array];
  const most = (values: Float64Array): number => values.reduce((all, v) => Math.max(all, Math.abs(v)), 0);
  assertExact(op, most(a) * largest(planner, op.operand(0)) + most(b));
  if (tile.kind === "i32" && !fitsTile(planner.facts.get(op.result())!.raw!)) tile.convert("f64");
  const pack = (values: Float64Array): number =>
    planner.memory.constant(
      tile.kind === "f64" ? values : Int32Array.from(values, (v) => Number(BigInt.asIntN(32, BigInt(v)))),
    );
  const channels = [pack(a), pack(b), "row0", mode.group, mode.channels] as const;
  tile.call(`affine_${tile.kind}`, { tile: tile.tile }, tile.stride(), "rows", tile.cols, ...channels);
  tile.kernels.push(`${tile.kind} affine`);
}

function detailOf(planner: Planner, first: Op, last: Value): string {
  const { rows, cols } = asRows(last.type.shape);
  const range = ({ lo, hi }: { lo: number; hi: number }): string => `${lo} … ${hi}`;
  const end = `${rows}x${cols} ${last.type.elem}`;
  if (!isProduct(first)) return `${first.operand(0).type.elem} to ${end}`;
  const { width, height } = planner.choice(first);
  const sum = planner.facts.get(first.result())!;
  return `${width} to ${height}, sums ${range(sum.raw!)}${sum.proven ? "" : ", checked"}, to ${end}`;
}

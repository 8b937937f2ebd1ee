import {
  type AttrsOf,
  type IntegerRange,
  numbers,
  type Op,
  type OpDef,
  type TypedOp,
  type Value,
} from "@gatefold/core";
import { type ArgMax, type Lookup, Threshold } from "@gatefold/dialect-q";
import { elementBytes, type Storage } from "../storage.js";
import {
  blockThresholds,
  channelMode,
  clampThresholds,
  expandRows,
  transposeThresholds,
} from "./channelwise.js";
import { fitEven } from "./even.js";
import { fitsTile, paddedHeight, popcountLimits, signsOf } from "./matmul.js";
import type { Planner } from "./planner.js";
import { labelOf, productRows } from "./product.js";
import { follower } from "./support.js";
import { countBytes, packTables, usesTables } from "./tables.js";
import { type Held, rowsAt, type TileBuilder, target } from "./tile.js";

type OpOf<D> = D extends OpDef<infer S> ? TypedOp<AttrsOf<S>> : never;
type ThresholdOp = OpOf<typeof Threshold>;

/**
 * Up to here counting all thresholds, four columns at a time, beats counting in blocks. Measured in ns an element, i32 to
 * u8, linear, blocks and search: 0.9, 2.5, 4.3 for 7 thresholds; 2.6, 3.0, 5.7 for 31; 4.6, 3.0, 7.5 for 47.
 */
const mostLinear = 32;

/** From here on a line through evenly spaced thresholds beats counting them; it takes 1 ns an element. */
const leastEven = 12;

/** Up to here a coarse and a fine count beat a search: 4.1 ns against 15 for 255 thresholds, 8.9 against 20 for 1023. */
const mostBlocks = 1024;

interface Thresholds {
  /** One ascending row of `count` for each channel, clamped to what the values can reach. */
  readonly rows: Float64Array;
  readonly count: number;
  readonly bias: number;
  readonly scale: number;
}

function thresholdsOf(planner: Planner, op: ThresholdOp): Thresholds {
  const tensor = planner.facts.get(op.operand(1))!.constant!;
  const [given, count] = [tensor.shape[0]!, tensor.shape[1]!];
  const { channels } = channelMode(op, op.attrs.axis);
  const range = planner.facts.get(op.operand(0))!.range!;
  const rows = clampThresholds(expandRows(numbers(tensor), given, channels), range);
  const bipolar = op.attrs.elem === "bipolar";
  return { rows, count, bias: bipolar ? -1 : op.attrs.bias, scale: bipolar ? 2 : 1 };
}

/** Room for the end of a chain: bits only where `bits` allows them. */
function placeResult(planner: Planner, value: Value, bits: boolean): Held {
  const form = planner.preferred(value);
  return planner.place(value, form?.storage === "bits" && !bits ? undefined : form);
}

/** A product then a sign, both on packed bits, with no sums in between; `undefined` when the ops are not that. */
export function fuseSign(planner: Planner, tile: TileBuilder, op: Op): Value | undefined {
  const choice = planner.choice(op);
  const next = follower(planner.routes, op.result());
  if (choice.kernel !== "matmul_bits" || !next || !Threshold.is(next)) return undefined;
  const sums = planner.facts.get(op.result())!;
  const { group } = channelMode(next, next.attrs.axis);
  const value = next.result();
  if (!sums.proven || group !== 0 || next.attrs.elem !== "bipolar") return undefined;
  if (planner.preferred(value)?.storage !== "bits") return undefined;
  const { memory } = planner;
  const x = productRows(planner, tile, op);
  const weights = signsOf(choice, planner.matrix(op));
  const limits = popcountLimits(choice, thresholdsOf(planner, next).rows);
  const out = planner.place(value, planner.preferred(value));
  const ends = [rowsAt(out), out.strideBytes] as const;
  const tables = usesTables(choice, out.rows);
  if (tables) {
    const { at, limitsAt, bytes, neurons } = packTables(choice, weights, limits, memory);
    const counts = tile.gathered(3, countBytes);
    const sizes = [bytes, neurons, limitsAt] as const;
    tile.call("matmul_tables_sign", x.at, x.strideBytes, "rows", at, ...sizes, ...ends, counts);
  } else {
    const sizes = [choice.form.strideBytes, paddedHeight(choice), memory.constant(limits)] as const;
    tile.call("matmul_bits_sign", x.at, x.strideBytes, "rows", memory.constant(weights), ...sizes, ...ends);
  }
  tile.ops.push(op.def.name, next.def.name);
  tile.kernels.push(`${labelOf(planner.window(op), choice)}${tables ? " by tables" : ""}, sign into bits`);
  planner.done.add(op).add(next);
  return value;
}

/** Runs `emit` on a result of at most 32 bits: the value's own place, or a tile that is stored after. */
function into(
  tile: TileBuilder,
  held: Held,
  emit: (width: "8" | "16" | "32", to: readonly [ReturnType<typeof rowsAt>, number]) => void,
): void {
  if (held.storage === "f64") {
    const stride = tile.stride("i32");
    emit("32", [{ tile: tile.other }, stride]);
    tile.tile = tile.other;
    tile.kind = "i32";
    tile.store(held);
    return;
  }
  const bytes = elementBytes(target(held.storage as Exclude<Storage, "bits">));
  emit(bytes === 1 ? "8" : bytes === 2 ? "16" : "32", [rowsAt(held), held.strideBytes]);
}

/** The value's range, with those of its channels only where they are its columns. */
function columnRange(planner: Planner, value: Value): IntegerRange {
  const range = planner.facts.get(value)!.range!;
  return range.channels?.axis === value.type.shape.length - 1 ? range : { lo: range.lo, hi: range.hi };
}

export function emitThreshold(planner: Planner, tile: TileBuilder, op: ThresholdOp): Value {
  const value = op.result();
  const { group, channels } = channelMode(op, op.attrs.axis);
  const { rows, count, bias, scale } = thresholdsOf(planner, op);
  if (tile.kind === "f64" && fitsTile(planner.facts.get(op.operand(0))!.range!)) tile.convert("i32");
  const held = placeResult(planner, value, tile.kind === "i32" && group === 0);
  const stride = tile.stride();
  const source = [{ tile: tile.tile }, stride, "rows", tile.cols] as const;
  const lined = tile.kind === "i32" && group === 0 && scale === 1 && count >= leastEven;
  const even = lined ? fitEven(rows, count, columnRange(planner, op.operand(0))) : undefined;
  if (held.storage === "bits") {
    const at = planner.memory.constant(transposeThresholds(rows, channels, stride / 4, 2 ** 31 - 1));
    tile.call("threshold_bits", ...source, at, rowsAt(held), held.strideBytes);
    tile.kernels.push("sign into bits");
  } else if (even) {
    const pack = (values: Float64Array): number => {
      const padded = new Float64Array(stride / 4);
      padded.set(values);
      return planner.memory.constant(padded);
    };
    const line = [pack(even.a), pack(even.b), count, bias] as const;
    into(tile, held, (width, to) => tile.call(`threshold_even_${width}`, ...source, ...line, ...to));
    tile.kernels.push(`${count} even thresholds`);
  } else if (tile.kind === "i32" && group === 0 && count <= mostLinear) {
    const at = planner.memory.constant(transposeThresholds(rows, channels, stride / 4, 0));
    into(tile, held, (width, to) =>
      tile.call(`threshold_linear_${width}`, ...source, at, stride, count, bias, scale, ...to),
    );
    tile.kernels.push(`${count} thresholds counted`);
  } else if (tile.kind === "i32" && count > 0 && count <= mostBlocks) {
    const { data, coarse, strideBytes } = blockThresholds(rows, channels);
    const at = planner.memory.constant(data);
    const mode = ["row0", group, channels] as const;
    into(tile, held, (width, to) =>
      tile.call(`threshold_blocks_${width}`, ...source, at, strideBytes, coarse, bias, scale, ...to, ...mode),
    );
    tile.kernels.push(`${count} thresholds counted in blocks`);
  } else {
    const { kind } = tile;
    const at = planner.memory.constant(kind === "i32" ? Int32Array.from(rows) : rows);
    into(tile, held, (width, to) =>
      tile.call(
        `threshold_search_${kind}_${width}`,
        ...source,
        at,
        count,
        bias,
        scale,
        ...to,
        "row0",
        group,
        channels,
      ),
    );
    tile.kernels.push(`${count} thresholds searched`);
  }
  tile.ops.push(op.def.name);
  planner.done.add(op);
  return value;
}

export function emitLookup(planner: Planner, tile: TileBuilder, op: OpOf<typeof Lookup>): Value {
  const tensor = planner.facts.get(op.operand(1))!.constant!;
  const [given, length] = [tensor.shape[0]!, tensor.shape[1]!];
  const { group, channels } = channelMode(op, op.attrs.axis);
  const { lo } = op.attrs;
  const range = planner.facts.get(op.operand(0))!.range!;
  const last = lo + length - 1;
  if (range.lo < lo || range.hi > last) tile.check(lo, last, `is outside the table's ${lo} … ${last}`);
  tile.convert("i32");
  const held = placeResult(planner, op.result(), false);
  const entries = expandRows(numbers(tensor), given, channels);
  const source = [{ tile: tile.tile }, tile.stride(), "rows", tile.cols] as const;
  into(tile, held, (width, to) => {
    const Kind = { 8: Int8Array, 16: Int16Array, 32: Int32Array }[width];
    const at = planner.memory.constant(Kind.from(entries));
    tile.call(`lookup_${width}`, ...source, at, length, lo, ...to, "row0", group, channels);
  });
  tile.ops.push(op.def.name);
  tile.kernels.push(`table of ${length}`);
  planner.done.add(op);
  return op.result();
}

export function emitArgMax(planner: Planner, tile: TileBuilder, op: OpOf<typeof ArgMax>): Value {
  const held = planner.place(op.result(), undefined);
  const bytes = elementBytes(target(held.storage as Exclude<Storage, "bits">));
  const source = [{ tile: tile.tile }, tile.stride(), "rows", tile.cols] as const;
  tile.call(`argmax_${tile.kind}`, ...source, { tile: tile.other }, 4);
  const to = { slot: held.slot, stride: bytes };
  tile.call(
    `convert_i32_${target(held.storage as Exclude<Storage, "bits">)}`,
    { tile: tile.other },
    4,
    to,
    bytes,
    "rows",
    1,
  );
  tile.ops.push(op.def.name);
  tile.kernels.push("argmax");
  planner.done.add(op);
  return op.result();
}

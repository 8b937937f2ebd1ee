import { makeTensor, numbers, type Op, type Tensor } from "@gatefold/core";
import type { Arg } from "../program.js";
import { elementBytes, type Storage } from "../storage.js";
import { type MatMulChoice, type OperandForm, packWeights, paddedHeight, planeBases } from "./matmul.js";
import type { Planner } from "./planner.js";
import { signSumBytes, signSumsOf } from "./tables.js";
import { type Held, rowsAt, type TileBuilder, wholeAt } from "./tile.js";
import { isDepthwise, isPointwise, packGeometry, type WindowUse } from "./window.js";

/** Rows that a product reads. */
export interface Rows {
  readonly at: Arg;
  readonly strideBytes: number;
}

type Dense = Exclude<Storage, "bits">;
const align = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** How an image of signs lies: each pixel in words. */
export function signForm(channels: number): OperandForm {
  return { storage: "bits", strideBytes: Math.ceil(channels / 64) * 8, planes: 1, signed: true };
}

/** How an image of 2 or 3 codes a pixel lies: the sums of each pixel with all signs. */
const sumForm: OperandForm = { storage: "sums", strideBytes: signSumBytes, planes: 1, signed: true };

/** What a matmul or a group of a convolution multiplies; gathers it first where windows overlap. */
export function productRows(planner: Planner, tile: TileBuilder, op: Op, group = 0): Rows {
  const choice = planner.choice(op);
  const use = planner.window(op);
  if (use) return windowRows(planner, tile, op, use, choice, group);
  const held = planner.inForm(op.operand(0), choice.form);
  return { at: rowsAt(held), strideBytes: choice.form.strideBytes };
}

function windowRows(
  planner: Planner,
  tile: TileBuilder,
  op: Op,
  use: WindowUse,
  choice: MatMulChoice,
  group: number,
): Rows {
  const { plan } = use;
  const { form } = choice;
  const [, kh, kw, perGroup] = use.weights.shape as [number, number, number, number];
  const signs = form.storage === "bits";
  const sums = form.storage === "sums";
  const held = signs
    ? planner.inForm(op.operand(0), signForm(plan.channels))
    : sums
      ? planner.inForm(op.operand(0), sumForm)
      : planner.dense(op.operand(0));
  const size = signs || sums ? 0 : elementBytes(held.storage as Dense);
  const taken = isDepthwise(use) ? plan.channels : perGroup;
  const elements = kh * kw * taken;
  const bytes = signs ? choice.tapBytes : sums ? signSumBytes : taken * size;
  const ready = signs || held.storage === form.storage;
  let rows: Rows = { at: rowsAt(held), strideBytes: held.strideBytes };
  // Doubles behind a row's end may be no numbers; gathered rows end in zeros.
  if (!isPointwise(use) || form.storage === "f64") {
    const pad = planner.memory.constant(padPixel(use.padValue ?? 0, held.storage, taken, bytes));
    const first = taken === plan.channels ? 0 : group * bytes;
    const geometry = packGeometry(planner.memory, plan, use.attrs, { first, bytes, pad });
    const strideBytes = signs ? form.strideBytes : align(kh * kw * bytes);
    const at = tile.gathered(2, strideBytes);
    tile.call("gather", wholeAt(held), held.strideBytes, at, strideBytes, "rows", "row0", geometry);
    rows = { at, strideBytes };
  }
  if (ready) return rows;
  if (form.storage === "planes") {
    const at = tile.gathered(3, form.strideBytes);
    const planes = [form.strideBytes / form.planes, form.planes] as const;
    tile.call("pack_planes", rows.at, rows.strideBytes, at, form.strideBytes, ...planes, "rows", elements);
    return { at, strideBytes: form.strideBytes };
  }
  const to = form.storage as Dense;
  const strideBytes = align(elements * elementBytes(to));
  const at = tile.gathered(3, strideBytes);
  const cols = to === "f64" ? strideBytes / elementBytes(to) : elements;
  tile.call(`convert_${held.storage}_${to}`, rows.at, rows.strideBytes, at, strideBytes, "rows", cols);
  return { at, strideBytes };
}

/** A pixel outside the image, as the image's pixels lie. */
function padPixel(value: number, storage: Held["storage"], channels: number, bytes: number): ArrayBufferView {
  if (storage === "bits") {
    const out = new Uint8Array(bytes);
    if (value > 0) for (let c = 0; c < channels; c++) out[c >> 3]! |= 1 << (c & 7);
    return out;
  }
  if (storage === "sums") return signSumsOf(value, channels);
  if (storage === "planes") throw new Error("an image has no bit planes");
  const Kind = {
    i8: Int8Array,
    u8: Uint8Array,
    i16: Int16Array,
    u16: Uint16Array,
    i32: Int32Array,
    f64: Float64Array,
  }[storage];
  return new Kind(channels).fill(value);
}

/** Multiplies rows with the weights into the working tile, `column` columns in. */
function emitGroup(
  planner: Planner,
  tile: TileBuilder,
  choice: MatMulChoice,
  weights: Tensor,
  rows: Rows,
  column: number,
): void {
  const { form, kernel } = choice;
  const at = packWeights(choice, weights, planner.memory);
  const offset = column * elementBytes(tile.kind);
  const acc = [{ tile: tile.tile, offset }, tile.stride()] as const;
  const source = [rows.at, rows.strideBytes, "rows", at] as const;
  const neurons = paddedHeight(choice);
  if (form.storage === "bits") tile.call(kernel, ...source, form.strideBytes, neurons, choice.width, ...acc);
  else if (form.storage === "planes") {
    const bases = planeBases(choice, weights, planner.memory);
    const more = [neurons, form.planes, form.signed ? 1 : 0, bases] as const;
    tile.call(kernel, ...source, form.strideBytes / form.planes, ...more, ...acc);
  } else if (form.storage === "sums") tile.call(kernel, ...source, choice.taps, neurons, ...acc);
  else tile.call(kernel, ...source, form.strideBytes, neurons, ...acc);
}

/** A matmul, a convolution or a sum of windows into the working tile. */
export function emitProduct(planner: Planner, tile: TileBuilder, op: Op): void {
  const choice = planner.choice(op);
  const weights = planner.matrix(op);
  const use = planner.window(op);
  tile.kind = choice.kernel === "matmul_f64" ? "f64" : "i32";
  if (use && isDepthwise(use)) {
    emitDepthwise(planner, tile, op, use, choice);
    return;
  }
  const groups = use?.groups ?? 1;
  const height = choice.height / groups;
  const values = numbers(weights);
  for (let g = 0; g < groups; g++) {
    const rows = productRows(planner, tile, op, g);
    const part = values.slice(g * height * choice.width, (g + 1) * height * choice.width);
    const own = makeTensor("f64", [height, choice.width], Float64Array.from(part));
    emitGroup(planner, tile, { ...choice, height }, own, rows, g * height);
  }
  tile.kernels.push(labelOf(use, choice));
}

/** Names the product, and the windows before it. */
export function labelOf(use: WindowUse | undefined, choice: MatMulChoice): string {
  if (!use) return choice.label;
  const windows = `${use.plan.kernel.join("x")} windows`;
  if (isDepthwise(use)) return `${windows}, ${choice.form.storage} channel by channel`;
  return `${windows}, ${choice.label}${use.groups > 1 ? ` in ${use.groups} groups` : ""}`;
}

function emitDepthwise(
  planner: Planner,
  tile: TileBuilder,
  op: Op,
  use: WindowUse,
  choice: MatMulChoice,
): void {
  const storage = choice.form.storage as "i16" | "i32" | "f64";
  const Kind = { i16: Int16Array, i32: Int32Array, f64: Float64Array }[storage];
  const { channels } = use.plan;
  const taps = choice.width;
  const stride = align(channels * Kind.BYTES_PER_ELEMENT);
  const packed = new Kind((taps * stride) / Kind.BYTES_PER_ELEMENT);
  const ws = numbers(use.weights);
  for (let c = 0; c < channels; c++)
    for (let t = 0; t < taps; t++) packed[(t * stride) / Kind.BYTES_PER_ELEMENT + c] = ws[c * taps + t]!;
  const rows = productRows(planner, tile, op);
  const weights = [planner.memory.constant(packed), stride, taps, channels] as const;
  const acc = [{ tile: tile.tile }, tile.stride()] as const;
  tile.call(`depthwise_${storage}`, rows.at, rows.strideBytes, "rows", ...weights, ...acc);
  tile.kernels.push(labelOf(use, choice));
}

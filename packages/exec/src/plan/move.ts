import type { Op } from "@gatefold/core";
import { Concat, MaxPool, planWindow, Slice, Upsample } from "@gatefold/dialect-q";
import { elementBytes, type Storage } from "../storage.js";
import type { Planner } from "./planner.js";
import { isBipolar } from "./support.js";
import { type Held, rowsAt, TileBuilder, wholeAt } from "./tile.js";
import { asRows } from "./view.js";
import { packGeometry } from "./window.js";

const pixelBytes = ({ storage, cols, strideBytes }: Held): number =>
  storage === "bits" ? strideBytes : cols * elementBytes(storage as Exclude<Storage, "bits">);

/** Ops that only choose among codes: each value is read and written as it lies in memory. */
export function isMove(op: Op): boolean {
  return MaxPool.is(op) || Concat.is(op) || Slice.is(op) || Upsample.is(op);
}

export function emitMove(planner: Planner, op: Op): void {
  const { rows, cols } = asRows(op.result().type.shape);
  const tile = new TileBuilder(planner.memory, rows, cols);
  const { shape } = op.operand(0).type;
  let kernel = "copy";
  let to: Held;
  if (MaxPool.is(op)) {
    const { attrs } = op;
    const plan = planWindow(shape, [attrs.kernel[0]!, attrs.kernel[1]!], attrs);
    const form = planner.preferred(op.result());
    const signs = form?.storage === "bits" && isBipolar(op.operand(0), planner.facts) ? form : undefined;
    const from = signs ? planner.inForm(op.operand(0), signs) : planner.dense(op.operand(0));
    to = planner.place(op.result(), signs);
    const pixel = { first: 0, bytes: pixelBytes(from), pad: 0 };
    const geometry = packGeometry(planner.memory, plan, attrs, pixel);
    const ends = [wholeAt(from), from.strideBytes, rowsAt(to), to.strideBytes] as const;
    tile.call(`max_pool_${from.storage}`, ...ends, "rows", "row0", geometry);
    kernel = `${attrs.kernel.join("x")} maximum of ${from.storage}`;
  } else if (Upsample.is(op)) {
    const from = planner.dense(op.operand(0));
    to = planner.place(op.result(), undefined);
    const ends = [wholeAt(from), from.strideBytes, rowsAt(to), to.strideBytes] as const;
    const sizes = [shape[2]!, op.attrs.scales[0]!, op.attrs.scales[1]!, pixelBytes(from)] as const;
    tile.call("upsample", ...ends, "rows", "row0", ...sizes);
  } else {
    to = planner.place(op.result(), undefined);
    const size = pixelBytes(to) / cols;
    let offset = 0;
    for (const operand of op.operands) {
      const from = planner.dense(operand);
      const first = Slice.is(op) ? op.attrs.first * size : 0;
      const bytes = Slice.is(op) ? pixelBytes(to) : pixelBytes(from);
      const ends = [rowsAt(from, first), from.strideBytes, rowsAt(to, offset), to.strideBytes] as const;
      tile.call("copy_rows", ...ends, "rows", bytes);
      offset += bytes;
    }
  }
  planner.done.add(op);
  const detail = `${op.operand(0).type.elem} [${shape}] to [${op.result().type.shape}]`;
  planner.push(tile.finish(op.def.name), { ops: [op.def.name], kernel, detail });
}

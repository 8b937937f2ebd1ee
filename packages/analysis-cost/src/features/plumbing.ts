import { beatBits, ceilLog2, type ElemType, elemInfo, gcd, type Op, type StreamType } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import type { Structure } from "./primitives.js";

const bits = (elem: ElemType): number => elemInfo(elem).widthBits;
const isPower = (n: number): boolean => Number.isInteger(Math.log2(n));
const streamOf = (op: Op): StreamType => op.operand(0).type as StreamType;

/** `gf_fifo`. */
export function fifoStructure(s: Structure, op: Op): void {
  const width = beatBits(streamOf(op));
  const depth = op.attrs["depth"] as number;
  if (depth === 2) {
    s.skid(width, false);
    return;
  }
  const countBits = ceilLog2(depth + 1);
  s.add("fillBits", countBits).registers(countBits + 1);
  if (depth <= 4) {
    s.add("queueBits", (depth - 1) * width)
      .add("queueSlots", depth)
      .registers(depth * (width + 1));
    return;
  }
  const words = isPower(depth) ? depth : depth - 1;
  const addressBits = ceilLog2(words);
  s.add("pointerBits", 2 * addressBits).registers(2 * addressBits + 1);
  if (!isPower(words)) s.add("boundBits", 2 * addressBits);
  s.ram(width, words);
}

/** `gf_width_converter`. */
export function widthConverterStructure(s: Structure, op: Op): void {
  const [from, to] = [streamOf(op), op.result().type as StreamType];
  const unit = gcd(from.lanes, to.lanes);
  const unitBits = unit * bits(from.elem);
  const [a, b] = [from.lanes / unit, to.lanes / unit];
  if (a === b) return;
  const slots = a < b ? 2 * a + b - 1 : Math.max(a - 1, 1);
  const fillBits = ceilLog2(slots + 1);
  s.add("fillBits", fillBits).registers(fillBits + slots * unitBits);
  if (a < b) {
    let choices = 0;
    for (let p = 0; p < slots; p++) choices += Math.min(p + 1, a);
    // A slot's choices but the first are a multiplexer each; so is the shift.
    s.add("gatherBits", (choices - slots + Math.max(slots - b, 0)) * unitBits).add("takes", choices);
    return;
  }
  let choices = 0;
  for (let p = 0; p < slots + b; p++) {
    const taken = Math.min(p, b - 1) - Math.max(p < a ? 0 : p - a + 1, 0) + 1;
    choices += taken - (p < slots ? 0 : 1);
  }
  s.add("gatherBits", choices * unitBits).skid(b * unitBits, false);
}

/** `gf_fork`. */
export function forkStructure(s: Structure, op: Op): void {
  const count = op.results.length;
  s.add("forkOutputs", count)
    .registers(count)
    .skid(beatBits(streamOf(op)), false);
}

/** `gf_add_streams`. */
export function addStreamsStructure(s: Structure, op: Op): void {
  const { m, n, pe } = op.attrs as { m: number; n: number; pe: number };
  const outputBits = bits(op.result().type.elem);
  for (const [i, factor] of [m, n].entries()) {
    const inputBits = bits(op.operand(i).type.elem);
    for (let lane = 0; lane < pe; lane++) s.constantProduct(Math.abs(factor), inputBits, outputBits, false);
  }
  s.add("adderBits", pe * outputBits).skid(pe * outputBits, false);
}

/** `gf_concat`. */
export function concatStructure(s: Structure, op: Op): void {
  const simd = op.attrs["simd"] as number;
  const [first, second] = op.operands.map((v) => hw.channelsOf(v.type) / simd) as [number, number];
  const folds = first + second;
  const beat = beatBits(streamOf(op));
  s.mark(folds, 0, folds, first, folds).skid(beat, false).add("concatBits", beat);
}

/** `gf_slice`. */
export function sliceStructure(s: Structure, op: Op): void {
  const { first, count, simd } = op.attrs as { first: number; count: number; simd: number };
  const folds = hw.channelsOf(op.operand(0).type) / simd;
  s.mark(folds, first / simd, folds, count / simd, (first + count) / simd).skid(
    beatBits(streamOf(op)),
    false,
  );
}

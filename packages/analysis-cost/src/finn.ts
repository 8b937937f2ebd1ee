import { beatBits, ceilLog2, elemInfo, lcm, type Op, type StreamType } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";

/**
 * FINN's own LUT and BRAM estimates, for 7-series and newer.
 *
 * They stand here as the field's reference, not as a fit of this project's kernels: FINN's HLS units carry a fixed
 * cost of 300 LUTs that hand-written ones do not have. Source: FINN, `matrixvectoractivation.py`,
 * `thresholding.py`, `streamingfifo.py`, `streamingdatawidthconverter.py` (main, 2026-04).
 */
export const finnSource = "FINN resource estimates (main, 2026-04)";

/** Memories of up to this many words stay in LUTs. */
const embeddedWords = 128;

/** 18 Kb block RAMs of a memory, by the shapes that a block takes. */
export function bram18Count(widthBits: number, depth: number): number {
  const up = Math.ceil;
  if (widthBits === 1) return up(depth / 16384);
  if (widthBits === 2) return up(depth / 8192);
  if (widthBits <= 4) return up(depth / 4096) * up(widthBits / 4);
  if (widthBits <= 9) return up(depth / 2048) * up(widthBits / 9);
  if (widthBits <= 18 || depth > 512) return up(depth / 1024) * up(widthBits / 18);
  return up(depth / 512) * up(widthBits / 36);
}

export interface FinnMvauInit {
  /** MW. */
  readonly width: number;
  /** MH. */
  readonly height: number;
  readonly pe: number;
  readonly simd: number;
  readonly weightBits: number;
  readonly inputBits: number;
  readonly inputSigned: boolean;
  readonly accumulatorBits: number;
  /** Whether the weights stand in LUTs inside the unit. */
  readonly embedded: boolean;
}

/** LUT6 of FINN's matrix–vector unit without thresholds. */
export function finnMvauLutCount(m: FinnMvauInit): number {
  const both = m.weightBits + m.inputBits;
  const multipliers = m.simd * (2 * Math.ceil(both / 6) - 1) * both;
  const tree = both * (2 * m.simd - 1);
  const alpha = Math.log2(m.width) + both - 1 - (m.inputSigned ? 1 : 0);
  const bound = Math.ceil(alpha + Math.log2(1 + 2 ** -alpha) + 1);
  const accumulator = Math.min(m.accumulatorBits, bound);
  const words = (m.width * m.height) / (m.pe * m.simd);
  const memory = m.embedded ? m.pe * m.simd * m.weightBits * Math.ceil(words / 64) : 0;
  return Math.trunc(300 + 1.1 * m.pe * (multipliers + tree + accumulator) + memory);
}

/** FINN's estimate of one of our matrix–vector units; block RAMs in 36 Kb, as the targets count them. */
export function finnMvau(op: Op): { readonly lutCount: number; readonly bramCount: number } {
  const { width, height, pe, simd, neuronFolds, synapseFolds } = hw.geometry(op);
  const weightBits = elemInfo(op.operand(1).type.elem).widthBits;
  const input = elemInfo(op.operand(0).type.elem);
  const words = neuronFolds * synapseFolds;
  const embedded = words <= embeddedWords;
  const lutCount = finnMvauLutCount({
    width,
    height,
    pe,
    simd,
    weightBits,
    inputBits: input.widthBits,
    inputSigned: input.signed,
    accumulatorBits: elemInfo(op.result().type.elem).widthBits,
    embedded,
  });
  return { lutCount, bramCount: embedded ? 0 : bram18Count(pe * simd * weightBits, words) / 2 };
}

/** FINN's estimate of a stand-alone threshold unit. */
export function finnThresholding(op: Op): { readonly lutCount: number; readonly bramCount: number } {
  const pe = op.attrs["pe"] as number;
  const outputBits = elemInfo(op.result().type.elem).widthBits;
  const words = hw.channelsOf(op.operand(0).type) / pe;
  return {
    lutCount: outputBits * pe + (words > 1 ? pe * outputBits * Math.ceil(words / 64) : 0),
    bramCount: 0,
  };
}

export function finnFifo(op: Op): { readonly lutCount: number; readonly bramCount: number } {
  const depth = op.attrs["depth"] as number;
  const widthBits = beatBits(op.operand(0).type as StreamType);
  return { lutCount: 2 * ceilLog2(depth) + Math.ceil(depth / 32) * Math.ceil(widthBits / 2), bramCount: 0 };
}

/** One LUT a bit of each of the two stages, and a shift counter each. */
export function finnWidthConverter(op: Op): { readonly lutCount: number; readonly bramCount: number } {
  const [from, to] = [beatBits(op.operand(0).type as StreamType), beatBits(op.result().type as StreamType)];
  const middle = lcm(from, to);
  const stage = (a: number, b: number): number =>
    a === b ? 0 : Math.ceil(Math.abs(Math.log2(a / b))) + Math.max(a, b);
  const direct = from % to === 0 || to % from === 0;
  return { lutCount: direct ? stage(from, to) : stage(from, middle) + stage(middle, to), bramCount: 0 };
}

/**
 * LUT6 of one multiplier and its place in the adder tree, in FINN's formula for a matrix–vector unit so large that its fixed
 * costs vanish: 6.6 for 1-bit weights and inputs, 44 for 4 bits, 123.2 for 8.
 */
export function finnLutPerMac(weightBits: number, inputBits: number): number {
  const both = weightBits + inputBits;
  return 1.1 * both * (2 * Math.ceil(both / 6) + 1);
}

import {
  DiagnosticError,
  diagnostic,
  elemInfo,
  type IntegerRange,
  numbers,
  type Op,
  type Tensor,
} from "@gatefold/core";
import type { MemoryPlan } from "./memory.js";
import { packPlaces, signSumBytes, usesSignSums } from "./tables.js";

/** How a matmul reads its input: the element storage, and bytes from row to row. */
export interface OperandForm {
  readonly storage: "bits" | "planes" | "sums" | "i16" | "i32" | "f64";
  readonly strideBytes: number;
  /** Bit planes, and whether the last one is negative. */
  readonly planes: number;
  readonly signed: boolean;
}

export interface MatMulChoice {
  readonly kernel:
    | "matmul_bits"
    | "matmul_planes"
    | "matmul_sums"
    | "matmul_i16"
    | "matmul_i32"
    | "matmul_f64";
  readonly label: string;
  readonly form: OperandForm;
  /** Products in a sum: those of `taps` pixels, of which each lies in `tapBytes` where signs are packed. */
  readonly width: number;
  readonly taps: number;
  readonly tapBytes: number;
  readonly height: number;
}

/** Sums an i32 tile may hold: one short of the type's end, so that `t <= v` can be refused for every v. */
export const tileMin: number = -(2 ** 31);
export const tileMax: number = 2 ** 31 - 2;

export function fitsTile({ lo, hi }: IntegerRange): boolean {
  return lo >= tileMin && hi <= tileMax;
}

const fits = ({ lo, hi }: IntegerRange, bits: number): boolean =>
  lo >= -(2 ** (bits - 1)) && hi < 2 ** (bits - 1);
const largest = ({ lo, hi }: IntegerRange): number => Math.max(Math.abs(lo), Math.abs(hi));

/**
 * The least row length from which 1, 2, 3 bit planes beat the i16 product. Measured in Gop/s on one thread of an EPYC,
 * planes against i16: one 133:76 at 64 elements; two 55:76 at 64, 111:83 at 128; three 74:71 at 256, 106:68 at 1024.
 * Four win by less than cutting them costs, and eight (an unsigned byte) lose, 39:68.
 */
const planesFrom: readonly number[] = [1, 128, 512];

function inexact(op: Op, bound: number): DiagnosticError {
  return new DiagnosticError([
    diagnostic(
      "exec/inexact-sum",
      `\`${op.def.name}\` may form sums up to ${bound}, which no double holds exactly.`,
      {
        loc: op.loc,
        hint: "narrow the operands' element types, so that every sum stays below 2^53",
      },
    ),
  ]);
}

/** Throws when a sum or an intermediate of it may leave the integers that a double holds. */
export function assertExact(op: Op, bound: number): void {
  if (!(bound <= Number.MAX_SAFE_INTEGER)) throw inexact(op, bound);
}

export interface MatMulFacts {
  readonly x: IntegerRange;
  /** x holds −1 and +1 only. */
  readonly xBipolar: boolean;
  /** x lies in bytes, so that bit planes can be cut from it. */
  readonly xBytes: boolean;
  /** x is an image of such pixels, in at most 16 bits a code, that their sums can be looked up. */
  readonly xPixels: boolean;
  readonly sum: IntegerRange;
}

/** Bytes of one pixel's signs in a gathered row: such as a copy moves at once. */
function signBytes(channels: number): number {
  const bytes = Math.ceil(channels / 8);
  if (bytes > 4) return Math.ceil(bytes / 8) * 8;
  return bytes === 3 ? 4 : bytes;
}

/**
 * The quickest kernel whose exactness the ranges prove, for weights `<neurons x width>` in `taps` equal parts. Throws a
 * DiagnosticError when there is none.
 */
export function chooseMatMul(op: Op, weights: Tensor, facts: MatMulFacts, taps = 1): MatMulChoice {
  const [height, width] = [weights.shape[0]!, weights.shape[1]!];
  const { elem } = op.result().type;
  if (elemInfo(elem).widthBits > 53) throw inexact(op, 2 ** (elemInfo(elem).widthBits - 1));
  const ws = numbers(weights);
  let [lo, hi] = [0, 0];
  let wBipolar = true;
  let absolute = 0;
  for (let n = 0; n < height; n++) {
    let row = 0;
    for (let k = 0; k < width; k++) {
      const w = ws[n * width + k]!;
      lo = Math.min(lo, w);
      hi = Math.max(hi, w);
      if (w !== 1 && w !== -1) wBipolar = false;
      row += Math.abs(w);
    }
    absolute = Math.max(absolute, row);
  }
  const make = (
    kernel: MatMulChoice["kernel"],
    label: string,
    storage: OperandForm["storage"],
    strideBytes: number,
    planes = 1,
  ): MatMulChoice => ({
    kernel,
    label,
    form: { storage, strideBytes, planes, signed: facts.x.lo < 0 },
    width,
    height,
    taps,
    tapBytes,
  });
  const tapBytes = signBytes(width / taps);
  const wordBytes = Math.ceil(width / 64) * 8;
  const small = fitsTile(facts.sum);
  if (small && wBipolar && facts.xBipolar)
    return make("matmul_bits", "xnor-popcount", "bits", Math.ceil((taps * tapBytes) / 8) * 8);
  if (wBipolar && facts.xPixels && usesSignSums(width / taps, facts.sum))
    return make("matmul_sums", "sums of signed pixels", "sums", signSumBytes * taps);
  const planes = planesOf(facts.x);
  if (small && wBipolar && facts.xBytes && width >= (planesFrom[planes - 1] ?? Number.POSITIVE_INFINITY))
    return make("matmul_planes", `${planes} bit planes x bipolar`, "planes", wordBytes * planes, planes);
  const w = { lo, hi };
  if (small && fits(w, 16) && fits(facts.x, 16))
    return make("matmul_i16", "i16 dot", "i16", Math.ceil(width / 8) * 16);
  if (small && fits(w, 32) && fits(facts.x, 32))
    return make("matmul_i32", "i32 product", "i32", Math.ceil(width / 4) * 16);
  assertExact(op, absolute * largest(facts.x));
  return make("matmul_f64", "f64 product, exact below 2^53", "f64", Math.ceil(width / 2) * 16);
}

/** Bits of the narrowest two's-complement (when negative) or unsigned code. */
function planesOf(range: IntegerRange): number {
  if (range.lo >= 0) return Math.max(1, Math.ceil(Math.log2(range.hi + 1)));
  let bits = 1;
  while (!fits(range, bits)) bits++;
  return bits;
}

/** Neurons in a tile row: padded so that kernels write whole vectors. */
export function paddedHeight({ kernel, height }: MatMulChoice): number {
  const step = kernel === "matmul_f64" ? 2 : 4;
  return Math.ceil(height / step) * step;
}

/** Bipolar weights as bits, one row for each (padded) neuron. */
export function signsOf(choice: MatMulChoice, weights: Tensor): Uint8Array {
  const { width, height, form } = choice;
  const ws = numbers(weights);
  const parts = form.storage === "bits" ? choice.taps : 1;
  const part = width / parts;
  const rowBytes = form.strideBytes / form.planes;
  const out = new Uint8Array(paddedHeight(choice) * rowBytes);
  for (let n = 0; n < height; n++)
    for (let k = 0; k < width; k++) {
      const bit = parts === 1 ? k : Math.floor(k / part) * choice.tapBytes * 8 + (k % part);
      if (ws[n * width + k]! > 0) out[n * rowBytes + (bit >> 3)]! |= 1 << (bit & 7);
    }
  return out;
}

/** Writes the weights as the kernel reads them; returns their address. */
export function packWeights(choice: MatMulChoice, weights: Tensor, memory: MemoryPlan): number {
  const { width, height, form } = choice;
  if (form.storage === "sums") return packPlaces(choice, weights, memory);
  if (form.storage === "bits" || form.storage === "planes") return memory.constant(signsOf(choice, weights));
  const rows = paddedHeight(choice);
  const ws = numbers(weights);
  const { strideBytes } = form;
  const Kind = { i16: Int16Array, i32: Int32Array, f64: Float64Array }[form.storage];
  const out = new Kind((rows * strideBytes) / Kind.BYTES_PER_ELEMENT);
  const stride = strideBytes / Kind.BYTES_PER_ELEMENT;
  for (let n = 0; n < height; n++) for (let k = 0; k < width; k++) out[n * stride + k] = ws[n * width + k]!;
  return memory.constant(out);
}

/** `Σ_p c_p popcount(w_n)` for each neuron: what the bit-plane product starts from. */
export function planeBases(choice: MatMulChoice, weights: Tensor, memory: MemoryPlan): number {
  const { planes, signed } = choice.form;
  const whole = signed ? -1 : 2 ** planes - 1;
  const bases = new Int32Array(paddedHeight(choice));
  const ws = numbers(weights);
  ws.forEach((w: number, i: number) => {
    if (w > 0) bases[Math.floor(i / choice.width)]! += whole;
  });
  return memory.constant(bases);
}

/**
 * For a sign behind an xnor-popcount: `K − 2p >= t` iff `p <= floor((K − t) / 2)`. Padded neurons get −1, so that
 * their bits stay 0.
 */
export function popcountLimits(choice: MatMulChoice, thresholds: ArrayLike<number>): Int32Array {
  const limits = new Int32Array(paddedHeight(choice)).fill(-1);
  for (let n = 0; n < choice.height; n++) {
    const t = Math.min(choice.width + 2, Math.max(-choice.width, Math.ceil(thresholds[n]!)));
    limits[n] = Math.floor((choice.width - t) / 2);
  }
  return limits;
}

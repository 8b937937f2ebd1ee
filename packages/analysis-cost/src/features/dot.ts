import { ceilLog2, type ElemType, elemInfo } from "@gatefold/core";
import type { MvuMode } from "@gatefold/dialect-hw";
import type { Structure } from "./primitives.js";

/** One matrix row's product, `gf_dot`, made `rows` times. */
export interface DotInit {
  readonly mode: MvuMode;
  readonly input: ElemType;
  readonly weights: ElemType;
  readonly simd: number;
  readonly rows: number;
  /** Sums and differences of input pairs are shared by the rows. */
  readonly paired: boolean;
  readonly levelsPerStage: number;
  /** Bits of the sum. */
  readonly sumBits: number;
  /** Rows that read the same input. */
  readonly sharing: number;
  /** Products of integers are built from LUTs by digits of the weights. */
  readonly digits: boolean;
}

export const isBit = (elem: ElemType): boolean => elem === "u1" || elem === "bool";
const plainBits = (elem: ElemType): number => elemInfo(elem).widthBits;
/** Bits of a value and of its negative's complement. */
const signedBits = (elem: ElemType): number => plainBits(elem) + (elemInfo(elem).signed ? 0 : 1);

/** Whether a product needs a multiplier, behind which there may be a register. */
export function multiplies(mode: MvuMode, input: ElemType, weights: ElemType): boolean {
  return mode === "mul" && !isBit(input) && !isBit(weights);
}

export function addDot(s: Structure, d: DotInit): void {
  if (d.mode === "xnor" || (d.mode === "mul" && isBit(d.input) && isBit(d.weights))) addCount(s, d);
  else if (d.digits && multiplies(d.mode, d.input, d.weights)) addDigits(s, d);
  else addSum(s, d);
}

/** `gf_count`: ones counted in groups of four, then an adder tree. */
function addCount(s: Structure, d: DotInit): void {
  const { simd, rows, levelsPerStage, sumBits } = d;
  s.add("matchLanes", rows * simd);
  const group = 2 ** levelsPerStage;
  if (simd === 1) return;
  if (levelsPerStage === 0 || ceilLog2(simd) < levelsPerStage) {
    s.add("countLanes", rows * (simd - 1));
    return;
  }
  const groups = Math.ceil(simd / group);
  s.add("countLanes", rows * simd).registers(rows * countRegisters(simd, group));
  s.adderTree(groups, levelsPerStage + 1, { carry: false, maxBits: sumBits, levelsPerStage, copies: rows });
}

function countRegisters(simd: number, group: number): number {
  const whole = Math.floor(simd / group);
  const rest = simd % group;
  return whole * ceilLog2(group + 1) + (rest > 0 ? ceilLog2(rest + 1) : 0);
}

function addSum(s: Structure, d: DotInit): void {
  const { mode, input, weights, simd, rows, levelsPerStage, sumBits, paired } = d;
  const leaves = paired ? Math.ceil(simd / 2) : simd;
  const multiplier = multiplies(mode, input, weights);
  const inputBipolar = input === "bipolar";
  const carry = mode === "sign" || mode === "bipolar-in" || (mode === "ternary" && !inputBipolar);
  const bits = leafBits(d);
  const lanes = rows * leaves * Math.min(bits, sumBits);
  if (multiplier) {
    s.products(rows * leaves, plainBits(input), plainBits(weights), {
      operand: s.traits.dspStagedOperands,
      product: levelsPerStage > 0,
      sharing: d.sharing,
    });
  } else if (paired) {
    s.add("pairBits", leaves * 2 * bits).add("pairLeafBits", lanes);
  } else if (mode === "ternary") {
    s.add(inputBipolar ? "ternaryBitLanes" : "ternaryLeafBits", lanes);
  } else s.add(mode === "mul" ? "maskLeafBits" : "signLeafBits", lanes);
  const stages = levelsPerStage > 0 ? Math.floor(ceilLog2(leaves) / levelsPerStage) : 0;
  if (carry) s.registers(rows * stages);
  s.adderTree(leaves, bits, { carry, maxBits: sumBits, levelsPerStage, copies: rows });
}

/** `gf_dot_radix4`: a tree for each digit of the weights, the trees' sum, and an offset that all rows share. */
function addDigits(s: Structure, d: DotInit): void {
  const { input, weights, simd, rows, levelsPerStage, sumBits } = d;
  const weightBits = plainBits(weights);
  const bits = plainBits(input) + (elemInfo(input).signed ? 1 : 2);
  const planeBits = Math.min(bits + ceilLog2(simd), sumBits);
  const stages = levelsPerStage > 0 ? Math.floor(ceilLog2(simd) / levelsPerStage) : 0;
  const offsetBits = addOffset(s, d);
  let below = 0;
  for (let j = 0; 2 * j < weightBits; j++) {
    const signedDigit = 2 * j + 1 < weightBits;
    s.add(signedDigit ? "digitBits" : "maskLeafBits", rows * simd * bits);
    s.adderTree(simd, bits, { carry: signedDigit, maxBits: sumBits, levelsPerStage, copies: rows });
    if (signedDigit) s.registers(rows * stages);
    below = Math.min(Math.max(planeBits + 2 * j, j === 0 ? offsetBits : below) + 1, sumBits);
    s.add("adderBits", rows * Math.max(below - 2 * j, 0));
  }
  if (levelsPerStage > 0) s.registers(rows * (Math.min(below, sumBits) + 1));
}

/** The sum of the inputs times a constant of the weights' type; returns its bits. */
function addOffset(s: Structure, { input, weights, simd, levelsPerStage }: DotInit): number {
  const [inputBits, weightBits] = [plainBits(input), plainBits(weights)];
  const sumBits = inputBits + ceilLog2(simd);
  s.adderTree(simd, inputBits, { carry: false, maxBits: sumBits, levelsPerStage, copies: 1 });
  const pairs = (2 ** (2 * Math.floor(weightBits / 2)) - 1) / 3;
  const offset = 2 * pairs - (elemInfo(weights).signed ? 2 ** (weightBits - 1) : 0);
  const bits = sumBits + (elemInfo(input).signed ? 0 : 1) + ceilLog2(Math.abs(offset) + 1);
  // a product of numbers without signs is as wide as it has to be
  const plain = offset > 0 && !elemInfo(input).signed;
  s.constantProduct(offset, sumBits, plain ? sumBits + ceilLog2(offset + 1) : bits, false);
  return bits;
}

/** Bits of one term of the sum. */
export function leafBits({ mode, input, weights, paired }: DotInit): number {
  if (paired) return plainBits(input) + (elemInfo(input).signed ? 1 : 2);
  if (mode === "sign") return signedBits(input);
  if (mode === "bipolar-in") return signedBits(weights);
  if (mode === "ternary") return input === "bipolar" ? 2 : signedBits(input);
  if (isBit(input)) return plainBits(weights);
  return isBit(weights) ? plainBits(input) : plainBits(input) + plainBits(weights);
}

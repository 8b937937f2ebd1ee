import { ceilLog2, constantOf, type ElemType, elemInfo, numbers, type Op } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { blockWords } from "../memory.js";
import { fixedCompareBits, valueBits, varyingBits } from "../value-bits.js";
import type { Structure } from "./primitives.js";

type Numbers = ReturnType<typeof numbers>;
const bits = (elem: ElemType): number => elemInfo(elem).widthBits;

/** Sizes that the channel-wise kernels share; one row of parameters for all channels makes a memory of one word. */
function laneSizes(op: Op): {
  readonly pe: number;
  readonly folds: number;
  readonly inputBits: number;
  readonly outputBits: number;
} {
  const pe = op.attrs["pe"] as number;
  const oneRow = op.operands.slice(1).every((v) => v.type.shape[0] === 1);
  return {
    pe,
    folds: oneRow ? 1 : hw.channelsOf(op.operand(0).type) / pe,
    inputBits: bits(op.operand(0).type.elem),
    outputBits: bits(op.result().type.elem),
  };
}

/** `gf_threshold` and its thresholds. */
export function thresholdStructure(s: Structure, op: Op): void {
  const { pe, folds, inputBits, outputBits } = laneSizes(op);
  const count = hw.thresholdCount(op);
  const thresholdBits = hw.thresholdBits(op);
  const compareBits = Math.max(inputBits, thresholdBits);
  s.stage(pe * inputBits, folds);
  if (hw.searches(op)) {
    const stages = ceilLog2(count + 1);
    const full = 2 ** stages - 1;
    s.add("compareBits", pe * stages * compareBits).add("invertBits", pe * stages * inputBits);
    let registers = stages - 1;
    let halved = 0;
    for (let i = 1; i < stages; i++) {
      registers += pe * (inputBits + i);
      halved += 2 ** (stages - i) - 1;
    }
    if (folds > 1) {
      s.add("halveBits", pe * halved * thresholdBits);
      registers += pe * halved * thresholdBits;
    } else s.add("pickBits", pe * full * thresholdBits);
    s.registers(registers);
  } else {
    if (folds === 1) s.add("fixedCompareBits", fixedCompareBits(op.operand(1), op.operand(0).type.elem, pe));
    else s.add("compareBits", pe * count * compareBits);
    if (folds > 1) s.add("invertBits", pe * inputBits);
    if (count > 1) s.add("parityLanes", pe * count);
  }
  if (op.attrs["bias"] !== 0) s.add("biasBits", pe * outputBits);
  s.skid(pe * outputBits, false);
  s.rom(folds < blockWords ? pe * count * valueBits(op.operand(1)) : varyingBits(op.operand(1), pe), folds);
}

/** `gf_lookup` and its tables, one memory a lane. */
export function lookupStructure(s: Structure, op: Op): void {
  const { pe, folds, outputBits } = laneSizes(op);
  const { widthBits, lo } = { widthBits: bits(op.operand(0).type.elem), lo: op.attrs["lo"] as number };
  const bipolar = op.operand(0).type.elem === "bipolar";
  const entries = bipolar ? 2 : op.operand(1).type.shape[1]!;
  const depth = entries * folds;
  const addressBits = Math.max(1, ceilLog2(depth));
  s.registers(1).counter(folds);
  if (folds > 1) {
    const varying = addressBits - powerBits(entries);
    s.add("counterBits", varying).registers(varying);
    if (powerBits(entries) < widthBits) s.add("adderBits", pe * addressBits);
  }
  if (lo !== 0 && !bipolar && powerBits(-lo) < widthBits - 1) s.add("adderBits", pe * addressBits);
  s.skid(pe * outputBits, false);
  for (let lane = 0; lane < pe; lane++) s.rom(outputBits, depth);
}

/** Low zero bits of a number. */
function powerBits(value: number): number {
  let zeros = 0;
  for (let v = value; v > 0 && v % 2 === 0; v /= 2) zeros++;
  return zeros;
}

/** `gf_affine` and its parameters. */
export function affineStructure(s: Structure, op: Op): void {
  const { pe, folds, inputBits, outputBits } = laneSizes(op);
  const parameterBits = hw.affineBits(op);
  s.stage(pe * inputBits, folds)
    .registers(1)
    .skid(pe * outputBits, false);
  if (folds === 1) {
    const [factors, offsets] = [1, 2].map((i) => numbers(constantOf(op.operand(i))!)) as [Numbers, Numbers];
    for (let lane = 0; lane < pe; lane++) {
      s.constantProduct(factors[lane % factors.length]!, inputBits, inputBits + parameterBits, true);
      if (offsets[lane % offsets.length] !== 0) s.add("fixedAdderBits", outputBits);
    }
    return;
  }
  s.registers(pe * parameterBits);
  s.products(pe, inputBits, parameterBits, { operand: true, product: true, sharing: 1 });
  s.add("adderBits", pe * outputBits).rom(pe * 2 * parameterBits, folds);
}

/** `gf_argmax`. */
export function argmaxStructure(s: Structure, op: Op): void {
  const { pe, inputBits, outputBits } = laneSizes(op);
  const folds = hw.channelsOf(op.operand(0).type) / pe;
  // Level k of the tree carries k bits of lane number.
  let [nodes, selectBits] = [pe, 0];
  for (let k = 1; nodes > 1; k++) {
    const pairs = nodes >> 1;
    nodes -= pairs;
    const last = nodes === 1 && folds === 1;
    selectBits += pairs * ((last ? 0 : inputBits) + k);
  }
  s.add("compareBits", (pe - 1) * inputBits).add("selectBits", selectBits);
  s.skid(outputBits, folds > 1);
  if (folds === 1) return;
  const laneBits = ceilLog2(pe);
  if (pe > 1) s.registers(inputBits + laneBits + 1);
  s.counter(folds)
    .add("compareBits", inputBits)
    .add("selectBits", 2 * outputBits);
  s.add("counterBits", outputBits - powerBits(pe)).add("counter", 1);
  s.registers(1 + inputBits + 2 * outputBits - powerBits(pe));
}

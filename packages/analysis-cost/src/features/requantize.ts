import { ceilLog2, constantOf, elemInfo, numbers, type Op, type Tensor, type Value } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { blockWords } from "../memory.js";
import { valueBits } from "../value-bits.js";
import type { Structure } from "./primitives.js";

type Numbers = ReturnType<typeof numbers>;

function isInDsp({ traits }: Structure, aBits: number, bBits: number): boolean {
  return traits.dspProductBits !== undefined && aBits + bBits >= traits.dspProductBits;
}

/** Products with registers behind them, of several DSP blocks each where they are wider than one. */
function addProducts(s: Structure, count: number, aBits: number, bBits: number): void {
  s.products(count, aBits, bBits, { operand: true, product: true, sharing: 1 });
  const { dspShape } = s.traits;
  if (!dspShape || !isInDsp(s, aBits, bBits)) return;
  // Factors are unsigned: as the tool sees them, signed, they have a bit more.
  const [long, short] = [Math.max(aBits, bBits + 1), Math.min(aBits, bBits + 1)];
  const parts = (bits: number, most: number): number => (bits <= most ? 1 : Math.ceil(bits / (most - 1)));
  const tiles = parts(long, dspShape[0]) * parts(short, dspShape[1]);
  s.dspCount += count * (tiles - 1);
  s.add("tileAdderBits", count * (tiles - 1) * (aBits + bBits));
}

const differing = new WeakMap<Tensor, number>();

/** Bits of a constant that are not the same in all its values. Looks at the values once for each tensor. */
function differingBits(value: Value): number {
  const { widthBits } = elemInfo(value.type.elem);
  const tensor = constantOf(value);
  if (!tensor) return widthBits;
  let bits = differing.get(tensor);
  if (bits === undefined) {
    const values = Array.from(numbers(tensor), BigInt);
    const mask = values.reduce((all, v) => all | (v ^ values[0]!), 0n);
    bits = [...BigInt.asUintN(widthBits, mask).toString(2)].filter((digit) => digit === "1").length;
    differing.set(tensor, bits);
  }
  return bits;
}

/** `gf_requantize` and its parameters. */
export function requantizeStructure(s: Structure, op: Op): void {
  const { pe, drop, shift, ties, low, high, offset } = op.attrs as Readonly<Record<string, number>> & {
    readonly ties: string;
  };
  const [x, mul, add] = op.operands.map((v) => elemInfo(v.type.elem).widthBits) as [number, number, number];
  const outputBits = elemInfo(op.result().type.elem).widthBits;
  const factor = hw.requantizeFactor(op);
  const rows = op.operands.slice(1).every((v) => v.type.shape[0] === 1);
  const folds = rows ? 1 : hw.channelsOf(op.operand(0).type) / pe!;
  const isWires = factor !== undefined && hw.isPower(factor);
  const productBits = x + mul - drop! - (isWires ? 1 : 0);
  const isSigned = elemInfo(op.operand(0).type.elem).signed;
  const sumBits = Math.max(productBits + (isSigned ? 0 : 1), add, shift! + 1) + 1;

  // Bits that are shifted out are kept only where ties are looked for in them.
  const keptBits = ties === "even" ? sumBits : sumBits - shift!;
  s.stage(pe! * x, folds).registers(1 + pe! * keptBits);
  if (!isWires) {
    s.registers(1);
    if (folds > 1) s.registers(pe! * add);
    if (factor === undefined && folds > 1) {
      addProducts(s, pe!, x, mul);
      if (!isInDsp(s, x, mul) || !s.traits.dspRegisters) s.registers(-pe! * drop!);
    } else {
      const factors: Numbers = numbers(constantOf(op.operand(1))!);
      for (let lane = 0; lane < pe!; lane++) {
        s.constantProduct(Number(factors[lane % factors.length]), x, x + mul, true);
      }
    }
  }
  const inBlock = !isWires && s.traits.dspRegisters && isInDsp(s, x, mul);
  s.add(
    inBlock ? "dspAdderBits" : folds > 1 ? "adderBits" : "fixedAdderBits",
    pe! * Math.max(add, productBits),
  );

  // Bits above the code tell whether it is beyond a bound; bounds of other forms are compared with.
  const quotientBits = sumBits - shift!;
  const bounds = [low! < 0 ? -low! : 1, high! + 1];
  for (const bound of bounds) {
    const isPower = bound > 0 && Number.isInteger(Math.log2(bound));
    const above = Math.max(0, quotientBits - 1 - (isPower ? ceilLog2(bound) : 0));
    if (low === 0 && bound === bounds[0]) continue;
    s.add(isPower ? "boundTestBits" : "fixedCompareBits", pe! * above);
  }
  if (ties === "even") s.add("tieBits", pe! * shift!);
  if (offset !== 0) s.add("biasBits", pe! * outputBits);
  s.add("clipBits", pe! * outputBits).skid(pe! * outputBits, false);
  const stored = op.operands.slice(factor === undefined ? 1 : 2);
  const perLane = stored.reduce((sum, v) => sum + (folds < blockWords ? valueBits(v) : differingBits(v)), 0);
  s.rom(pe! * perLane, folds);
}

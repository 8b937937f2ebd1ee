import { ceilLog2 } from "@gatefold/core";
import type { FamilyTraits } from "./family.js";

/** Where a memory ends up and what it takes there. */
export interface MemoryCost {
  /** In the unit that targets count block RAMs in. */
  readonly bramCount: number;
  /** LUTs that store or look up. */
  readonly lutCount: number;
  /** Registers that store, or that stand behind a memory without a registered read of its own. */
  readonly ffCount: number;
  /** 2:1 multiplexers between several blocks, in bits. */
  readonly muxBits: number;
  /** The bits stand in registers, and `lutCount` is their number: each takes a share of the read multiplexers. */
  readonly inRegisters?: boolean;
}

/** Words from which Verilog asks for a block: `backend-verilog`, `RAM_STYLE`. */
export const blockWords = 64;

interface Placement extends MemoryCost {
  readonly cost: number;
}

/** The cheapest way to make `depth` words of `widthBits` from blocks of one shape. */
function inBlocks(traits: FamilyTraits, widthBits: number, depth: number): Placement {
  let best: Placement | undefined;
  for (const { count, cost, shapes } of traits.blockRams) {
    for (const [width, words] of shapes) {
      const banks = Math.ceil(depth / words);
      const blocks = Math.ceil(widthBits / width) * banks;
      const muxBits = (banks - 1) * widthBits;
      const total = blocks * cost + muxBits;
      if (best && best.cost <= total) continue;
      best = { bramCount: blocks * count, lutCount: 0, ffCount: 0, muxBits, cost: total };
    }
  }
  return best!;
}

/** Block RAMs of a memory that is made of blocks. */
export function blockRamCount(traits: FamilyTraits, widthBits: number, depth: number): number {
  return inBlocks(traits, widthBits, depth).bramCount;
}

/**
 * A read-only memory of one cycle of latency (`gf_rom`): blocks from 64 words on, else logic. In logic each bit is a
 * function of the address; of `2^depth` functions, those that random contents repeat are made once.
 */
export function romCost(traits: FamilyTraits, widthBits: number, depth: number): MemoryCost {
  if (depth < 2) return { bramCount: 0, lutCount: 0, ffCount: 0, muxBits: 0 };
  if (depth >= blockWords) return inBlocks(traits, widthBits, depth);
  const distinct = distinctFunctions(widthBits, depth);
  const luts = 2 ** Math.max(0, ceilLog2(depth) - traits.lutInputs);
  return { bramCount: 0, lutCount: distinct * luts * Math.min(1, depth / 4), ffCount: distinct, muxBits: 0 };
}

/** Expected number of different columns among `count` random ones of `depth` bits. */
function distinctFunctions(count: number, depth: number): number {
  const all = 2 ** Math.min(depth, 40);
  return -all * Math.expm1(count * Math.log1p(-1 / all));
}

/** Weights that the host writes (`gf_ram_lite`): blocks where `romCost` has them, else wherever the tool puts them. */
export function writableCost(traits: FamilyTraits, widthBits: number, depth: number): MemoryCost {
  return depth >= blockWords ? inBlocks(traits, widthBits, depth) : ramCost(traits, widthBits, depth);
}

/** A memory of one write and one registered read port whose place is left to the tool. */
export function ramCost(traits: FamilyTraits, widthBits: number, depth: number): MemoryCost {
  const bits = widthBits * depth;
  const registers: Placement = {
    inRegisters: true,
    bramCount: 0,
    lutCount: bits,
    ffCount: bits + widthBits,
    muxBits: 0,
    cost: bits,
  };
  const inLuts = traits.lutRams.map((ram): Placement => {
    const banks = Math.ceil(depth / ram.depth);
    const columns = Math.ceil(widthBits / ram.widthBits);
    const cost = banks * (columns * ram.fixedCost + (widthBits / ram.widthBits) * ram.scaledCost);
    const muxBits = (banks - 1) * widthBits;
    return {
      bramCount: 0,
      lutCount: banks * columns * ram.lutCount,
      ffCount: widthBits,
      muxBits,
      cost: (ram.scaledCost === 0 ? banks * columns * ram.fixedCost : cost) + muxBits,
    };
  });
  const all = [registers, ...inLuts, inBlocks(traits, widthBits, depth)];
  return all.reduce((best, next) => (next.cost < best.cost ? next : best));
}

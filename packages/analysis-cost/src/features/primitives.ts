import { ceilLog2 } from "@gatefold/core";
import type { FamilyTraits } from "../family.js";
import { type MemoryCost, ramCost, romCost, writableCost } from "../memory.js";

/** Whether products of integers are left to the tool or built from LUTs: the option of `backend-verilog`. */
export type Multipliers = "auto" | "logic";

/** Whether the host can write weights; so far as they are in memories. */
export type WeightStorage = "constant" | "writable";

/**
 * What a kernel is made of: quantities that cost LUTs (a coefficient each, fitted), and registers, block RAMs and DSP
 * blocks, which follow from the Verilog's structure.
 */
export class Structure {
  readonly traits: FamilyTraits;
  readonly multipliers: Multipliers;
  readonly weights: WeightStorage;
  /** LUT features by name. */
  readonly features: Record<string, number> = {};
  ffCount = 0;
  bramCount = 0;
  dspCount = 0;

  constructor(traits: FamilyTraits, multipliers: Multipliers, weights: WeightStorage = "constant") {
    this.traits = traits;
    this.multipliers = multipliers;
    this.weights = weights;
  }

  /** Adds to a LUT feature. */
  add(feature: string, amount: number): this {
    if (amount !== 0) this.features[feature] = (this.features[feature] ?? 0) + amount;
    return this;
  }

  registers(count: number): this {
    this.ffCount += count;
    return this;
  }

  /** `gf_skid`: the register pair at every output; a multiplexer a bit unless the source is sparse. */
  skid(widthBits: number, sparse: boolean): this {
    this.add("skid", 1);
    if (!sparse) this.add("skidBits", widthBits);
    return this.registers(sparse ? widthBits + 1 : 2 * widthBits + 2);
  }

  /** `gf_counter`. */
  counter(length: number): this {
    if (length < 2) return this;
    const bits = ceilLog2(length);
    return this.add("counter", 1).add("counterBits", bits).registers(bits);
  }

  /** `gf_tick`. */
  tick(length: number): this {
    if (length < 2) return this;
    const bits = ceilLog2(length - 1) + 1;
    return this.add("tickBits", bits).registers(bits);
  }

  /** `gf_stage`. */
  stage(widthBits: number, folds: number): this {
    return this.counter(folds).registers(widthBits + 1);
  }

  /** `gf_mark`. */
  mark(length: number, first: number, period: number, keep: number, end: number): this {
    this.counter(length);
    const bits = ceilLog2(Math.max(length, 2));
    const once = first + period >= end;
    const stop = once && first + keep < end ? first + keep : end;
    if (first > 0) this.add("boundBits", bits);
    if (stop < length) this.add("boundBits", bits);
    if (once || keep >= period) return this;
    const phase = ceilLog2(period);
    return this.add("counter", 1).add("counterBits", phase).add("boundBits", phase).registers(phase);
  }

  /** `gf_adder_tree`: bits of all its adders, and its registers. */
  adderTree(
    count: number,
    bits: number,
    options: {
      readonly carry: boolean;
      readonly maxBits: number;
      readonly levelsPerStage: number;
      readonly copies: number;
      readonly feature?: string;
    },
  ): this {
    const { carry, maxBits, levelsPerStage, copies, feature = "adderBits" } = options;
    const levels = ceilLog2(count);
    let [elements, width, adderBits, registers] = [count, Math.min(bits, maxBits), 0, 0];
    for (let k = 1; k <= levels; k++) {
      const pairs = elements >> 1;
      elements -= pairs;
      width = Math.min(bits + k, maxBits);
      adderBits += pairs * width;
      if (levelsPerStage > 0 && k % levelsPerStage === 0)
        registers += elements * width + (carry ? elements - 1 : 0);
    }
    return this.add(feature, copies * adderBits).registers(copies * registers);
  }

  /** A memory that is written at run time. */
  ram(widthBits: number, depth: number): this {
    return this.#memory(ramCost(this.traits, widthBits, depth), "ramLut", depth);
  }

  /** A constant memory behind a kernel's memory port. */
  rom(widthBits: number, depth: number): this {
    return this.#memory(romCost(this.traits, widthBits, depth), "romLut", depth);
  }

  /** Weights behind a kernel's memory port: a constant memory, or `gf_ram_lite` where the host writes them. */
  weightMemory(widthBits: number, depth: number): this {
    if (this.weights === "constant" || depth === 1) return this.rom(widthBits, depth);
    return this.#memory(writableCost(this.traits, widthBits, depth), "ramLut", depth);
  }

  #memory(cost: MemoryCost, feature: string, depth: number): this {
    this.bramCount += cost.bramCount;
    if (cost.inRegisters) this.add("registerRamWords", depth);
    return this.add(cost.inRegisters ? "registerRamBits" : feature, cost.lutCount)
      .add("bankMuxBits", cost.muxBits)
      .registers(cost.ffCount);
  }

  /** `gf_line`: a delay of `stages` steps. */
  line(widthBits: number, stages: number): this {
    if (stages <= 16) return this.shiftRegister(widthBits, stages);
    return this.counter(stages).add("lineBits", ceilLog2(stages)).ram(widthBits, stages);
  }

  /** A plain shift register, in LUTs where they can shift. */
  shiftRegister(widthBits: number, stages: number): this {
    const { shiftStages } = this.traits;
    if (shiftStages === undefined || stages < shiftStages) return this.registers(widthBits * stages);
    return this.add("shiftLut", widthBits * Math.ceil(stages / 32));
  }

  /**
   * `count` products `*` of these widths, in DSP blocks where there are some and the product is worth one; with
   * registers around them: of the operand, which `sharing` products share, and of the product.
   */
  products(
    count: number,
    aBits: number,
    bBits: number,
    registers: { readonly operand: boolean; readonly product: boolean; readonly sharing: number },
  ): this {
    const { dspProductBits, dspRegisters } = this.traits;
    const inDsp = dspProductBits !== undefined && aBits + bBits >= dspProductBits;
    if (registers.product && !(inDsp && dspRegisters)) this.registers(count * (aBits + bBits));
    if (registers.operand && inDsp && dspRegisters) this.registers((-count * aBits) / registers.sharing);
    if (inDsp) this.dspCount += count;
    else this.add("productBits", count * aBits * bBits).add("productEdge", count * (aBits + bBits));
    return this;
  }

  /**
   * A product by a constant, of `bits`: wires for a power of two, else a DSP block where the product is worth one, else
   * an adder for each further digit. With a register behind it, unless the block has that.
   */
  constantProduct(factor: number, inputBits: number, bits: number, registered: boolean): this {
    const { dspProductBits, dspRegisters } = this.traits;
    const size = Math.abs(factor);
    if (factor === 0) return this;
    const wires = factor > 0 && Number.isInteger(Math.log2(size));
    const width = Math.min(bits, inputBits + ceilLog2(size) + (factor < 0 ? 1 : 0));
    // the tool strips the low zeros first, and makes a negation of -1
    let zeros = 0;
    while (size % 2 ** (zeros + 1) === 0) zeros++;
    const worth = dspProductBits !== undefined && bits - zeros >= dspProductBits;
    if (!wires && worth && factor !== -1) {
      this.dspCount++;
      return registered && !dspRegisters ? this.registers(width) : this;
    }
    let digits = factor < 0 ? 1 : 0;
    for (let left = size; left > 0; left = Math.floor(left / 2)) digits += left % 2;
    if (!wires) this.add("constantBits", (digits - 1) * bits);
    return registered ? this.registers(wires ? inputBits : width) : this;
  }
}

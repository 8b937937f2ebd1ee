/** Families whose rules are fitted here. */
export const fittedFamilies = ["ice40", "ecp5", "xilinx7"] as const;
export type FittedFamily = (typeof fittedFamilies)[number];

/** Families, and the members that have blocks of their own: `ice40up` is the UltraPlus with its multipliers. */
export const fittedVariants = ["ice40", "ecp5", "xilinx7", "ice40up"] as const;
export type FittedVariant = (typeof fittedVariants)[number];

/** One kind of block RAM: the shapes that it takes, and what it counts for in the target's unit. */
export interface BlockRam {
  readonly count: number;
  /** What Yosys's memory mapper says that one costs. */
  readonly cost: number;
  /** Width in bits and words of each shape. */
  readonly shapes: readonly (readonly [widthBits: number, words: number])[];
}

/** LUTs as memory: one primitive's size, its LUTs, and its cost to the mapper. */
export interface LutRam {
  readonly depth: number;
  readonly widthBits: number;
  readonly lutCount: number;
  /** Cost of a primitive whose width is used in part: `fixedCost + usedShare · scaledCost`. */
  readonly fixedCost: number;
  readonly scaledCost: number;
}

/** What the structural counts need to know of a device family. */
export interface FamilyTraits {
  readonly lutInputs: 4 | 6;
  readonly blockRams: readonly BlockRam[];
  readonly lutRams: readonly LutRam[];
  /** Smallest product, in bits, that goes to a DSP block; `undefined` when the family (or its smallest member) has none. */
  readonly dspProductBits: number | undefined;
  /** Widths of the operands that one DSP block multiplies, signed, the wider first. */
  readonly dspShape?: readonly [number, number];
  /** Whether the tool moves the registers before and behind a multiplier into its DSP block. */
  readonly dspRegisters: boolean;
  /** Whether it does so with the operands of a matrix unit too, whose registers are held back with its pipeline. */
  readonly dspStagedOperands: boolean;
  /** Fewest stages of a shift register that become a LUT each 32; `undefined` when LUTs are no shift registers. */
  readonly shiftStages: number | undefined;
}

const shapes = (bits: number, widths: readonly number[]): BlockRam["shapes"] =>
  widths.map((w) => [w, 2 ** Math.floor(Math.log2(bits / w))]);

const ice40: FamilyTraits = {
  lutInputs: 4,
  blockRams: [{ count: 1, cost: 64, shapes: shapes(4096, [1, 2, 4, 8, 16]) }],
  lutRams: [],
  dspProductBits: undefined,
  dspRegisters: false,
  dspStagedOperands: false,
  shiftStages: undefined,
};

/**
 * Shapes of the block RAMs: iCE40 FPGA-DS-02029 (EBR, 4 Kbit), ECP5 FPGA-DS-02012 (sysMEM, 18 Kbit), 7-series UG473
 * (RAMB18E1, RAMB36E1; in units of 36 Kbit). The iCE40's 4096 × 1 is a 2048 × 2 with a multiplexer. Costs are those of Yosys 0.55, `memory_libmap`.
 */
export const familyTraits: Readonly<Record<FittedVariant, FamilyTraits>> = {
  ice40,
  ice40up: { ...ice40, dspProductBits: 11, dspShape: [16, 16], dspRegisters: true },
  ecp5: {
    lutInputs: 4,
    blockRams: [{ count: 1, cost: 128, shapes: shapes(18_432, [1, 2, 4, 9, 18, 36]) }],
    lutRams: [{ depth: 16, widthBits: 4, lutCount: 6, fixedCost: 4, scaledCost: 0 }],
    dspProductBits: 1,
    dspShape: [18, 18],
    dspRegisters: false,
    dspStagedOperands: false,
    shiftStages: undefined,
  },
  xilinx7: {
    lutInputs: 6,
    blockRams: [
      { count: 0.5, cost: 129, shapes: shapes(18_432, [1, 2, 4, 9, 18, 36]) },
      { count: 1, cost: 257, shapes: shapes(36_864, [1, 2, 4, 9, 18, 36, 72]) },
    ],
    lutRams: [
      { depth: 32, widthBits: 6, lutCount: 4, fixedCost: 1, scaledCost: 7 },
      { depth: 64, widthBits: 3, lutCount: 4, fixedCost: 1, scaledCost: 7 },
    ],
    dspProductBits: 9,
    dspShape: [25, 18],
    dspRegisters: true,
    dspStagedOperands: true,
    shiftStages: 3,
  },
};

import { type SynthesisTarget, targetRules } from "./targets.js";

/** What one cell takes. LUTs are counted by what they are used for; `lutCount` is the sum of the three. */
export interface CellClass {
  readonly logic?: number;
  readonly carryLut?: number;
  readonly memoryLut?: number;
  readonly ff?: number;
  readonly bram?: number;
  readonly dsp?: number;
  readonly carry?: number;
  readonly mux?: number;
  readonly spram?: number;
}

export interface ResourceCount {
  /**
   * LUT sites taken: iCE40 and ECP5 LUT4, 7-series LUT6. Logic, plus (ECP5) two for each CCU2C and six for each TRELLIS_DPR16X4, plus
   * (7-series) shift registers and distributed memory.
   */
  readonly lutCount: number;
  readonly lutAs: { readonly logic: number; readonly carry: number; readonly memory: number };
  readonly ffCount: number;
  /** iCE40: SB_RAM40_4K of 4 Kbit. ECP5: DP16KD of 18 Kbit. 7-series: in units of 18 Kbit, so a RAMB36E1 is two. */
  readonly bramCount: number;
  /** SB_MAC16, MULT18X18D, DSP48E1. */
  readonly dspCount: number;
  /** Carry cells: SB_CARRY, CCU2C, CARRY4. */
  readonly carryCount: number;
  /** Wide multiplexers beside the LUTs: PFUMX and L6MUX21, MUXF7 and MUXF8. */
  readonly muxCount: number;
  /** SB_SPRAM256KA of 256 Kbit. */
  readonly spramCount: number;
  /** Cells of types that the counts above do not know. Not empty: the counts are lower bounds. */
  readonly unknownCells: readonly string[];
}

/** Sums what the cells of a mapped netlist take. `cells`: how many there are of each type. */
export function countResources(
  target: SynthesisTarget,
  cells: Readonly<Record<string, number>>,
): ResourceCount {
  const rules = targetRules[target].cells;
  const sum = (field: keyof CellClass): number =>
    Object.entries(cells).reduce((total, [type, count]) => total + count * (rules[type]?.[field] ?? 0), 0);
  const lutAs = { logic: sum("logic"), carry: sum("carryLut"), memory: sum("memoryLut") };
  return {
    lutCount: lutAs.logic + lutAs.carry + lutAs.memory,
    lutAs,
    ffCount: sum("ff"),
    bramCount: sum("bram"),
    dspCount: sum("dsp"),
    carryCount: sum("carry"),
    muxCount: sum("mux"),
    spramCount: sum("spram"),
    unknownCells: Object.keys(cells).filter((type) => rules[type] === undefined && type !== "$scopeinfo"),
  };
}

import type { CellClass } from "./count.js";

/** FPGA families that the embedded Yosys maps to. */
export type SynthesisTarget = "ice40" | "ecp5" | "xilinx7";

export interface TargetRules {
  /** The synthesis command. `device` is `up5k`, `hx8k` and the like; it matters where families differ inside. */
  readonly command: (device: string | undefined) => string;
  /**
   * Commands after it, where it does not run to its end: what is left there names cells after their nets, which a placer's report
   * profits from and a count does not, and checks.
   */
  readonly afterwards?: readonly string[];
  /** What a cell of each type takes. */
  readonly cells: Readonly<Record<string, CellClass>>;
}

const none: CellClass = {};
const ff: CellClass = { ff: 1 };
/** Models of cells become boxes, which a netlist can hold; where cells stood in the hierarchy is left out, a cell for each instance. */
const modelsAside: readonly string[] = ["blackbox =A:whitebox", "delete */t:$scopeinfo"];
const each = (names: readonly string[], takes: CellClass): Record<string, CellClass> =>
  Object.fromEntries(names.map((name) => [name, takes]));

/** Types SB_DFF… of the iCE40: N falling edge, E enable, SR/SS synchronous and R/S asynchronous reset and set. */
const ice40Registers = ["", "N"].flatMap((n) =>
  ["", "E", "SR", "R", "SS", "S", "ESR", "ER", "ESS", "ES"].map((kind) => `SB_DFF${n}${kind}`),
);
const ice40Rams = ["", "NR", "NW", "NRNW"].map((kind) => `SB_RAM40_4K${kind}`);

const ice40: TargetRules = {
  // abc9, the default of this Yosys, makes truth tables about 30 % larger
  command: (device) => `synth_ice40 -noabc9${device?.startsWith("up") === true ? " -dsp" : ""}`,
  cells: {
    SB_LUT4: { logic: 1 },
    // shares the logic cell of the LUT that takes its carry
    SB_CARRY: { carry: 1 },
    SB_MAC16: { dsp: 1 },
    SB_SPRAM256KA: { spram: 1 },
    SB_IO: none,
    SB_GB: none,
    SB_GB_IO: none,
    ...each(ice40Registers, ff),
    ...each(ice40Rams, { bram: 1 }),
  },
};

const ecp5: TargetRules = {
  // Without -nowidelut tables of 5 to 7 inputs take 2 to 8 LUTs and muxes where a few LUTs would do.
  command: () => "synth_ecp5 -noabc9 -nowidelut -run begin:check",
  afterwards: modelsAside,
  cells: {
    LUT4: { logic: 1 },
    PFUMX: { mux: 1 },
    L6MUX21: { mux: 1 },
    // two bits of a carry chain, in the place of two LUTs
    CCU2C: { carry: 1, carryLut: 2 },
    // 16 words of 4 bits: four LUTs hold them, and the write port blocks the two LUTs of a third slice
    TRELLIS_DPR16X4: { memoryLut: 6 },
    TRELLIS_FF: ff,
    DP16KD: { bram: 1 },
    PDPW16KD: { bram: 1 },
    MULT18X18D: { dsp: 1 },
    ALU54B: none,
  },
};

const xilinx7: TargetRules = {
  command: () => "synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -run begin:check",
  afterwards: modelsAside,
  cells: {
    ...each(["LUT1", "LUT2", "LUT3", "LUT4", "LUT5", "LUT6", "LUT6_2", "INV"], { logic: 1 }),
    ...each(["MUXF7", "MUXF8", "MUXF9"], { mux: 1 }),
    CARRY4: { carry: 1 },
    ...each(["FDRE", "FDSE", "FDCE", "FDPE", "FDRE_1", "FDSE_1", "FDCE_1", "FDPE_1", "LDCE", "LDPE"], ff),
    // in units of 18 Kbit
    RAMB18E1: { bram: 1 },
    RAMB36E1: { bram: 2 },
    DSP48E1: { dsp: 1 },
    ...each(["SRL16E", "SRLC16E", "SRLC32E", "RAM32X1S", "RAM64X1S"], { memoryLut: 1 }),
    ...each(["RAM32X1D", "RAM64X1D", "RAM128X1S", "RAM32X2S"], { memoryLut: 2 }),
    ...each(["RAM32M", "RAM64M", "RAM128X1D", "RAM256X1S"], { memoryLut: 4 }),
    ...each(["BUFG", "IBUF", "OBUF", "VCC", "GND"], none),
  },
};

export const targetRules: Readonly<Record<SynthesisTarget, TargetRules>> = { ice40, ecp5, xilinx7 };

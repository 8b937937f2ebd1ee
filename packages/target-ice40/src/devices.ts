import type { CellDelays, Target } from "@gatefold/core";

/**
 * Delays by grade: HX, LP and UltraPlus. Fitted on circuits placed and routed for an HX8K by nextpnr-ice40 0.8, timed at its worst corner:
 * truth-table networks of 75 to 1107 LUTs with 1 to 18 LUTs between registers, and chains of 1 to 3 adders of 8 to 32 bits. Periods of
 * those with 300 LUTs and more come out within 10 %, those of smaller ones up to 30 % too long; random wires between 512 LUTs take up to a third more.
 * LP and UltraPlus: layers of LUTs and the adders take 1.35 to 1.55 and 2.3 to 2.55 times as long as on HX; 1.48 and 2.45 are taken.
 */
const delays = {
  hx: { lutNs: 1.1, carryEntryNs: 1, carryBitNs: 0.13, registerNs: 1.7 },
  lp: { lutNs: 1.63, carryEntryNs: 1.48, carryBitNs: 0.19, registerNs: 2.5 },
  up: { lutNs: 2.7, carryEntryNs: 2.45, carryBitNs: 0.32, registerNs: 4.15 },
} satisfies Readonly<Record<string, CellDelays>>;

interface Part {
  readonly device: string;
  /** Of the boards that most people have. */
  readonly package: string;
  /** Logic cells: a four-input table and a flip-flop each. */
  readonly cellCount: number;
  readonly bramCount: number;
  readonly dspCount?: number;
  readonly spramCount?: number;
  readonly clockMhz: number;
  readonly grade: keyof typeof delays;
}

/** One EBR block: 256 words of 16 bits. */
const bramBits = 4096;
/** One SPRAM block of the UltraPlus: 16 384 words of 16 bits. */
const spramBits = 262_144;

/** Source: Lattice iCE40 LP/HX Family Data Sheet FPGA-DS-02029; iCE40 UltraPlus Family Data Sheet FPGA-DS-02008. */
const parts: Readonly<Record<string, Part>> = {
  hx1k: {
    device: "iCE40HX1K",
    package: "tq144",
    cellCount: 1280,
    bramCount: 16,
    clockMhz: 25,
    grade: "hx",
  },
  hx8k: {
    device: "iCE40HX8K",
    package: "ct256",
    cellCount: 7680,
    bramCount: 32,
    clockMhz: 25,
    grade: "hx",
  },
  lp1k: {
    device: "iCE40LP1K",
    package: "qn84",
    cellCount: 1280,
    bramCount: 16,
    clockMhz: 12,
    grade: "lp",
  },
  lp8k: {
    device: "iCE40LP8K",
    package: "cm81",
    cellCount: 7680,
    bramCount: 32,
    clockMhz: 16,
    grade: "lp",
  },
  up5k: {
    device: "iCE40UP5K",
    package: "sg48",
    cellCount: 5280,
    bramCount: 30,
    dspCount: 8,
    spramCount: 4,
    clockMhz: 12,
    grade: "up",
  },
};

function target(name: string, part: Part): Target {
  const { cellCount, bramCount, dspCount = 0, spramCount = 0 } = part;
  return Object.freeze({
    name: `ice40-${name}`,
    family: "ice40",
    device: part.device,
    package: part.package,
    resources: Object.freeze({
      lutCount: cellCount,
      ffCount: cellCount,
      bramCount,
      bramBits,
      dspCount,
      ...(spramCount > 0 ? { spramCount, spramBits } : {}),
    }),
    defaultClockMhz: part.clockMhz,
    lutInputs: 4,
    delays: Object.freeze(delays[part.grade]),
    tools: Object.freeze({
      yosys: Object.freeze({ target: "ice40" }),
      nextpnr: Object.freeze({ device: name, package: part.package }),
    }),
  });
}

/** Every device that this package knows. */
export const ice40Targets: readonly Target[] = Object.entries(parts).map(([name, part]) =>
  target(name, part),
);

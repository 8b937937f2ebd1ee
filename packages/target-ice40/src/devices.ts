import type { Target } from "@gatefold/core";

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
  },
  hx8k: {
    device: "iCE40HX8K",
    package: "ct256",
    cellCount: 7680,
    bramCount: 32,
    clockMhz: 25,
  },
  lp1k: {
    device: "iCE40LP1K",
    package: "qn84",
    cellCount: 1280,
    bramCount: 16,
    clockMhz: 12,
  },
  lp8k: {
    device: "iCE40LP8K",
    package: "cm81",
    cellCount: 7680,
    bramCount: 32,
    clockMhz: 16,
  },
  up5k: {
    device: "iCE40UP5K",
    package: "sg48",
    cellCount: 5280,
    bramCount: 30,
    dspCount: 8,
    spramCount: 4,
    clockMhz: 12,
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

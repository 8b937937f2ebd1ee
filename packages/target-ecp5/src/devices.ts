import type { CellDelays, Target } from "@gatefold/core";

interface Part {
  readonly device: string;
  /** Four-input tables; each has a flip-flop beside it. */
  readonly lutCount: number;
  readonly bramCount: number;
  /** 18 × 18 multipliers. */
  readonly dspCount: number;
}

/** One sysMEM EBR block: 18 Kbit. */
const bramBits = 18_432;
const ballPackage = "CABGA381";

/**
 * Speed grade 6, the slowest. Not fitted on circuits of ours: cell delays as nextpnr-ecp5 prints them on critical paths (LUT 0.24 ns, clock to
 * output 0.52 ns, into a carry chain and out of it 0.9 ns, 0.07 ns along a cell of two bits), and 1 ns for each wire, which is what wires of its
 * critical paths take in small designs (0.9 to 1.1 ns).
 */
const delays: CellDelays = Object.freeze({
  lutNs: 1.24,
  carryEntryNs: 1.9,
  carryBitNs: 0.035,
  registerNs: 0.55,
});

/** Source: Lattice ECP5 and ECP5-5G Family Data Sheet FPGA-DS-02012; LUT counts as the tools see the dies. */
const parts: Readonly<Record<string, Part>> = {
  "25k": { device: "LFE5U-25F", lutCount: 24_288, bramCount: 56, dspCount: 28 },
  "45k": { device: "LFE5U-45F", lutCount: 43_848, bramCount: 108, dspCount: 72 },
  "85k": { device: "LFE5U-85F", lutCount: 83_640, bramCount: 208, dspCount: 156 },
};

function target(name: string, { device, lutCount, bramCount, dspCount }: Part): Target {
  return Object.freeze({
    name: `ecp5-${name}`,
    family: "ecp5",
    device,
    package: ballPackage,
    resources: Object.freeze({ lutCount, ffCount: lutCount, bramCount, bramBits, dspCount }),
    defaultClockMhz: 50,
    lutInputs: 4,
    delays,
    tools: Object.freeze({
      yosys: Object.freeze({ target: "ecp5" }),
      nextpnr: Object.freeze({ device: name, package: ballPackage }),
    }),
  });
}

/** Every device that this package knows. */
export const ecp5Targets: readonly Target[] = Object.entries(parts).map(([name, part]) => target(name, part));

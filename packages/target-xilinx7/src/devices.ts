import type { CellDelays, Target } from "@gatefold/core";

/** Slices (four LUT6 and eight flip-flops each), block RAMs of 36 Kbit, DSP48E1, usual package. */
type Part = readonly [sliceCount: number, bramCount: number, dspCount: number, packageName: string];

const bramBits = 36_864;

/**
 * Speed grade -1 of Artix-7 and of the Zynq-7000s with its fabric, the slowest; Kintex-7 and Virtex-7 are faster. Not fitted on circuits of ours:
 * cell delays as Vivado's timing reports print them (LUT 0.124 ns, clock to output 0.46 ns, setup 0.05 ns, a CARRY4 0.53 ns in,
 * 0.117 ns along its four bits and 0.32 ns out), and 0.8 ns for each wire, which is Vivado's estimate before placement.
 */
const delays: CellDelays = Object.freeze({
  lutNs: 0.92,
  carryEntryNs: 1.77,
  carryBitNs: 0.029,
  registerNs: 0.51,
});

/** Source: AMD DS180, 7 Series FPGAs Overview; DS190, Zynq-7000 Overview. */
const parts: Readonly<Record<string, Part>> = {
  xc7a15t: [2_600, 25, 45, "cpg236-1"],
  xc7a35t: [5_200, 50, 90, "cpg236-1"],
  xc7a50t: [8_150, 75, 120, "csg324-1"],
  xc7a75t: [11_800, 105, 180, "csg324-1"],
  xc7a100t: [15_850, 135, 240, "csg324-1"],
  xc7a200t: [33_650, 365, 740, "sbg484-1"],
  xc7k70t: [10_250, 135, 240, "fbg484-1"],
  xc7k160t: [25_350, 325, 600, "fbg484-1"],
  xc7k325t: [50_950, 445, 840, "ffg900-2"],
  xc7v690t: [108_300, 1_470, 3_600, "ffg1761-2"],
  xc7z010: [4_400, 60, 80, "clg400-1"],
  xc7z020: [13_300, 140, 220, "clg400-1"],
  xc7z045: [54_650, 545, 900, "ffg900-2"],
};

function target(name: string, [sliceCount, bramCount, dspCount, packageName]: Part): Target {
  return Object.freeze({
    name,
    family: "xilinx7",
    device: `${name}${packageName}`,
    package: packageName,
    resources: Object.freeze({
      lutCount: 4 * sliceCount,
      ffCount: 8 * sliceCount,
      bramCount,
      bramBits,
      dspCount,
    }),
    defaultClockMhz: 100,
    lutInputs: 6,
    delays,
    tools: Object.freeze({
      yosys: Object.freeze({ target: "xilinx7" }),
      vivado: Object.freeze({ part: `${name}${packageName}` }),
    }),
  });
}

/** Every device that this package knows. */
export const xilinx7Targets: readonly Target[] = Object.entries(parts).map(([name, part]) =>
  target(name, part),
);

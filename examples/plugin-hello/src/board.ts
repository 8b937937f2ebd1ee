import type { Target } from "@gatefold/core";

/** A board is data: an iCE40 UltraPlus with a 12 MHz oscillator. Source of the resources: Lattice FPGA-DS-02008. */
export const helloBoard: Target = {
  name: "hello-board",
  family: "ice40",
  device: "iCE40UP5K",
  package: "sg48",
  resources: {
    lutCount: 5280,
    ffCount: 5280,
    bramCount: 30,
    bramBits: 4096,
    dspCount: 8,
    spramCount: 4,
    spramBits: 262_144,
  },
  defaultClockMhz: 12,
  lutInputs: 4,
  tools: {
    yosys: { command: "synth_ice40", args: ["-device", "u", "-dsp"] },
    nextpnr: { program: "nextpnr-ice40", args: ["--up5k", "--package", "sg48"] },
    icepack: {},
  },
};

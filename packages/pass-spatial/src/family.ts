import type { CellDelays, Target } from "@gatefold/core";
import type { TimingModel } from "@gatefold/netlist";

/** LUTs of the largest circuit that delays were fitted on: beyond it wires get longer than they say. */
const fittedLuts = 1100;
/** What a stage of a larger circuit may take of the clock: random wires take up to a third more than the delays say. */
const shareOfClock = 0.75;

/** The clock that stages of a circuit of so many LUTs are made for. */
export function stageNs(clockNs: number, lutCount: number): number {
  return lutCount > fittedLuts ? clockNs * shareOfClock : clockNs;
}

/**
 * How a target's adders take time. Carry chains of the iCE40 read the operands as they are, so that what is subtracted needs a LUT
 * before it; those of the others have a LUT in front.
 */
export function timingOf(
  target: Pick<Target, "family"> | undefined,
  delays: CellDelays,
): Pick<TimingModel, "delays" | "subtractNs"> {
  return { delays, subtractNs: target?.family === "ice40" ? delays.lutNs : 0 };
}

/** Sums that are no carry chain on a target in any case: Yosys makes chains of five bits and more on ECP5. */
export function splitBitsOf(target: Pick<Target, "family"> | undefined): number {
  return target?.family === "ecp5" ? 4 : 0;
}

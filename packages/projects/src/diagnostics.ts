import { type Diagnostic, diagnostic } from "@gatefold/core";

export const unknownBoard = (name: string, known: readonly string[]): Diagnostic =>
  diagnostic("projects/unknown-board", `There is no board \`${name}\`.`, {
    notes: [`known are ${known.join(", ")}`],
    hint: "take one of these, or build without a board and write a top around `rtl/`",
  });

export const severalStreams = (top: string, inputs: number, outputs: number): Diagnostic =>
  diagnostic(
    "projects/several-streams",
    `\`${top}\` has ${inputs} input streams and ${outputs} output streams; a serial line carries one of each.`,
    { hint: "build without a board, and join the streams in a top of your own" },
  );

export const unreachedWeights = (board: string): Diagnostic =>
  diagnostic(
    "projects/unreached-weights",
    `The serial line of \`${board}\` carries frames; writable weights are behind AXI4-Lite, which it does not reach.`,
    { hint: "build with constant weights, or without a board, with --vendor pynq or a top of your own" },
  );

export const badBaud = (board: string, baud: number, clockMhz: number, actual: number): Diagnostic =>
  diagnostic(
    "projects/bad-baud",
    `\`${board}\` cannot make ${baud} baud from ${clockMhz} MHz: the nearest is ${Math.round(actual)}.`,
    {
      notes: ["a bit takes a whole number of clock cycles, at least 4, and may be 2 % off"],
      hint: `take a rate that divides ${clockMhz} MHz`,
    },
  );

export const wideStream = (prefix: string, bytes: number): Diagnostic =>
  diagnostic(
    "projects/wide-stream",
    `\`${prefix}\` has ${bytes} bytes a beat, which is more than the 128 of a DMA engine; there is no block design.`,
    { severity: "warning", hint: "fold the first or last layer further, so that a beat has fewer elements" },
  );

export const notAReport = (file: string, what: string): Diagnostic =>
  diagnostic("projects/not-a-report", `\`${file}\` holds no ${what} as Vivado writes it.`, {
    hint: "give the files that `report_utilization -file` and `report_timing_summary -file` wrote",
  });

export const singleStreams = (top: string, inputs: number, outputs: number): Diagnostic =>
  diagnostic(
    "projects/no-block-design",
    `\`${top}\` has ${inputs} input streams and ${outputs} output streams; the block design takes one of each, and there is none.`,
    { severity: "warning", hint: "take the IP core of `vivado/` into a block design of your own" },
  );

export const noLatticeDevice = (target: string | undefined): Diagnostic =>
  diagnostic(
    "projects/no-lattice-device",
    target === undefined
      ? "A project for Lattice's tools needs a target."
      : `\`${target}\` is no iCE40 or ECP5, for which a project of Lattice's tools could be written.`,
    { hint: "give a target such as --target ecp5-25k" },
  );

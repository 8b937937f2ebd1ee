import { addVivadoReports } from "../api/vivado-report.js";
import { exitCodes } from "../exit-codes.js";
import { grouped } from "../print/numbers.js";
import type { CliCommand } from "./command.js";
import { commonFlags, flag, pathAt } from "./flags.js";

export const reportCommand: CliCommand = {
  name: "report",
  summary: "Puts the figures that Vivado reports into an output folder's report.json.",
  argument: { name: "out", text: "an output folder of `build`" },
  addFlags: (command) => {
    flag(command, "--vivado <folder>", "where utilization.rpt and timing.rpt lie (default: <out>/vivado)");
    commonFlags(command);
  },
  run: async ({ io, reporter, flags }, out) => {
    const given = flags["vivado"];
    const vivado = typeof given === "string" ? pathAt(io, given) : undefined;
    const { synthesis } = await addVivadoReports({ out: pathAt(io, out), vivado });
    const counts = Object.entries(synthesis!.resources).map(
      ([name, { value }]) => `${grouped(value, 1)} ${name}`,
    );
    const clock = `${grouped(synthesis!.maxClockMhz!.value, 1)} MHz`;
    reporter.line(`  ${[...counts, clock, ...(synthesis!.fits ? [] : ["does not fit"])].join(" · ")}`);
    return { exitCode: exitCodes.ok, json: synthesis };
  },
};

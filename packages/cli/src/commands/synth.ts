import { synth } from "../api/synth.js";
import { exitCodes } from "../exit-codes.js";
import type { CliCommand } from "./command.js";
import { pathAt, pipelineFlags, readOptions } from "./flags.js";

export const synthCommand: CliCommand = {
  name: "synth",
  summary: "Synthesises the Verilog of a model or of an output folder, and places and routes it for iCE40.",
  argument: { name: "source", text: "an output folder of `build`, or a model" },
  addFlags: pipelineFlags,
  run: async ({ io, reporter, flags }, source) => {
    const { onEvent } = reporter;
    const { report } = await synth({ ...(await readOptions(io, flags)), model: pathAt(io, source), onEvent });
    for (const note of report.notes) reporter.line(`  ${note}`);
    return { exitCode: exitCodes.ok, json: report };
  },
};

import { passes } from "../api/passes.js";
import { exitCodes } from "../exit-codes.js";
import { table } from "../print/table.js";
import type { CliCommand } from "./command.js";
import { pipelineFlags, readOptions } from "./flags.js";

export const passesCommand: CliCommand = {
  name: "passes",
  summary: "The pipeline: each pass with its phase, what it promises and whose it is.",
  addFlags: pipelineFlags,
  run: async ({ io, reporter, flags }) => {
    const all = passes(await readOptions(io, flags));
    const rows = all.map((p) => [p.phase, p.name, p.plugin, p.semantics, p.summary]);
    for (const row of table(["phase", "pass", "plugin", "semantics", "what it does"], rows))
      reporter.line(row);
    return { exitCode: exitCodes.ok, json: all };
  },
};

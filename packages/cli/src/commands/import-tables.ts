import { importTables } from "../api/import-tables.js";
import { exitCodes } from "../exit-codes.js";
import { plainName } from "../load/table-files.js";
import type { CliCommand } from "./command.js";
import { flag, pathAt } from "./flags.js";

export const importTablesCommand: CliCommand = {
  name: "import-tables",
  summary: "Reads a network of truth tables, and writes it as a model that the other commands take.",
  argument: {
    name: "tables",
    text: "JSON of layers of neurons, also in gzip, or a folder of sums of small tables",
  },
  addFlags: (command) => {
    flag(command, "-o, --out <file>", "the model as .gf text (default: out/<tables>.gf)");
    flag(command, "--name <name>", "the network's name (default: the file's)");
    flag(command, "--verilog <file>", "also the bare circuit as a Verilog module, each table a case");
    flag(command, "--blif <file>", "also the bare circuit as BLIF");
    flag(command, "--json", "the result as JSON on stdout, and nothing else there");
  },
  run: async ({ io, reporter, flags }, tables) => {
    const path = (name: string): string | undefined =>
      flags[name] === undefined ? undefined : pathAt(io, String(flags[name]));
    const { network: _, ...result } = await importTables({
      tables: pathAt(io, tables),
      out: path("out") ?? pathAt(io, `out/${plainName(tables)}.gf`),
      name: flags["name"] as string | undefined,
      verilog: path("verilog"),
      blif: path("blif"),
      onEvent: reporter.onEvent,
    });
    return { exitCode: exitCodes.ok, json: result };
  },
};

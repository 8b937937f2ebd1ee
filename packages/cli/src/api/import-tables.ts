import { basename, resolve } from "node:path";
import { DiagnosticError, type Module, printModule } from "@gatefold/core";
import {
  latencyCycles,
  type Netlist,
  NetlistError,
  printBlif,
  printVerilog,
  statsOf,
} from "@gatefold/netlist";
import { noBlif, sameFile } from "../diagnostics.js";
import { readTableFiles } from "../load/table-files.js";
import { checkOutputFile, writeWhole } from "../output/file.js";
import { importFacts } from "../print/facts.js";
import { counted, grouped } from "../print/numbers.js";
import type { OnEvent } from "./options.js";
import { tableNetwork } from "./table-network.js";

export interface ImportTablesOptions {
  /** A file of JSON, also in gzip, or a folder of `config.json` and `truth_tables.json`. */
  readonly tables: string;
  /** The `.gf` file; it is not written without. */
  readonly out?: string | undefined;
  /** The network's name; the file's unless given. */
  readonly name?: string | undefined;
  /** A file for the bare circuit as Verilog, each table a `case`. */
  readonly verilog?: string | undefined;
  /** A file for the bare circuit as BLIF. */
  readonly blif?: string | undefined;
  readonly onEvent?: OnEvent | undefined;
}

export interface ImportTablesResult {
  readonly file: string;
  /** What was written. */
  readonly written: readonly string[];
  readonly inputs: string;
  readonly outputs: string;
  readonly tableCount: number;
  /** Registers between layers that a vector passes. */
  readonly latencyCycles: number;
  readonly network: Module;
}

/** Reads a network of truth tables and writes it as a model that `build` takes. Throws `DiagnosticError`. */
export async function importTables(options: ImportTablesOptions): Promise<ImportTablesResult> {
  const { tables, out, verilog, blif, onEvent } = options;
  checkOutputs({ "--out": out, "--verilog": verilog, "--blif": blif });
  onEvent?.({ kind: "start", stage: "import" });
  const files = readTableFiles(tables);
  const file = basename(tables);
  const { netlist, module } = tableNetwork(files.json, options.name ?? files.name, file);
  const { byKind } = statsOf(netlist);
  const cycles = latencyCycles(netlist);
  onEvent?.({
    kind: "done",
    stage: "import",
    subject: file,
    facts: [
      ...importFacts(module),
      counted(byKind["table"] ?? 0, "table"),
      ...(byKind["sum"] === undefined ? [] : [counted(byKind["sum"], "addition")]),
      `${counted(cycles, "register stage")} inside`,
    ],
  });
  // All texts before the first file: a network that has no BLIF leaves nothing behind.
  const texts: (readonly [path: string | undefined, what: string, text: () => string])[] = [
    [out, "text", () => printModule(module)],
    [verilog, "Verilog", () => printVerilog(netlist)],
    [blif, "BLIF", () => blifOf(netlist, file)],
  ];
  const wanted = texts.flatMap(([path, what, text]) =>
    path === undefined ? [] : [{ path, what, content: text() }],
  );
  for (const { path, what, content } of wanted) {
    await writeWhole(path, content);
    onEvent?.({
      kind: "done",
      stage: "write",
      subject: path,
      facts: [`${what}, ${grouped(content.length)} bytes`],
    });
  }
  const [input, output] = [module.main.inputs[0]!, module.main.outputs[0]!];
  return {
    file,
    written: wanted.map(({ path }) => path),
    inputs: `${input.type.shape.at(-1)} of ${input.type.elem}`,
    outputs: `${output.type.shape.at(-1)} of ${output.type.elem}`,
    tableCount: byKind["table"] ?? 0,
    latencyCycles: cycles,
    network: module,
  };
}

/** Files that can be written, each of them once. */
function checkOutputs(outputs: Readonly<Record<string, string | undefined>>): void {
  const optionOf = new Map<string, string>();
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    checkOutputFile(path);
    const other = optionOf.get(resolve(path));
    if (other !== undefined) throw new DiagnosticError([sameFile(other, option, path)]);
    optionOf.set(resolve(path), option);
  }
}

function blifOf(netlist: Netlist, file: string): string {
  try {
    return printBlif(netlist);
  } catch (error) {
    if (error instanceof NetlistError)
      throw new DiagnosticError([noBlif(file, error.reason)], { cause: error });
    throw error;
  }
}

import type { FileTree } from "./job.js";
import type { Toolchain, ToolOptions } from "./toolchain.js";

export interface NetlistOptions {
  /** Yosys commands that leave the design to be written. */
  readonly script: string;
  readonly files: FileTree;
  /** Options of `write_json`, such as `-noscopeinfo`. */
  readonly writeOptions?: string;
  readonly onProgress?: ToolOptions["onProgress"];
}

/**
 * Runs a script and returns the design as JSON text, as `write_json` writes it. It passes over the standard output: a file of the
 * embedded Yosys is copied whole at each write, which takes seconds from 10 MB on.
 */
export async function yosysNetlist(
  toolchain: Toolchain,
  { script, files, writeOptions = "", onProgress }: NetlistOptions,
): Promise<{ readonly json: string; readonly log: string }> {
  const { log } = await toolchain.yosys({
    script: `${script}\nwrite_json ${writeOptions}\n`,
    files,
    onProgress,
  });
  const start = log.lastIndexOf('{\n  "creator"');
  const end = log.lastIndexOf("\n}\n") + 3;
  if (start < 0 || end < start)
    throw new Error(`Yosys wrote no netlist; the log ends with: ${log.slice(-500)}`);
  return { json: log.slice(start, end), log: log.slice(0, start) + log.slice(end) };
}

import { DiagnosticError } from "../diag/diagnostic.js";
import { badOutputPath, duplicateOutput } from "../diagnostics.js";

/** What a file is for. Backends may add kinds. */
export type OutputKind =
  | "rtl"
  | "hls"
  | "testbench"
  | "constraints"
  | "script"
  | "data"
  | "driver"
  | "report"
  | (string & {});

export interface OutputFile {
  /** Relative, with `/` between folders. */
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly kind: OutputKind;
  /** The plugin that made it. */
  readonly plugin: string;
}

export interface OutputWriter {
  /** Throws `DiagnosticError` when the path is taken or leaves the output folder. */
  add(path: string, content: string | Uint8Array, kind: OutputKind): void;
}

/** The files of one emission, by path. Nothing is written to a disk here. */
export class OutputFiles {
  readonly #files = new Map<string, OutputFile>();

  get all(): readonly OutputFile[] {
    return [...this.#files.values()];
  }

  writerOf(plugin: string): OutputWriter {
    return {
      add: (path, content, kind) => {
        const bad = path.split("/").some((part) => part === "" || part === "." || part === "..");
        if (bad || /[\\:\0]/.test(path)) throw new DiagnosticError([badOutputPath(plugin, path)]);
        const other = this.#files.get(path);
        if (other) throw new DiagnosticError([duplicateOutput(path, other.plugin, plugin)]);
        this.#files.set(path, Object.freeze({ path, content, kind, plugin }));
      },
    };
  }
}

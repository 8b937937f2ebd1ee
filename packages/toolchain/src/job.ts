import type { MessagePort } from "node:worker_threads";

/** Files by their path; `/` separates folders. Text or bytes. */
export type FileTree = Readonly<Record<string, string | Uint8Array>>;

/** The embedded programs: WebAssembly builds of Yosys, nextpnr-ice40 and Project IceStorm. */
export const toolNames = ["yosys", "nextpnr-ice40", "icepack", "icebram", "icepll"] as const;
export type ToolName = (typeof toolNames)[number];

/** One run of one program; this is what crosses the thread border. */
export interface ToolJob {
  readonly tool: ToolName;
  readonly args: readonly string[];
  readonly files: FileTree;
  /** Receives the lines of the log that start with a letter or digit (others are details) while the program runs, and null at the end (a worker at rest cannot announce a closed port). */
  readonly progress?: MessagePort;
}

/** What a run leaves. `exitCode` is 0 on success; a crash inside the program has no code and a `crash` text. */
export interface ToolOutcome {
  readonly exitCode: number | undefined;
  readonly crash?: string;
  /** Files that the program wrote or changed. */
  readonly files: Record<string, string | Uint8Array>;
  readonly log: string;
}

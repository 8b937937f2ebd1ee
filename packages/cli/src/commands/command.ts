import type { Command } from "commander";
import type { ExitCode } from "../exit-codes.js";
import type { CliIo } from "../io.js";
import type { Reporter } from "../print/reporter.js";
import type { Flags } from "./flags.js";

/** What a command works with. */
export interface CommandRun {
  readonly io: CliIo;
  readonly reporter: Reporter;
  readonly flags: Flags;
  /** The arguments as typed, for the report. */
  readonly argv: readonly string[];
}

/** How a command ended: its exit code, and its result for `--json`. */
export interface Outcome {
  readonly exitCode: ExitCode;
  readonly json: unknown;
}

/** One command as data: the program is put together from these. */
export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  /** `<model>`, or `[code]` where it may be left out. */
  readonly argument?: { readonly name: string; readonly text: string; readonly optional?: boolean };
  readonly addFlags: (command: Command) => void;
  readonly run: (run: CommandRun, argument: string) => Promise<Outcome>;
}

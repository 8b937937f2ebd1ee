import type { ToolName } from "./job.js";

const tailLines = 25;

/** A tool that ended badly: what ran, how it ended and what the tool itself said. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly tool: ToolName;
  /** The command line as a person would type it. */
  readonly command: string;
  /** Undefined when the program crashed instead of exiting. */
  readonly exitCode: number | undefined;
  /** The first line of the log that the tool marks as an error, or what is known of the crash. */
  readonly toolMessage: string;
  /** The last lines of the log. */
  readonly logTail: string;

  constructor(facts: {
    readonly tool: ToolName;
    readonly command: string;
    readonly exitCode: number | undefined;
    readonly crash?: string | undefined;
    readonly log: string;
  }) {
    const said = firstErrorLine(facts.log) ?? facts.crash ?? "it printed no error";
    const ending = facts.exitCode === undefined ? "crashed" : `exited with code ${facts.exitCode}`;
    super(`${facts.tool} ${ending}: ${said}\n  command: ${facts.command}`);
    this.tool = facts.tool;
    this.command = facts.command;
    this.exitCode = facts.exitCode;
    this.toolMessage = said;
    this.logTail = facts.log.trimEnd().split("\n").slice(-tailLines).join("\n");
  }
}

function firstErrorLine(log: string): string | undefined {
  return /^.*\bERROR: .*$/m.exec(log)?.[0].trim();
}

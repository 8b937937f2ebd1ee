import { DiagnosticError } from "@gatefold/core";
import { Command, CommanderError } from "commander";
import type { CliCommand, Outcome } from "./commands/command.js";
import { commands } from "./commands/index.js";
import { describeDefect, type ExitCode, exitCodeOf, exitCodes } from "./exit-codes.js";
import { type CliIo, processIo } from "./io.js";
import { createReporter } from "./print/reporter.js";
import { isHelp, usageError } from "./usage.js";
import { packageVersions } from "./versions.js";

/** Runs one command and says what went wrong. With `--json`, stdout gets one JSON text, also for a failure. */
async function runCommand(
  command: CliCommand,
  io: CliIo,
  argv: readonly string[],
  argument: string,
  flags: Readonly<Record<string, unknown>>,
): Promise<ExitCode> {
  const json = flags["json"] === true;
  const reporter = createReporter(io, { quiet: json });
  let outcome: Outcome;
  try {
    outcome = await command.run({ io, reporter, flags, argv }, argument);
  } catch (error) {
    outcome = failure(error, reporter);
  } finally {
    reporter.close();
  }
  if (json)
    io.stdout.write(`${JSON.stringify({ exitCode: outcome.exitCode, ...wrap(outcome.json) }, null, 2)}\n`);
  return outcome.exitCode;
}

const wrap = (json: unknown): object =>
  typeof json === "object" && json !== null && !Array.isArray(json) ? json : { result: json };

function failure(error: unknown, reporter: ReturnType<typeof createReporter>): Outcome {
  const exitCode = exitCodeOf(error);
  if (error instanceof DiagnosticError) {
    for (const each of error.diagnostics) reporter.diagnostic(each);
    return { exitCode, json: { diagnostics: error.diagnostics } };
  }
  const text = describeDefect(error);
  reporter.complain(text);
  return { exitCode, json: { internalError: text } };
}

function createProgram(io: CliIo, argv: readonly string[], done: (code: Promise<ExitCode>) => void): Command {
  const program = new Command("gatefold")
    .description("From a trained, quantized neural network to a verified FPGA circuit.")
    .version(packageVersions()["@gatefold/cli"] ?? "unknown")
    .addHelpText(
      "after",
      "\nExit codes: 0 done · 1 the model or a file cannot be used · 2 wrong usage · 3 verification found a difference · 4 internal error · 130 interrupted",
    );
  for (const command of commands) {
    const sub = program.command(command.name).description(command.summary).allowExcessArguments(false);
    if (command.argument) {
      const { name, text, optional } = command.argument;
      sub.argument(optional ? `[${name}]` : `<${name}>`, text);
    }
    command.addFlags(sub);
    sub.action((...args: unknown[]) => {
      const argument = typeof args[0] === "string" ? args[0] : "";
      done(runCommand(command, io, argv, argument, sub.opts()));
    });
  }
  for (const each of [program, ...program.commands]) {
    each.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: () => undefined,
    });
  }
  return program;
}

/** The command line: `argv` without the interpreter and the script. Gives the exit code; never ends the process. */
export async function main(argv: readonly string[], io: CliIo = processIo()): Promise<ExitCode> {
  let running: Promise<ExitCode> | undefined;
  const program = createProgram(io, argv, (code) => {
    running = code;
  });
  if (argv.length === 0) {
    io.stdout.write(program.helpInformation());
    return exitCodes.usage;
  }
  try {
    program.parse([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && isHelp(error)) return exitCodes.ok;
    const usage = error instanceof CommanderError ? usageError(error, program, argv[0] ?? "") : error;
    const reporter = createReporter(io, { quiet: argv.includes("--json") });
    const { exitCode, json } = failure(usage, reporter);
    if (argv.includes("--json")) io.stdout.write(`${JSON.stringify({ exitCode, ...wrap(json) }, null, 2)}\n`);
    return exitCode;
  }
  return (await running) ?? exitCodes.ok;
}

import { type Diagnostic, DiagnosticError } from "@gatefold/core";
import type { Command, CommanderError } from "commander";
import { missingArgument, missingValue, tooMany, unknownCommand, unknownFlag } from "./diagnostics.js";

/** Codes with which commander ends a run that is no mistake. */
const harmless = ["commander.help", "commander.helpDisplayed", "commander.version"];

export function isHelp({ code }: CommanderError): boolean {
  return harmless.includes(code);
}

const flagsOf = (command: Command): readonly string[] =>
  [...command.options.flatMap((o) => [o.long, o.short]), "--help"].filter((f) => f != null);

const quoted = (text: string): string => /'([^']*)'/.exec(text)?.[1] ?? "";

/** A mistake on the command line that commander found, in our own words. */
export function usageError(error: CommanderError, program: Command, commandName: string): DiagnosticError {
  const sub = program.commands.find((c) => c.name() === commandName);
  const command = sub ?? program;
  const called = sub ? `gatefold ${commandName}` : "gatefold";
  const said = quoted(error.message);
  const words: Readonly<Record<string, () => Diagnostic>> = {
    "commander.unknownOption": () => unknownFlag(said, called, flagsOf(command)),
    "commander.unknownCommand": () =>
      unknownCommand(
        said,
        program.commands.map((c) => c.name()),
      ),
    "commander.missingArgument": () => missingArgument(said, called),
    "commander.optionMissingArgument": () => missingValue(said),
    "commander.excessArguments": () => tooMany(called, command.args.at(-1) ?? ""),
  };
  const say = words[error.code];
  if (!say) throw error;
  return new DiagnosticError([say()]);
}

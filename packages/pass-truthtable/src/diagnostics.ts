import { type Diagnostic, diagnostic } from "@gatefold/core";

/** All that this package says to a user, sorted by code. `where` is a place in the file, such as `layers[1].neurons[4]`. */

export const badOption = (option: string, value: unknown, expected: string): Diagnostic =>
  diagnostic("truthtable/bad-option", `\`${option}\` is ${String(value)}, and has to be ${expected}.`);

export const badTableFile = (where: string, why: string): Diagnostic =>
  diagnostic("truthtable/bad-file", `\`${where}\` ${why}.`, {
    hint: "give a file as the README of @gatefold/pass-truthtable describes it",
  });

/** Problems of one file that are told one by one. */
const toldProblems = 20;

/** All that is wrong in a file, or the first of it and how much more there is. */
export const told = (problems: readonly Diagnostic[]): readonly Diagnostic[] =>
  problems.length <= toldProblems
    ? problems
    : [
        ...problems.slice(0, toldProblems),
        diagnostic(
          "truthtable/bad-file",
          `There are ${problems.length - toldProblems} more such places in the file.`,
        ),
      ];

export const unknownFormat = (): Diagnostic =>
  diagnostic("truthtable/unknown-format", "The file is no network of truth tables that is known.", {
    hint: "give an object with `layers[].neurons[]`, or one with `config` and `tables`",
  });

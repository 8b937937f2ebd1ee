import { type Diagnostic, diagnostic } from "@gatefold/core";

/** All that this package says to a user, sorted by code. `where` is a place in the file, such as `layers[1].neurons[4]`. */

export const badOption = (option: string, value: unknown, expected: string): Diagnostic =>
  diagnostic("truthtable/bad-option", `\`${option}\` is ${String(value)}, and has to be ${expected}.`);

export const badTableFile = (where: string, why: string): Diagnostic =>
  diagnostic("truthtable/bad-file", `\`${where}\` ${why}.`, {
    hint: "give a file as the README of @gatefold/pass-truthtable describes it",
  });

export const unknownFormat = (): Diagnostic =>
  diagnostic("truthtable/unknown-format", "The file is no network of truth tables that is known.", {
    hint: "give an object with `layers[].neurons[]`, or one with `config` and `tables`",
  });

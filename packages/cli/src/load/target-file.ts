import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type DeviceResources, type Diagnostic, DiagnosticError, type Target } from "@gatefold/core";
import { badJson, badTarget, unreadable } from "../diagnostics.js";

type Check = readonly [expected: string, accepts: (value: unknown) => boolean, needed?: boolean];

const isText = (v: unknown): boolean => typeof v === "string" && v !== "";
const isCount = (v: unknown): boolean => Number.isSafeInteger(v) && (v as number) >= 0;
const isPositive = (v: unknown): boolean => typeof v === "number" && v > 0 && Number.isFinite(v);
const isRecord = (v: unknown): v is Readonly<Record<string, unknown>> =>
  typeof v === "object" && v !== null && !Array.isArray(v);

const count: Check = ["a whole number from 0", isCount, true];
const maybeCount: Check = ["a whole number from 0", isCount];

const members: Readonly<Record<string, Check>> = {
  name: ["a kebab-case name", (v) => isText(v) && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(v as string), true],
  family: ["`ice40`, `ecp5`, `xilinx7` or another family's name", isText, true],
  device: ["the part's name as its tools call it", isText, true],
  package: ["the package's name", isText],
  resources: ["an object", isRecord, true],
  defaultClockMhz: ["a number of MHz above 0", isPositive, true],
  lutInputs: ["a whole number from 2", (v) => isCount(v) && (v as number) >= 2, true],
  tools: ["an object, options by tool name", isRecord],
};

const resources: Readonly<Record<string, Check>> = {
  lutCount: count,
  ffCount: count,
  bramCount: count,
  bramBits: count,
  dspCount: count,
  spramCount: maybeCount,
  spramBits: maybeCount,
  uramCount: maybeCount,
  uramBits: maybeCount,
};

function complaints(
  path: string,
  object: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, Check>>,
  prefix: string,
): readonly Diagnostic[] {
  const unknown = Object.keys(object).filter((key) => !Object.hasOwn(checks, key));
  const wrong = Object.entries(checks).filter(([key, [, accepts, needed = false]]) =>
    object[key] === undefined ? needed : !accepts(object[key]),
  );
  return [
    ...unknown.map((key) =>
      badTarget(path, prefix + key, `left out; the members are ${Object.keys(checks).join(", ")}`),
    ),
    ...wrong.map(([key, [expected]]) => badTarget(path, prefix + key, expected)),
  ];
}

/** Checks the data of a device. Throws `DiagnosticError` with everything that is wrong with it, each by its path. */
export function parseTarget(data: unknown, path: string): Target {
  if (!isRecord(data)) throw new DiagnosticError([badTarget(path, "(the whole file)", "an object")]);
  const errors = [
    ...complaints(path, data, members, ""),
    ...(isRecord(data["resources"]) ? complaints(path, data["resources"], resources, "resources.") : []),
  ];
  if (errors.length > 0) throw new DiagnosticError(errors);
  return Object.freeze({
    ...(data as unknown as Target),
    resources: Object.freeze({ ...(data["resources"] as DeviceResources) }),
    tools: Object.freeze({ ...(data["tools"] as Target["tools"] | undefined) }),
  });
}

/** Reads a user's own board: a JSON file with the members of `Target`. Throws `DiagnosticError`. */
export function loadTargetFile(path: string): Target {
  return parseTarget(readJson(path, "target file"), basename(path));
}

/** A JSON file's content. Throws `DiagnosticError` (`cli/unreadable`, `cli/bad-json`). */
export function readJson(path: string, what: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new DiagnosticError([unreadable(path, what, reasonOf(error))]);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DiagnosticError([badJson(path, reasonOf(error))]);
  }
}

/** Why a file cannot be had, in words that don't depend on the machine. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file",
    EISDIR: "it is a folder",
    ENOTDIR: "a part of the path is no folder",
    EACCES: "access is denied",
  };
  return known[code ?? ""] ?? message;
}

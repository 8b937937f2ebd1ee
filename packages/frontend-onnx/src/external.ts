import { closeSync, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import type { Diagnostic, Location } from "@gatefold/core";
import { externalEscape, externalMissing, externalRange } from "./diagnostics.js";

/**
 * Reads the bytes of a tensor that lies in a file beside the model. Only files below the model's own folder are
 * read, also when a link leads out of it, and never more than `sizeBytes`.
 */
export function readExternal(
  entries: ReadonlyMap<string, string>,
  sizeBytes: number,
  modelPath: string | undefined,
  tensor: string,
  loc: Location,
): Uint8Array | Diagnostic {
  const location = entries.get("location") ?? "";
  if (modelPath === undefined)
    return externalMissing(tensor, location, "the model came as bytes without a path", loc);
  const folder = dirname(resolve(modelPath));
  const path = resolve(folder, location.replaceAll("\\", "/"));
  if (location === "" || isAbsolute(location) || /^[a-z]:/i.test(location) || leaves(folder, path)) {
    return externalEscape(tensor, location, loc);
  }
  let file: number;
  try {
    if (leaves(realpathSync(folder), realpathSync(path))) return externalEscape(tensor, location, loc);
    file = openSync(path, "r");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return externalMissing(tensor, location, code === "ENOENT" ? "there is no such file" : `${code}`, loc);
  }
  try {
    return readRange(file, entries, sizeBytes, tensor, location, loc);
  } finally {
    closeSync(file);
  }
}

function leaves(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function readRange(
  file: number,
  entries: ReadonlyMap<string, string>,
  sizeBytes: number,
  tensor: string,
  location: string,
  loc: Location,
): Uint8Array | Diagnostic {
  const info = fstatSync(file);
  if (!info.isFile()) return externalMissing(tensor, location, "it is not a file", loc);
  const fail = (reason: string): Diagnostic => externalRange(tensor, location, reason, loc);
  const offset = Number(entries.get("offset") ?? "0");
  if (!Number.isSafeInteger(offset) || offset < 0) return fail(`the offset is \`${entries.get("offset")}\``);
  const length = Number(entries.get("length") ?? info.size - offset);
  if (length !== sizeBytes) return fail(`its shape needs ${sizeBytes} bytes and ${length} are declared`);
  if (offset + length > info.size) {
    return fail(`bytes ${offset} to ${offset + length} are declared and the file has ${info.size}`);
  }
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const count = readSync(file, bytes, at, length - at, offset + at);
    if (count === 0) return fail(`it ends after ${at} of ${length} bytes`);
    at += count;
  }
  return bytes;
}

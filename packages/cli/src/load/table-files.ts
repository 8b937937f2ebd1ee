import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DiagnosticError } from "@gatefold/core";
import { badJson, unreadable } from "../diagnostics.js";
import { reasonOf } from "./target-file.js";

/** The files of a network that is kept as a folder: widths of its layers, and its tables. */
const configFile = "config.json";
const tablesFile = "truth_tables.json";

/** The most that a compressed file may unpack to. */
const maxUnpackedBytes = 2 ** 30;

/** A network of tables as it stands in files. */
export interface TableFiles {
  /** The file's or folder's own name, without its endings. */
  readonly name: string;
  readonly json: unknown;
}

/**
 * Reads a network of tables: a JSON file, also in gzip, or a folder of `config.json` and `truth_tables.json`. What stands in it is not
 * looked at. Throws `DiagnosticError` (`cli/unreadable`, `cli/bad-json`).
 */
export function readTableFiles(path: string): TableFiles {
  const name = plainName(path);
  if (!isFolder(path)) return { name, json: parseTables(readBytes(path), path) };
  const part = (file: string): unknown => parseTables(readBytes(join(path, file)), join(path, file));
  return { name, json: { config: part(configFile), tables: part(tablesFile) } };
}

/** `net` of `nets/net.json.gz`. */
export function plainName(path: string): string {
  return basename(path).replace(/(\.json)?(\.gz)?$/i, "") || "tables";
}

/** JSON of a network of tables, in gzip or not. Throws `DiagnosticError` that names `path`. */
export function parseTables(bytes: Uint8Array, path: string): unknown {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(bytes, path) : bytes;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(plain));
  } catch (error) {
    throw new DiagnosticError([badJson(path, (error as Error).message.replace(/\.$/, ""))]);
  }
}

function unpacked(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxUnpackedBytes });
  } catch (error) {
    const reason = `gzip: ${(error as Error).message}`;
    throw new DiagnosticError([
      unreadable(path, "file of tables", reason, "fetch or compress the file again"),
    ]);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new DiagnosticError([unreadable(path, "file of tables", reasonOf(error))]);
  }
}

import { existsSync } from "node:fs";
import { basename } from "node:path";
import { DiagnosticError } from "@gatefold/core";
import { type DatasetArray, DatasetError, loadArray } from "@gatefold/datasets";
import { badData } from "../diagnostics.js";

/** An array from a file, under the name that messages give it. */
export interface Dataset {
  readonly name: string;
  readonly array: DatasetArray;
}

/** `file.npz:key` → file and key; a file whose own name holds the colon wins. */
function splitKey(spec: string): { readonly path: string; readonly key?: string } {
  const at = spec.lastIndexOf(":");
  if (at < 2 || existsSync(spec)) return { path: spec };
  return { path: spec.slice(0, at), key: spec.slice(at + 1) };
}

/** Loads `file[:key]`: npy, npz, idx, CSV, also in gzip. Throws `DiagnosticError` (`cli/bad-data`). */
export function loadDataset(spec: string): Dataset {
  const { path, key } = splitKey(spec);
  try {
    return { name: basename(spec), array: loadArray(path, key === undefined ? {} : { key }) };
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    const reason = error.reason.startsWith(`${path}: `) ? error.reason.slice(path.length + 2) : error.reason;
    const hint =
      error.code === "datasets/needs-key" ? `name one after the file: ${basename(path)}:<name>` : error.hint;
    throw new DiagnosticError([badData(basename(path), error.code, reason, hint)]);
  }
}

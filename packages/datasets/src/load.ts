import { readFileSync } from "node:fs";
import type { DatasetArray } from "./array.js";
import { readCsv } from "./csv.js";
import { DatasetError } from "./error.js";
import { isGzip, readIdx } from "./idx.js";
import { NPY_MAGIC, readNpy } from "./npy.js";
import { openNpz } from "./npz.js";
import { gunzip } from "./zip.js";

export interface LoadOptions {
  /** Which array of an npz file; not needed when it has one. */
  readonly key?: string;
}

function pick(arrays: ReadonlyMap<string, () => DatasetArray>, key: string | undefined): DatasetArray {
  const keys = [...arrays.keys()];
  const array = key === undefined && keys.length === 1 ? arrays.get(keys[0]!) : arrays.get(key ?? "");
  if (array) return array();
  if (key === undefined) {
    throw new DatasetError(
      "datasets/needs-key",
      `The npz file has ${keys.length} arrays: ${keys.join(", ")}.`,
      "name one as key",
    );
  }
  throw new DatasetError(
    "datasets/no-such-key",
    `The npz file has no array '${key}'; it has ${keys.join(", ")}.`,
    "name one of these",
  );
}

/** Text has no control characters but tab, newline, return (and form feed). */
function looksLikeText(bytes: Uint8Array): boolean {
  return (
    bytes.length > 0 && bytes.subarray(0, 4096).every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13))
  );
}

/** Decodes by content: npy, npz, idx, either of these in gzip, or a table of numbers as text. */
export function decodeArray(input: Uint8Array, options: LoadOptions = {}): DatasetArray {
  const bytes = isGzip(input) ? gunzip(input) : input;
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return pick(openNpz(bytes), options.key);
  if (options.key !== undefined) {
    throw new DatasetError(
      "datasets/no-such-key",
      `Key '${options.key}' is given and the file is not npz.`,
      "leave the key out",
    );
  }
  if (bytes[0] === NPY_MAGIC[0] && bytes[1] === NPY_MAGIC[1]) return readNpy(bytes);
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0) return readIdx(bytes);
  if (looksLikeText(bytes)) return readCsv(bytes);
  throw new DatasetError(
    "datasets/unknown-format",
    "The bytes are neither npy, npz, idx nor text.",
    "save the array with numpy.save or numpy.savez",
  );
}

/**
 * Loads one array from a file; the format is told by the content, so the file's name does not matter.
 *
 * @throws DatasetError `not-found`, `unknown-format`, `needs-key`, `no-such-key` and what the format's reader throws,
 * each with the path before the reason.
 */
export function loadArray(path: string, options: LoadOptions = {}): DatasetArray {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatasetError("datasets/not-found", `${path}: ${reason}.`, "check the path");
  }
  try {
    return decodeArray(bytes, options);
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    throw new DatasetError(error.code, `${path}: ${error.reason}`, error.hint);
  }
}

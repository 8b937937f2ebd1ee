import { existsSync, statSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DiagnosticError } from "@gatefold/core";
import { notAFile, outputFailed } from "../diagnostics.js";
import { trackUnfinished } from "./folder.js";

/** Throws `DiagnosticError` when a path names a folder. */
export function checkOutputFile(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) throw new DiagnosticError([notAFile(path)]);
}

/**
 * Writes a file whole or not at all: under another name beside it, which then takes its place. Throws `DiagnosticError`,
 * after which nothing has changed.
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  checkOutputFile(path);
  const target = resolve(path);
  const fresh = join(dirname(target), `.${basename(target)}.new-${process.pid}`);
  const finished = trackUnfinished(fresh);
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(fresh, content);
    await rename(fresh, target);
  } catch (error) {
    throw new DiagnosticError([outputFailed(path, error)], { cause: error });
  } finally {
    await rm(fresh, { force: true });
    finished();
  }
}

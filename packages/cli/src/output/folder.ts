import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DiagnosticError } from "@gatefold/core";
import { readReport } from "@gatefold/report";
import { notAFolder, notOurs, outputFailed } from "../diagnostics.js";

export const reportFile = "report.json";

export interface WriteOptions {
  /** Replaces a folder that Gatefold did not write. */
  readonly force?: boolean | undefined;
  /** Stops the writing; what is there already is removed. */
  readonly signal?: AbortSignal | undefined;
}

/** Whether a folder is Gatefold's own: its report has our mark. */
function isOurs(folder: string): boolean {
  const report = join(folder, reportFile);
  return existsSync(report) && "report" in readReport(readFileSync(report, "utf8"));
}

/** Throws `DiagnosticError` when `folder` is a file, or has files of somebody else's and `force` is not given. */
export function checkOutput(folder: string, { force = false }: WriteOptions = {}): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new DiagnosticError([notAFolder(folder)]);
  if (!force && readdirSync(folder).length > 0 && !isOurs(folder))
    throw new DiagnosticError([notOurs(folder)]);
}

/** Temporary folders and files of writings under way, for whoever ends the process. */
const open = new Set<string>();

/** Has a path removed when the process ends early. Gives the function that takes it off the list. */
export function trackUnfinished(path: string): () => void {
  open.add(path);
  return () => {
    open.delete(path);
  };
}

/** Removes what unfinished writings have left; to be called before a process ends early. */
export function removeUnfinished(): void {
  for (const folder of open) rmSync(folder, { recursive: true, force: true });
  open.clear();
}

/**
 * Writes a folder whole or not at all: into a temporary one beside it, which then takes its name. An older output
 * stays until that moment. Throws `DiagnosticError`, after which nothing has changed.
 */
export async function writeFolder(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  options: WriteOptions = {},
): Promise<void> {
  checkOutput(folder, options);
  const target = resolve(folder);
  const beside = (kind: string): string =>
    join(dirname(target), `.${basename(target)}.${kind}-${process.pid}`);
  const [fresh, old] = [beside("new"), beside("old")];
  open.add(fresh);
  let moved = false;
  try {
    await mkdir(fresh, { recursive: true });
    for (const [path, content] of files) {
      options.signal?.throwIfAborted();
      await mkdir(dirname(join(fresh, path)), { recursive: true });
      await writeFile(join(fresh, path), content);
    }
    options.signal?.throwIfAborted();
    if (existsSync(target)) {
      await rename(target, old);
      moved = true;
    }
    await rename(fresh, target);
  } catch (error) {
    if (moved && !existsSync(target)) await rename(old, target);
    throw new DiagnosticError([outputFailed(folder, error)], { cause: error });
  } finally {
    await rm(fresh, { recursive: true, force: true });
    // never the only copy: it goes only where something stands in its place
    if (existsSync(target)) await rm(old, { recursive: true, force: true });
    open.delete(fresh);
  }
}

import { randomUUID } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { notOurs, outputFailed, runExists } from "../diagnostics.js";
import { TrainError } from "../error.js";

/** Writes a file under another name, through to the disk, and renames it: whoever reads sees the old one or the new one. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const fresh = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const file = await open(fresh, "wx");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw outputFailed(path, error);
  }
}

/** Adds a line to a file, in one piece and through to the disk. */
export async function appendLine(path: string, line: string): Promise<void> {
  try {
    const file = await open(path, "a");
    try {
      await file.writeFile(`${line}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw outputFailed(path, error);
  }
}

/** File by which a folder is known as a run. */
export const runFile = "run.json";

/**
 * Makes a folder with these files, whole or not at all.
 *
 * @throws TrainError `run-exists`, `output-not-ours` unless forced; `output-failed`
 */
export async function createFolder(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  { force = false }: { readonly force?: boolean } = {},
): Promise<void> {
  const target = resolve(folder);
  if (existsSync(target) && !(await stat(target)).isDirectory())
    throw outputFailed(folder, new Error("there is a file of this name"));
  if (!force && existsSync(target)) {
    if (existsSync(join(target, runFile))) throw runExists(folder);
    if (readdirSync(target).length > 0) throw notOurs(folder);
  }
  const fresh = join(dirname(target), `.${basename(target)}.new-${process.pid}`);
  const old = join(dirname(target), `.${basename(target)}.old-${process.pid}`);
  try {
    await mkdir(fresh, { recursive: true });
    for (const [name, content] of files) await writeWhole(join(fresh, name), content);
    if (existsSync(target)) await rename(target, old);
    await rename(fresh, target);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    if (!existsSync(target) && existsSync(old)) await rename(old, target);
    throw error instanceof TrainError ? error : outputFailed(folder, error);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

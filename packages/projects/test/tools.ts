import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Whether a program can be run with these arguments. */
export function runs(program: string, args: readonly string[] = ["--version"]): boolean {
  const { error, status } = spawnSync(program, [...args], { stdio: "ignore" });
  return error === undefined && status === 0;
}

/** Writes files into a folder that is gone afterwards and gives it to `work`. */
export async function inFolder<T>(
  files: ReadonlyMap<string, string | Uint8Array>,
  work: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "gatefold-projects-"));
  try {
    for (const [name, content] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program in a folder; throws with all that it said when it fails. */
export function call(folder: string, program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, [...args], { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${status}\n${stdout}${stderr}`);
  return stdout;
}

import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface FoundTool {
  /** Absolute path of the program. */
  readonly path: string;
  /** First line of what the program says about its version; empty when it says nothing. */
  readonly version: string;
}

/** Programs that do not know `--version`. */
const versionArgs: Readonly<Record<string, readonly string[]>> = {
  iverilog: ["-V"],
  vvp: ["-V"],
  yosys: ["-V"],
};

const found = new Map<string, FoundTool | undefined>();

/**
 * Looks for an installed program on `PATH` and asks for its version, once per process and `PATH`.
 * Returns undefined when there is none: an installed tool is always optional.
 */
export function findTool(name: string): FoundTool | undefined {
  const path = process.env["PATH"] ?? "";
  const key = `${name}\0${path}`;
  if (!found.has(key)) found.set(key, discover(name, path));
  return found.get(key);
}

function discover(name: string, searchPath: string): FoundTool | undefined {
  const extensions = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];
  for (const folder of searchPath.split(delimiter)) {
    if (folder === "") continue;
    for (const extension of extensions) {
      const path = join(folder, name + extension);
      if (isProgram(path)) return { path, version: versionOf(path, name) };
    }
  }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function versionOf(path: string, name: string): string {
  const { stdout, stderr } = spawnSync(path, [...(versionArgs[name] ?? ["--version"])], {
    encoding: "utf8",
    timeout: 10_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return `${stdout ?? ""}${stderr ?? ""}`.trim().split("\n")[0]?.trim() ?? "";
}

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { type FileTree, findTool } from "@gatefold/toolchain";

export interface RunExternalOptions {
  readonly tool: "iverilog" | "verilator";
  /** Sources (`.v`) with the test bench, and the files that they read. */
  readonly files: FileTree;
  /** The test bench module. It prints `PASS` or `FAIL` at the start of a line and calls `$finish`. */
  readonly top: string;
  /** Folder of `files` in which it runs, for a bench that reads files by relative paths; their root unless given. */
  readonly folder?: string;
  /** Arguments of the run, such as `+stall`. */
  readonly args?: readonly string[];
  /** Default 10 minutes, for the build and the run together. */
  readonly timeoutMs?: number;
}

export interface ExternalResult {
  readonly tool: string;
  readonly toolVersion: string;
  /** It printed PASS, printed no FAIL and ended well. */
  readonly passed: boolean;
  readonly log: string;
  readonly wallSeconds: number;
}

/**
 * Runs a self-checking test bench in an installed simulator, in a temporary folder. Resolves to undefined when the simulator (for
 * Verilator also a C++ compiler) is not on `PATH`. A test bench that does not compile or does not end is a result that did not pass.
 */
export async function runExternal(options: RunExternalOptions): Promise<ExternalResult | undefined> {
  const { tool, files, top, args: runArgs = [] } = options;
  const found = findTool(tool);
  const helper = tool === "iverilog" ? findTool("vvp") : (findTool("g++") ?? findTool("clang++"));
  if (found === undefined || helper === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "gatefold-sim-"));
  const start = performance.now();
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    const cwd = join(folder, options.folder ?? ".");
    await mkdir(cwd, { recursive: true });
    const sources = Object.keys(files)
      .filter((path) => path.endsWith(".v"))
      .map((path) => relative(cwd, join(folder, path)));
    const commands: [string, ...string[]][] =
      tool === "iverilog"
        ? [
            [found.path, "-g2005", "-s", top, "-o", "bench.vvp", ...sources],
            [helper.path, "-n", "bench.vvp", ...runArgs],
          ]
        : [
            [
              found.path,
              "--binary",
              "-Wno-fatal",
              "-j",
              String(cpus().length),
              "--top-module",
              top,
              "-o",
              "bench",
              ...sources,
            ],
            [join(cwd, "obj_dir", "bench"), ...runArgs],
          ];
    const deadline = start + (options.timeoutMs ?? 600_000);
    let log = "";
    let ended = true;
    for (const [program, ...args] of commands) {
      const run = await runProgram(program, args, cwd, deadline - performance.now());
      log += run.log;
      ended = run.exitCode === 0;
      if (!ended) break;
    }
    const passed = ended && /^PASS\b/m.test(log) && !/^FAIL\b/m.test(log);
    const wallSeconds = (performance.now() - start) / 1000;
    return { tool, toolVersion: found.version, passed, log, wallSeconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runProgram(
  program: string,
  args: readonly string[],
  cwd: string,
  timeoutMs: number,
): Promise<{ readonly exitCode: number | null; readonly log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: Math.ceil(Math.max(1, timeoutMs)),
    });
    let log = "";
    const take = (chunk: Buffer): void => {
      log += chunk.toString();
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("close", (exitCode, signal) => {
      resolve({ exitCode, log: signal === null ? log : `${log}\nended by ${signal}\n` });
    });
  });
}

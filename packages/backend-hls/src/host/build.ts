import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { HlsDesign } from "../emit.js";

const execute = promisify(execFile);

/** Compilers that are known to do; of a newer name the ordinary one is tried. */
export const hostCompilers = ["g++", "clang++"] as const;
export type HostCompiler = (typeof hostCompilers)[number];

export interface HostBuildOptions {
  /** The first of `g++` and `clang++` that is there, unless given. A path does too. */
  readonly compiler?: HostCompiler | (string & {}) | undefined;
  /** Folders with the vendor's `ap_int.h` and `hls_stream.h`, which then win over the shim. */
  readonly includes?: readonly string[] | undefined;
  /** Compiler's options behind `-std=c++14`; `-O3 -DNDEBUG` unless given. */
  readonly flags?: readonly string[] | undefined;
}

/** A compiled network, in a folder that `close` removes. */
export interface HostBuild {
  readonly design: HlsDesign;
  readonly executable: string;
  /** The folder of the recorded frames: what the executable compares when it is run with it. */
  readonly vectors: string;
  readonly compiler: string;
  /** All that the compiler said. */
  readonly messages: string;
  readonly compileSeconds: number;
  close(): Promise<void>;
}

/** Whether the command starts. */
async function starts(command: string): Promise<boolean> {
  return execute(command, ["--version"]).then(
    () => true,
    () => false,
  );
}

/** The first compiler of `names` that is there. */
async function findCompiler(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await starts(name)) return name;
  return undefined;
}

/**
 * Compiles an emitted design for the host, in a folder of its own. Gives the word `skipped` and why when there is no
 * compiler; throws what the compiler says when it refuses.
 */
export async function hostBuild(
  design: HlsDesign,
  files: Iterable<readonly [path: string, content: string | Uint8Array]>,
  options: HostBuildOptions = {},
): Promise<HostBuild | { readonly skipped: string }> {
  const names = options.compiler === undefined ? hostCompilers : [options.compiler];
  const compiler = await findCompiler(names);
  if (compiler === undefined) return { skipped: `no ${names.join(" or ")} on the PATH` };
  const folder = await mkdtemp(join(tmpdir(), "gatefold-hls-"));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const at = (path: string): string => join(folder, design.folder, path);
  try {
    for (const [path, content] of files) {
      if (!path.startsWith(`${design.folder}/`)) continue;
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    const executable = at(`tb_${design.top}`);
    const started = performance.now();
    const { stdout, stderr } = await execute(
      compiler,
      [
        "-std=c++14",
        ...(options.flags ?? ["-O3", "-DNDEBUG"]),
        ...[...(options.includes ?? []), ...design.includes.map(at)].map((path) => `-I${path}`),
        ...design.sources.map(at),
        "-o",
        executable,
      ],
      { maxBuffer: 2 ** 26 },
    );
    return {
      design,
      executable,
      vectors: at("tb"),
      compiler,
      messages: stdout + stderr,
      compileSeconds: (performance.now() - started) / 1000,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { Piscina } from "piscina";
import type { FileTree, ToolJob, ToolName, ToolOutcome } from "./job.js";
import { ToolError } from "./tool-error.js";

/** One line that a tool printed while it ran. */
export interface ProgressEvent {
  readonly tool: ToolName;
  readonly line: string;
}

export interface ToolchainOptions {
  /** Most worker threads at once; each may take 0.3–1 GB. Default 1: runs queue up and find the thread warm. */
  readonly maxWorkers?: number;
  /** How long a worker beyond the first stays without work, in milliseconds. Default 30 000. */
  readonly idleTimeoutMs?: number;
  /** `"inline"` runs the tools in the calling thread, which they block. Default `"worker"`. */
  readonly mode?: "worker" | "inline";
  readonly onProgress?: (event: ProgressEvent) => void;
}

export interface ToolOptions {
  readonly args: readonly string[];
  readonly files: FileTree;
  /** Instead of that of the toolchain, for this run. */
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
}

/** `script`: Yosys commands, one a line or separated by `;`. `args`: the command line instead. */
export type YosysOptions = Omit<ToolOptions, "args"> &
  (
    | { readonly script: string; readonly args?: never }
    | { readonly args: readonly string[]; readonly script?: never }
  );

export interface ToolResult {
  /** Files that the tool wrote or changed; text files as strings. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Everything that the tool printed. */
  readonly log: string;
}

/** The embedded tools. Every method rejects with {@link ToolError} when the tool fails. */
export interface Toolchain {
  yosys(options: YosysOptions): Promise<ToolResult>;
  nextpnrIce40(options: ToolOptions): Promise<ToolResult>;
  /** `.asc` text to `.bin`: reads and writes the files that `args` name. */
  icepack(options: ToolOptions): Promise<ToolResult>;
  /** Any of the embedded programs, by name. */
  run(tool: ToolName, options: ToolOptions): Promise<ToolResult>;
  /** Ends the worker threads. Idle workers do not keep a process alive, so this is a courtesy to long-lived ones. */
  close(): Promise<void>;
}

const scriptFile = "__gatefold.ys";

/** Makes a toolchain. Nothing is loaded and no thread starts before the first run. */
export function createToolchain(options: ToolchainOptions = {}): Toolchain {
  let pool: Promise<Piscina> | undefined;
  let closed = false;

  const execute = async (job: ToolJob): Promise<ToolOutcome> => {
    const workerFile = options.mode === "inline" ? undefined : findWorkerFile();
    if (workerFile === undefined) return (await import("./run-job.js")).runJob(job);
    pool ??= startPool(workerFile, options);
    return (await pool).run(job, {
      name: "runJob",
      transferList: job.progress === undefined ? [] : [job.progress],
    });
  };

  const run = async (
    tool: ToolName,
    { args, files, onProgress = options.onProgress }: ToolOptions,
  ): Promise<ToolResult> => {
    if (closed) throw new Error(`this toolchain is closed; ${tool} needs a new one`);
    const listener = onProgress === undefined ? undefined : listen(tool, onProgress);
    let outcome: ToolOutcome;
    try {
      outcome = await execute({ tool, args, files, ...(listener && { progress: listener.port }) });
      await listener?.drained;
    } finally {
      listener?.stop();
    }
    if (outcome.exitCode === 0) return { files: outcome.files, log: outcome.log };
    throw new ToolError({ tool, command: [tool, ...args].join(" "), ...outcome, crash: outcome.crash });
  };

  return {
    run,
    yosys: (o) =>
      o.script === undefined
        ? run("yosys", { ...o, args: o.args })
        : run("yosys", { ...o, args: ["-Q", "-T", "-s", scriptFile], files: withScript(o.files, o.script) }),
    nextpnrIce40: (o) => run("nextpnr-ice40", o),
    icepack: (o) => run("icepack", o),
    close: async () => {
      closed = true;
      const running = pool;
      pool = undefined;
      await (await running)?.destroy();
    },
  };
}

interface Listener {
  readonly port: MessagePort;
  /** Settles at the end mark, so that no line comes after the result. */
  readonly drained: Promise<void>;
  readonly stop: () => void;
}

function listen(tool: ToolName, onProgress: (event: ProgressEvent) => void): Listener {
  const { port1, port2 } = new MessageChannel();
  const drained = new Promise<void>((resolve) => {
    port1.on("message", (line: string | null) => (line === null ? resolve() : onProgress({ tool, line })));
  });
  return { port: port2, drained, stop: () => port1.close() };
}

/** `;` needs a space behind it, else Yosys takes it for a part of the file name. */
function withScript(files: FileTree, script: string): FileTree {
  if (files[scriptFile] !== undefined)
    throw new Error(`the file name ${scriptFile} is taken by the toolchain`);
  return { ...files, [scriptFile]: `${script.replaceAll(/;(?=\S)/g, "; ")}\n` };
}

async function startPool(filename: string, options: ToolchainOptions): Promise<Piscina> {
  const { Piscina } = await import("piscina");
  return new Piscina({
    filename,
    minThreads: 1,
    maxThreads: options.maxWorkers ?? 1,
    idleTimeout: options.idleTimeoutMs ?? 30_000,
  });
}

/** The built worker: next to this file in a built package, under `dist/` when this runs from source; absent before a build. */
function findWorkerFile(): string | undefined {
  const url = new URL(import.meta.url.endsWith(".ts") ? "../dist/worker.js" : "./worker.js", import.meta.url);
  const file = fileURLToPath(url);
  return existsSync(file) ? file : undefined;
}

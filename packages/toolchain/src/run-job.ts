import type { ToolJob, ToolName, ToolOutcome } from "./job.js";

type Tree = { [name: string]: Tree | string | Uint8Array };
type OutputStream = (bytes: Uint8Array | null) => void;
type Command = (
  args?: string[],
  files?: Tree,
  options?: { stdout?: OutputStream; stderr?: OutputStream; decodeASCII?: boolean },
) => Promise<Tree> | Tree | undefined;

/** A tool's package is loaded at its first run: importing this module costs nothing. */
async function commandOf(tool: ToolName): Promise<Command> {
  const bundle = tool === "yosys" ? await import("@yowasp/yosys") : await import("@yowasp/nextpnr-ice40");
  const command = (bundle.commands as Readonly<Record<string, Command>>)[tool];
  if (command === undefined) throw new Error(`the package of ${tool} exports no such command`);
  return command;
}

/** Runs one program to its end in this thread, which it blocks. Never throws for what the program does. */
export async function runJob(job: ToolJob): Promise<ToolOutcome> {
  const command = await commandOf(job.tool);
  const log: string[] = [];
  const decoder = new TextDecoder();
  let partial = "";
  const sink: OutputStream = (bytes) => {
    if (bytes === null) return;
    const text = decoder.decode(bytes, { stream: true });
    log.push(text);
    if (job.progress === undefined) return;
    const lines = (partial + text).split("\n");
    partial = lines.pop() ?? "";
    for (const line of lines) if (/^\w/.test(line)) job.progress.postMessage(line);
  };
  const ended = (exitCode: number | undefined, tree: Tree, crash?: string): ToolOutcome => ({
    exitCode,
    files: changedFiles(tree, job.files),
    log: log.join(""),
    ...(crash === undefined ? {} : { crash }),
  });
  try {
    const tree = await command([...job.args], toTree(job.files), {
      stdout: sink,
      stderr: sink,
      decodeASCII: true,
    });
    return ended(0, tree ?? {});
  } catch (error) {
    const exit = error as { readonly code?: unknown; readonly files?: Tree };
    if (typeof exit.code === "number") return ended(exit.code, exit.files ?? {});
    return ended(undefined, {}, String(error));
  } finally {
    job.progress?.postMessage(null);
  }
}

function toTree(files: ToolJob["files"]): Tree {
  const root: Tree = {};
  for (const [path, content] of Object.entries(files)) {
    const parts = path.split("/");
    const leaf = parts.pop() ?? "";
    let folder = root;
    for (const part of parts) {
      const next = folder[part] ?? {};
      if (typeof next === "string" || next instanceof Uint8Array)
        throw new Error(`${path}: ${part} is a file`);
      folder[part] = next;
      folder = next;
    }
    folder[leaf] = content;
  }
  return root;
}

function changedFiles(tree: Tree, given: ToolJob["files"], prefix = ""): Record<string, string | Uint8Array> {
  const out: Record<string, string | Uint8Array> = {};
  for (const [name, entry] of Object.entries(tree)) {
    const path = prefix + name;
    if (typeof entry !== "string" && !(entry instanceof Uint8Array))
      Object.assign(out, changedFiles(entry, given, `${path}/`));
    else if (!sameContent(entry, given[path])) out[path] = entry;
  }
  return out;
}

function sameContent(a: string | Uint8Array, b: string | Uint8Array | undefined): boolean {
  if (b === undefined) return false;
  if (typeof a === "string" && typeof b === "string") return a === b;
  return Buffer.from(a as Uint8Array).equals(Buffer.from(b as Uint8Array));
}

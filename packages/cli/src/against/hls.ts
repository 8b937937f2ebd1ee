import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type HlsDesign, hls, hlsDesign, hostBuild, runHls } from "@gatefold/backend-hls";
import { beatBytes, packBeats } from "@gatefold/backend-verilog";
import {
  createModule,
  DiagnosticError,
  type EmittedFiles,
  type StreamType,
  type Tensor,
} from "@gatefold/core";
import { openSession } from "../api/compile.js";
import { isFolder, type OpenedBuild } from "../api/open-build.js";
import type { PipelineOptions } from "../api/options.js";
import { builtWithoutHls, noHostCompiler, notABuild } from "../diagnostics.js";
import type { CircuitExecution, CircuitRun, CircuitStream } from "./circuit.js";

/** The emitted C++ and what it is. */
export interface BuiltHls {
  readonly design: HlsDesign;
  readonly files: EmittedFiles;
}

/** The C++ of a circuit that was built just now, or the files of a folder as they lie there. Throws `DiagnosticError`. */
export async function openHls(opened: OpenedBuild, options: PipelineOptions): Promise<BuiltHls> {
  const { compiler } = openSession({ ...options, plugins: [...(options.plugins ?? []), hls()] });
  const { graph } = opened.kernels();
  const compilation = compiler.start(createModule(opened.built.design.top, graph));
  const files = await compiler.emit(compilation);
  const design = compilation.facts.need(hlsDesign);
  const { model } = options;
  if (!isFolder(model)) return { design, files };
  if (!existsSync(join(model, design.folder))) throw new DiagnosticError([builtWithoutHls(model)]);
  const own = [...files.keys()].filter((path) => path.startsWith(`${design.folder}/`));
  const missing = own.find((path) => !existsSync(join(model, path)));
  if (missing !== undefined) throw new DiagnosticError([notABuild(model, `${missing} is not there`)]);
  return { design, files: new Map(own.map((path) => [path, readFileSync(join(model, path))])) };
}

/** The C++ compiled for this machine, with every stream between kernels written down. */
export function hlsExecution({ design, files }: BuiltHls): CircuitExecution {
  return {
    by: "C++ on the host",
    run: async (frames, streams) => {
      const build = await hostBuild(design, files, { flags: ["-O1", "-DGATEFOLD_TRACE"] });
      if ("skipped" in build) throw new DiagnosticError([noHostCompiler(build.skipped)]);
      const folder = mkdtempSync(join(tmpdir(), "gatefold-trace-"));
      try {
        const traceFile = join(folder, "trace");
        let outputs: readonly (readonly Tensor[])[] = [];
        let stopped: string | undefined;
        try {
          outputs = await runHls(build, frames, { traceFile });
        } catch (error) {
          stopped = error instanceof Error ? error.message : String(error);
        }
        const traced = await readTrace(traceFile, streams);
        return { streams: traced, outputs: packOutputs(design, outputs), stopped };
      } finally {
        rmSync(folder, { recursive: true, force: true });
        await build.close();
      }
    },
  };
}

/** Beats by net, from lines `<net> <hexadecimal beat>`. */
async function readTrace(file: string, streams: readonly CircuitStream[]): Promise<CircuitRun["streams"]> {
  const sizes = new Map(streams.map(({ net, value }) => [net, beatBytes(value.type as StreamType)]));
  const beats = new Map<string, string[]>();
  if (existsSync(file)) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const at = line.indexOf(" ");
      const net = line.slice(0, at);
      const size = sizes.get(net);
      if (size === undefined) continue;
      const words = beats.get(net) ?? [];
      words.push(
        line
          .slice(at + 1)
          .padStart(2 * size, "0")
          .slice(-2 * size),
      );
      beats.set(net, words);
    }
  }
  const bytesOf = ([net, size]: [string, number]): [string, Uint8Array] => {
    const words = beats.get(net) ?? [];
    const bytes = Buffer.alloc(words.length * size);
    for (const [i, word] of words.entries()) bytes.set(Buffer.from(word, "hex").reverse(), i * size);
    return [net, bytes];
  };
  return new Map([...sizes].map(bytesOf));
}

function packOutputs({ outputs }: HlsDesign, frames: readonly (readonly Tensor[])[]): readonly Uint8Array[] {
  return outputs.map(({ type }, i) => Buffer.concat(frames.map((frame) => packBeats(frame[i]!, type))));
}

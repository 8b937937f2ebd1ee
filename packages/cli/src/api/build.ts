import { DiagnosticError, type EmittedFiles } from "@gatefold/core";
import { printReport, type Report, type SynthesisReport } from "@gatefold/report";
import { createToolchain, type Toolchain } from "@gatefold/toolchain";
import { noVerilog } from "../diagnostics.js";
import { checkOutput, reportFile, type WriteOptions, writeFolder } from "../output/folder.js";
import { makeBitstream, withBitstream, withBoard } from "./board.js";
import { buildReport } from "./build-report.js";
import { type Emitted, emitModel } from "./compile.js";
import { defaults, type PipelineOptions, type VerifyOptions } from "./options.js";
import { type BuiltDesign, builtDesign } from "./rtl.js";
import { synthesise, synthFacts } from "./synthesis.js";
import { throwDifference, type Verification, verifyCompiled, verifyFacts } from "./verification.js";
import { recordWaves } from "./waves.js";

export interface BuildOptions extends PipelineOptions, VerifyOptions, WriteOptions {
  /** The output folder; nothing is written without one. */
  readonly out?: string | undefined;
  /** Synthesises for the target, and places and routes where the embedded tools can; true unless given. */
  readonly synth?: boolean | undefined;
  /** Adds waves of two inferences, `sim/waves.vcd`. */
  readonly vcd?: boolean | undefined;
  /** How the build was asked for, for the report. */
  readonly command?: readonly string[] | undefined;
}

export interface BuildResult {
  readonly report: Report;
  /** Everything in the output folder, by path. */
  readonly files: EmittedFiles;
  readonly verification: Verification | undefined;
  readonly synthesis: SynthesisReport | undefined;
  readonly emitted: Emitted;
  /** The folder that was written. */
  readonly out: string | undefined;
}

interface Extra {
  readonly content: string | Uint8Array;
  readonly kind: string;
}

/**
 * A model becomes verified, synthesised Verilog. Verification runs before anything is written; a difference throws.
 *
 * Throws `DiagnosticError` with every reason of the stage that failed, after which no folder has changed; `ToolError` or
 * `SimError` when a tool fails, which is not the user's mistake.
 */
export async function build(given: BuildOptions): Promise<BuildResult> {
  const options = withBoard(given);
  const { out, onEvent } = options;
  if (out !== undefined) checkOutput(out, options);
  const emitted = await emitModel(options, out);
  const built = neededDesign(emitted, options);
  const toolchain = createToolchain();
  let proof: Proof;
  try {
    proof = await proveAndMap(emitted, built, options, toolchain);
  } finally {
    await toolchain.close();
  }
  const folding = `${JSON.stringify(emitted.fold?.folding ?? {}, null, 2)}\n`;
  const extra = new Map(proof.extra).set("folding.json", { content: folding, kind: "data" });
  const { verification, synthesis } = proof;
  const stages = { ...emitted.stages, ...proof.stages };
  const report = buildReport({
    emitted,
    verification,
    synthesis,
    command: options.command ?? [],
    extra,
    stages,
  });
  const files = new Map<string, string | Uint8Array>([
    ...emitted.files,
    ...[...extra].map(([path, { content }]): [string, string | Uint8Array] => [path, content]),
    [reportFile, printReport(report)],
  ]);
  if (out !== undefined) {
    await writeFolder(out, files, options);
    onEvent?.({ kind: "done", stage: "report", subject: `${out}/${reportFile}`, facts: [] });
  }
  return { report, files, verification, synthesis, emitted, out };
}

/** What was found out about the emitted Verilog. */
interface Proof {
  readonly verification: Verification | undefined;
  readonly synthesis: SynthesisReport | undefined;
  readonly extra: ReadonlyMap<string, Extra>;
  readonly stages: Readonly<Record<string, number>>;
}

/** Verification, waves and synthesis, as far as they are asked for. */
async function proveAndMap(
  emitted: Emitted,
  built: BuiltDesign | undefined,
  options: BuildOptions,
  toolchain: Toolchain,
): Promise<Proof> {
  const { onEvent, signal } = options;
  const stages: Record<string, number> = {};
  const timed = async <T>(stage: string, run: () => Promise<T>): Promise<T> => {
    signal?.throwIfAborted();
    const start = performance.now();
    const result = await run();
    stages[stage] = performance.now() - start;
    return result;
  };
  const extra = new Map<string, Extra>();
  const verifies = (options.verify ?? defaults.verify) > 0 || (options.rtlVerify ?? defaults.rtlVerify) > 0;
  const verification = verifies
    ? await timed("verify", () => verifyCompiled(emitted, built, options, toolchain, onEvent))
    : undefined;
  if (verification) {
    throwDifference(verification);
    onEvent?.({ kind: "done", stage: "verify", ...verifyFacts(verification) });
  }
  if (options.vcd === true && built) {
    const content = await timed("simulate", () => recordWaves(emitted, built, options, toolchain));
    extra.set("sim/waves.vcd", { content, kind: "data" });
  }
  if (!(options.synth ?? true) || !built) return { verification, synthesis: undefined, extra, stages };
  const mapped = await timed("synthesise", () => synthesise(built, emitted, toolchain, onEvent));
  for (const [path, content] of mapped.files) extra.set(path, { content, kind: "synthesis" });
  onEvent?.({ kind: "done", stage: "synthesise", ...synthFacts(mapped.report, emitted.target) });
  const made = await timed("board", () => makeBitstream(emitted, built, toolchain, onEvent));
  if (made) extra.set(made.path, { content: made.content, kind: "synthesis" });
  return { verification, synthesis: withBitstream(mapped.report, made), extra, stages };
}

/** The Verilog, when something asked for needs it. Throws `DiagnosticError` (`cli/no-verilog`). */
function neededDesign(emitted: Emitted, options: BuildOptions): BuiltDesign | undefined {
  if (emitted.design) return builtDesign(emitted.design, emitted.files, emitted.source.file);
  const needed =
    (options.rtlVerify ?? defaults.rtlVerify) > 0 || (options.synth ?? true) || options.vcd === true;
  if (needed) throw new DiagnosticError([noVerilog()]);
  return undefined;
}

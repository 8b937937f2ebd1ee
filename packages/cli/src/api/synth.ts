import { createToolchain } from "@gatefold/toolchain";
import { openBuild } from "./open-build.js";
import type { PipelineOptions } from "./options.js";
import { type Synthesis, synthesise, synthFacts } from "./synthesis.js";

/**
 * Synthesises the Verilog of a model or of an output folder, for the options' target or the one it was built for.
 * Throws `DiagnosticError` when there is nothing to synthesise, `ToolError` when a tool fails.
 */
export async function synth(options: PipelineOptions): Promise<Synthesis> {
  const opened = await openBuild(options);
  const toolchain = createToolchain();
  try {
    const result = await synthesise(opened.built, opened, toolchain, options.onEvent);
    options.onEvent?.({ kind: "done", stage: "synthesise", ...synthFacts(result.report, opened.target) });
    return result;
  } finally {
    await toolchain.close();
  }
}

import { DiagnosticError } from "@gatefold/core";
import { createToolchain } from "@gatefold/toolchain";
import { noVerilog } from "../diagnostics.js";
import { type Emitted, emitModel } from "./compile.js";
import { defaults, type PipelineOptions, type VerifyOptions } from "./options.js";
import { builtDesign } from "./rtl.js";
import { type Verification, verifyCompiled, verifyFacts } from "./verification.js";

export interface VerifyResult {
  readonly verification: Verification;
  readonly emitted: Emitted;
}

/**
 * Network = integers = Verilog, on drawn or given inputs. A difference is part of the result, not an error; see
 * `verification.difference`. Throws `DiagnosticError` when the model cannot be built or the inputs don't fit.
 */
export async function verify(options: PipelineOptions & VerifyOptions): Promise<VerifyResult> {
  const emitted = await emitModel(options);
  const { design, files, source } = emitted;
  if (!design && (options.rtlVerify ?? defaults.rtlVerify) > 0) throw new DiagnosticError([noVerilog()]);
  const built = design && builtDesign(design, files, source.file);
  const toolchain = createToolchain();
  try {
    const verification = await verifyCompiled(emitted, built, options, toolchain, options.onEvent);
    options.onEvent?.({ kind: "done", stage: "verify", ...verifyFacts(verification) });
    return { verification, emitted };
  } finally {
    await toolchain.close();
  }
}

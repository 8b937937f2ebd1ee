import { printSemantics } from "@gatefold/core";
import { openSession } from "./compile.js";
import type { PipelineOptions } from "./options.js";

export interface PassInfo {
  readonly name: string;
  readonly plugin: string;
  readonly phase: string;
  readonly semantics: string;
  readonly summary: string;
}

/** The pipeline as it would run, in order. Throws `DiagnosticError` when the plugins don't fit together. */
export function passes(options: Omit<PipelineOptions, "model"> = {}): readonly PassInfo[] {
  return openSession(options).compiler.passes.map((pass) => {
    const [plugin = "", ...name] = pass.name.split("/");
    return {
      name: name.join("/"),
      plugin,
      phase: pass.phase,
      semantics: printSemantics(pass.semantics),
      summary: pass.summary,
    };
  });
}

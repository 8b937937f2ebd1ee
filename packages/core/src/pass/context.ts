import { AnalysisManager } from "../analysis/analysis.js";
import { DiagnosticSink } from "../diag/sink.js";
import { InterfaceTable } from "../ir/interface.js";
import { Facts } from "./facts.js";
import type { PassContext } from "./pass.js";

/** A context for passes that run outside a compiler, as in tests; what is left out is empty. */
export function createPassContext(init: Partial<PassContext> = {}): PassContext {
  const interfaces = init.interfaces ?? init.analyses?.interfaces ?? new InterfaceTable();
  return {
    diagnostics: init.diagnostics ?? new DiagnosticSink(),
    interfaces,
    analyses: init.analyses ?? new AnalysisManager(interfaces),
    targets: init.targets ?? new Map(),
    costRules: init.costRules ?? [],
    facts: init.facts ?? new Facts(),
    progress: init.progress ?? (() => undefined),
  };
}

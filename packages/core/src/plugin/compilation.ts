import type { DiagnosticSink } from "../diag/sink.js";
import type { Module } from "../ir/module.js";
import type { Facts } from "../pass/facts.js";
import type { PassTiming } from "../pass/manager.js";
import type { OutputFile } from "./output.js";

/** One model on its way through one compiler. */
export interface Compilation {
  readonly module: Module;
  readonly diagnostics: DiagnosticSink;
  readonly facts: Facts;
  /** One entry for each pass that ran, in order. */
  readonly timings: readonly PassTiming[];
  /** Files of the last `emit`, with their kinds and owners. */
  readonly outputs: readonly OutputFile[];
}

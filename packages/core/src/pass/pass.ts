import type { AnalysisManager } from "../analysis/analysis.js";
import type { DiagnosticSink } from "../diag/sink.js";
import type { InterfaceTable } from "../ir/interface.js";
import type { Module } from "../ir/module.js";
import type { CostRule } from "../plugin/cost.js";
import type { Target } from "../plugin/target.js";
import type { Facts } from "./facts.js";

/** The fixed order of the pipeline; inside a phase, passes run in the order of their plugins. */
export const phases = [
  "canonicalize",
  "quantize",
  "prune",
  "streamline",
  "implement",
  "fold",
  "schedule",
] as const;

export type Phase = (typeof phases)[number];

/**
 * What a pass promises about the function that the module computes, network inputs to network outputs.
 *
 * - `"bit-exact"`: integer outputs are equal. Real outputs agree within 1e-9 relative, since regrouped float64
 *   scales differ in the last places though the real numbers are the same.
 * - `{ maxAbsError }`: every output element moves by no more than that, in the unit of the output.
 * - `"changes-numerics"`: nothing is promised (a quantizer, a pruner).
 */
export type Semantics = "bit-exact" | { readonly maxAbsError: number } | "changes-numerics";

/** What a pass may use beside the module. */
export interface PassContext {
  /** What is said here reaches the user. Errors stop the pipeline after this pass, all at once. */
  readonly diagnostics: DiagnosticSink;
  readonly interfaces: InterfaceTable;
  readonly analyses: AnalysisManager;
  /** Targets of all plugins, by name. */
  readonly targets: ReadonlyMap<string, Target>;
  readonly costRules: readonly CostRule[];
  /** Results that are not IR. */
  readonly facts: Facts;
  /** Tells how far a long pass is; costs nothing when nobody listens. */
  progress(done: number, total: number, label: string): void;
}

/** A step from module to module. Valid in, valid out: the verifier runs after each. */
export interface Pass {
  /** kebab-case; a compiler puts `<plugin>/` before it. */
  readonly name: string;
  /** One line for listings. */
  readonly summary: string;
  readonly phase: Phase;
  readonly semantics: Semantics;
  run(module: Module, ctx: PassContext): void | Promise<void>;
}

/** Checks and freezes a pass. Throws `TypeError` on a name that is not kebab-case or an unknown phase. */
export function definePass(pass: Pass): Pass {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(pass.name)) {
    throw new TypeError(`the pass name \`${pass.name}\` is not kebab-case`);
  }
  if (!phases.includes(pass.phase)) {
    throw new TypeError(
      `pass \`${pass.name}\`: \`${pass.phase}\` is no phase; there are ${phases.join(", ")}`,
    );
  }
  return Object.freeze({ ...pass, run: (module: Module, ctx: PassContext) => pass.run(module, ctx) });
}

/** `bit-exact`, `max-abs-error 0.5`, `changes-numerics`. */
export function printSemantics(semantics: Semantics): string {
  return typeof semantics === "string" ? semantics : `max-abs-error ${semantics.maxAbsError}`;
}

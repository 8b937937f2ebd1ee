import { DiagnosticError, throwIfErrors } from "../diag/diagnostic.js";
import { passThrew, unknownPass, verifyAfterPass } from "../diagnostics.js";
import { cloneModule } from "../ir/clone.js";
import type { Graph } from "../ir/graph.js";
import type { Module } from "../ir/module.js";
import { verifyModule } from "../ir/verify.js";
import { type CheckOptions, checkSemantics } from "./check-semantics.js";
import { inputDomains } from "./draw-inputs.js";
import { type Dump, Dumper } from "./dump.js";
import { type Pass, type PassContext, type Phase, phases } from "./pass.js";

/** A pass about to run. */
export interface PassEvent {
  readonly pass: Pass;
  /** Position in this run, from 0. */
  readonly index: number;
  /** Passes in this run. */
  readonly total: number;
  readonly module: Module;
}

export interface PassTiming {
  readonly name: string;
  readonly phase: Phase;
  /** The pass alone, without verification, checks and dumps. */
  readonly durationMs: number;
  /** Whether any graph of the module was touched. */
  readonly changed: boolean;
}

export interface PassResult extends PassEvent, PassTiming {}

export interface PassProgress {
  readonly pass: Pass;
  readonly done: number;
  readonly total: number;
  readonly label: string;
}

/** How to run passes. */
export interface RunOptions {
  /** `"semantics"` evaluates the module before and after each pass, and holds the pass to its word. */
  readonly check?: "semantics" | CheckOptions | undefined;
  /** Where the module's text goes, before the first pass and after each that changed it. */
  readonly dump?: Dump | undefined;
  /** The last pass to run: `plugin/pass`, or the bare name. */
  readonly stopAfter?: string | undefined;
  /** Only the passes of these phases. */
  readonly phases?: readonly Phase[] | undefined;
  readonly onProgress?: ((progress: PassProgress) => void) | undefined;
}

export interface RunPassesOptions extends RunOptions {
  readonly ctx: PassContext;
  readonly beforePass?: (event: PassEvent) => void;
  readonly afterPass?: (result: PassResult) => void;
}

/** Puts passes in the order of their phases; inside a phase their order stays. */
export function orderPasses(passes: readonly Pass[]): readonly Pass[] {
  return phases.flatMap((phase) => passes.filter((pass) => pass.phase === phase));
}

function select(passes: readonly Pass[], { stopAfter, phases: wanted }: RunOptions): readonly Pass[] {
  const chosen = wanted ? passes.filter((pass) => wanted.includes(pass.phase)) : passes;
  if (stopAfter === undefined) return chosen;
  const last = chosen.findLastIndex(({ name }) => name === stopAfter || name.endsWith(`/${stopAfter}`));
  if (last < 0)
    throw new DiagnosticError([
      unknownPass(
        stopAfter,
        chosen.map((pass) => pass.name),
      ),
    ]);
  return chosen.slice(0, last + 1);
}

type State = readonly { readonly graph: Graph; readonly version: number }[];

function stateOf(module: Module): State {
  return [module.head, module.main, module.tail].flatMap((graph) =>
    graph ? [{ graph, version: graph.version }] : [],
  );
}

function sameState(a: State, b: State | undefined): boolean {
  return a.length === b?.length && a.every((s, i) => s.graph === b[i]!.graph && s.version === b[i]!.version);
}

async function runOne(pass: Pass, module: Module, ctx: PassContext): Promise<number> {
  const start = performance.now();
  try {
    await pass.run(module, ctx);
  } catch (error) {
    if (error instanceof DiagnosticError) throw error.withNote(`raised by pass \`${pass.name}\``);
    throw new DiagnosticError([passThrew(pass.name, error)], { cause: error });
  }
  return performance.now() - start;
}

/**
 * Runs passes on a module in the order of their phases, in place. After each: errors it reported stop the run, all
 * at once; the module is verified; with `check`, its promise is tested. Throws `DiagnosticError`, which names the
 * pass.
 */
export async function runPasses(
  module: Module,
  passes: readonly Pass[],
  options: RunPassesOptions,
): Promise<readonly PassTiming[]> {
  const { ctx } = options;
  const chosen = select(orderPasses(passes), options);
  const check: CheckOptions | undefined = options.check === "semantics" ? {} : options.check;
  const dumper = options.dump && new Dumper(options.dump, chosen.length);
  dumper?.write(module, undefined, 0);
  // Else the first pass would be blamed for what it was given.
  throwIfErrors(verifyModule(module));
  const timings: PassTiming[] = [];
  let reference: { readonly state: State; readonly module: Module } | undefined;
  for (const [index, pass] of chosen.entries()) {
    const event: PassEvent = { pass, index, total: chosen.length, module };
    options.beforePass?.(event);
    const before = stateOf(module);
    if (check && !sameState(before, reference?.state))
      reference = { state: before, module: cloneModule(module) };
    const said = ctx.diagnostics.all.length;
    const progress: PassContext["progress"] = (done, total, label) =>
      options.onProgress?.({ pass, done, total, label });
    const durationMs = await runOne(pass, module, { ...ctx, progress });
    ctx.diagnostics.throwIfErrors(said);
    const changed = !sameState(stateOf(module), before);
    if (changed) {
      dumper?.write(module, pass, index + 1);
      const violations = verifyModule(module);
      if (violations.length > 0) throw new DiagnosticError([verifyAfterPass(pass.name, violations)]);
      if (check && reference) {
        const domains = check.domains ?? ctx.facts.get(inputDomains);
        ctx.diagnostics.report(...checkSemantics(pass, reference.module, module, { ...check, domains }));
        ctx.diagnostics.throwIfErrors(said);
      }
    }
    const timing: PassTiming = { name: pass.name, phase: pass.phase, durationMs, changed };
    timings.push(timing);
    options.afterPass?.({ ...event, ...timing });
  }
  return timings;
}

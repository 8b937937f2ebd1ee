import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type VerilogDesign, verilogDesign } from "@gatefold/backend-verilog";
import {
  type Compilation,
  type Compiler,
  cloneModule,
  createCompiler,
  DiagnosticError,
  type EmittedFiles,
  type Module,
  phases,
  type Source,
  type Target,
} from "@gatefold/core";
import { type FoldSummary, foldSummary, networkLatency } from "@gatefold/pass-fold";
import { type StreamlineSummary, streamlineSummary } from "@gatefold/pass-streamline";
import { conflicting, unreadable } from "../diagnostics.js";
import { reasonOf } from "../load/target-file.js";
import { emitFacts, foldFacts, importFacts, streamlineFacts, targetFacts } from "../print/facts.js";
import { defaults, type PipelineOptions } from "./options.js";
import { replaceByName } from "./plugins.js";
import { standard, standardTargets } from "./standard.js";
import { findTarget, targetsOf } from "./target.js";

/** A compiler with everything settled that options and defaults leave open. */
export interface Session {
  readonly compiler: Compiler;
  readonly target: Target;
  readonly clockMhz: number;
  readonly fps: number | undefined;
  readonly cycles: number | undefined;
}

/** A model after the whole pipeline, with the module as it was at the steps that have to agree. */
export interface Compiled extends Session {
  readonly compilation: Compilation;
  readonly source: { readonly file: string; readonly bytes: number; readonly sha256: string };
  /** As imported: real values. */
  readonly network: Module;
  /** After streamlining: exact integers. */
  readonly integers: Module;
  /** After folding: kernels. */
  readonly hardware: Module;
  readonly streamline: StreamlineSummary | undefined;
  readonly fold: FoldSummary | undefined;
  /** Cycles from the first input beat of an inference to its last output beat. */
  readonly latencyCycles: number | undefined;
  /** Milliseconds by stage. */
  readonly stages: Readonly<Record<string, number>>;
}

/** A compiled model with its files. */
export interface Emitted extends Compiled {
  readonly files: EmittedFiles;
  readonly design: VerilogDesign | undefined;
}

/** Puts standard and given plugins together for a target. Throws `DiagnosticError`. */
export function openSession(options: Omit<PipelineOptions, "model">): Session {
  const { plugins = [], cycles, folding } = options;
  if (options.fps !== undefined && cycles !== undefined)
    throw new DiagnosticError([conflicting("--fps", "--cycles")]);
  const target = findTarget(options.target, targetsOf([standardTargets(), plugins]));
  const clockMhz = options.clockMhz ?? target.defaultClockMhz;
  const limits = [cycles, folding, options.budgetShare, options.latencyNs];
  const open = limits.every((given) => given === undefined);
  const fps = options.fps ?? (open ? defaults.fps : undefined);
  const multipliers = options.multipliers ?? (target.resources.dspCount === 0 ? "logic" : "auto");
  const compiler = createCompiler({
    plugins: replaceByName(standard({ ...options, fps, clockMhz, multipliers, device: target }), plugins),
  });
  return { compiler, target, clockMhz, fps, cycles };
}

/** Reads a model. Throws `DiagnosticError` (`cli/unreadable`). */
export function readModel(model: string | Source): Source {
  if (typeof model !== "string") return model;
  try {
    return { name: basename(model), bytes: readFileSync(model), options: { path: model } };
  } catch (error) {
    throw new DiagnosticError([unreadable(model, "model", reasonOf(error))]);
  }
}

/** Frontends other than the ONNX one are not handed options that they may not know. */
export function sourceOf(model: string | Source): Source {
  const source = readModel(model);
  return source.name.endsWith(".onnx") ? source : { name: source.name, bytes: source.bytes };
}

/** Imports and runs the pipeline to its end. Throws `DiagnosticError` with every reason of the stage that failed. */
export async function compileModel(options: PipelineOptions, opened?: Session): Promise<Compiled> {
  const { onEvent, dump } = options;
  const session = opened ?? openSession(options);
  const { compiler, target } = session;
  const stages: Record<string, number> = {};
  onEvent?.({ kind: "done", stage: "target", subject: target.name, facts: targetFacts(session, options) });

  const said = (from: number, compilation: Compilation): number => {
    for (const diagnostic of compilation.diagnostics.all.slice(from)) {
      if (diagnostic.severity !== "error") onEvent?.({ kind: "diagnostic", diagnostic });
    }
    return compilation.diagnostics.all.length;
  };

  let start = performance.now();
  onEvent?.({ kind: "start", stage: "import" });
  const source = sourceOf(options.model);
  const compilation = await compiler.import(source);
  const network = cloneModule(compilation.module);
  stages["import"] = performance.now() - start;
  onEvent?.({ kind: "done", stage: "import", subject: source.name, facts: importFacts(network) });
  let heard = said(0, compilation);

  let integers: Module | undefined;
  const later = phases.slice(phases.indexOf("implement"));
  const finish = (stage: "streamline" | "fold"): void => {
    stages[stage] = performance.now() - start;
    const { facts } = compilation;
    const line =
      stage === "streamline"
        ? streamlineFacts(facts.get(streamlineSummary))
        : foldFacts(facts.get(foldSummary), options.latencyNs !== undefined, facts.get(networkLatency));
    onEvent?.({ kind: "done", stage, ...line });
    heard = said(heard, compilation);
    start = performance.now();
  };
  compiler.hooks.beforePass.tap(({ pass, module }) => {
    if (integers !== undefined || !later.includes(pass.phase)) return;
    integers = cloneModule(module);
    finish("streamline");
    onEvent?.({ kind: "start", stage: "fold" });
  });
  start = performance.now();
  onEvent?.({ kind: "start", stage: "streamline" });
  await compiler.run(compilation, {
    check: options.check,
    ...(dump === undefined ? {} : { dump: { dir: dump } }),
    onProgress: ({ done, total, label }) => {
      const stage = integers === undefined ? "streamline" : "fold";
      onEvent?.({ kind: "progress", stage, done, total, label });
    },
  });
  finish(integers === undefined ? "streamline" : "fold");
  return {
    ...session,
    compilation,
    source: {
      file: source.name,
      bytes: source.bytes.length,
      sha256: createHash("sha256").update(source.bytes).digest("hex"),
    },
    network,
    integers: integers ?? cloneModule(compilation.module),
    hardware: compilation.module,
    streamline: compilation.facts.get(streamlineSummary),
    fold: compilation.facts.get(foldSummary),
    latencyCycles: compilation.facts.get(networkLatency),
    stages,
  };
}

/** `compileModel`, then the files of all plugins, in memory. `where` is what the emit line says that they go to. */
export async function emitModel(options: PipelineOptions, where = "in memory"): Promise<Emitted> {
  const compiled = await compileModel(options);
  const { onEvent } = options;
  const { compiler, compilation } = compiled;
  const start = performance.now();
  onEvent?.({ kind: "start", stage: "emit" });
  const said = compilation.diagnostics.all.length;
  const files = await compiler.emit(compilation);
  const stages = { ...compiled.stages, emit: performance.now() - start };
  onEvent?.({ kind: "done", stage: "emit", subject: where, facts: emitFacts(compilation.outputs) });
  for (const diagnostic of compilation.diagnostics.all.slice(said))
    onEvent?.({ kind: "diagnostic", diagnostic });
  return { ...compiled, files, design: compilation.facts.get(verilogDesign), stages };
}

import { readFile } from "node:fs/promises";
import { type Diagnostic, DiagnosticError, throwIfErrors } from "../diag/diagnostic.js";
import { DiagnosticSink } from "../diag/sink.js";
import { noImporter, unknownPhase, unreadableFile } from "../diagnostics.js";
import type { InterfaceTable } from "../ir/interface.js";
import type { Module } from "../ir/module.js";
import type { AnyOpDef } from "../ir/op-def.js";
import { verifyModule } from "../ir/verify.js";
import { createPassContext } from "../pass/context.js";
import { Facts } from "../pass/facts.js";
import { orderPasses, type PassTiming, type RunOptions, runPasses } from "../pass/manager.js";
import { type Pass, phases } from "../pass/pass.js";
import { parseModule } from "../text/parse.js";
import type { Compilation } from "./compilation.js";
import { type ConfigInput, defineConfig } from "./config.js";
import type { CostRule } from "./cost.js";
import { createHooks, guardSync, type HookSet, type Hooks, type Source, type Summary } from "./hooks.js";
import { orderPlugins } from "./order.js";
import { type OutputFile, OutputFiles } from "./output.js";
import type { Plugin, SetupContext } from "./plugin.js";
import { gather, type Registry } from "./registry.js";
import type { Target } from "./target.js";

/** The name under which taps on `compiler.hooks` stand in messages. */
const hostName = "host";

/** The same object as the `Compilation` that users hold, with the parts that the compiler writes. */
interface OpenCompilation extends Compilation {
  timings: readonly PassTiming[];
  outputs: readonly OutputFile[];
}

/** Path to content; kinds and owners stand in `compilation.outputs`. */
export type EmittedFiles = ReadonlyMap<string, string | Uint8Array>;

export interface CompileResult {
  readonly compilation: Compilation;
  readonly files: EmittedFiles;
}

/** A set of plugins put together. Compilers share nothing, so that any number live in one process. */
export class Compiler {
  /** In the order in which they act. */
  readonly plugins: readonly Plugin[];
  /** The hooks for whoever runs the compiler; these taps come after the plugins'. */
  readonly hooks: Hooks;
  readonly #registry: Registry;
  readonly #hooks: HookSet = createHooks();

  /** Throws `DiagnosticError` with all that is wrong with the plugins. */
  constructor(config: ConfigInput) {
    this.plugins = Object.freeze([...orderPlugins(defineConfig(config).plugins)]);
    this.#registry = gather(this.plugins);
    const ctx: SetupContext = Object.freeze({
      ...this.#registry,
      plugins: this.plugins.map(({ name, version }) => ({ name, version })),
    });
    for (const plugin of this.plugins) {
      guardSync(plugin.name, "setup", () => plugin.setup?.(this.#hooks.hooksOf(plugin.name), ctx));
    }
    this.hooks = this.#hooks.hooksOf(hostName);
  }

  get ops(): ReadonlyMap<string, AnyOpDef> {
    return this.#registry.ops;
  }

  get targets(): ReadonlyMap<string, Target> {
    return this.#registry.targets;
  }

  get costRules(): readonly CostRule[] {
    return this.#registry.costRules;
  }

  get interfaces(): InterfaceTable {
    return this.#registry.interfaces;
  }

  /** The pipeline after every `pipeline` tap, in the order of phases. Passes are named `plugin/pass`. */
  get passes(): readonly Pass[] {
    const passes = this.#hooks.callPipeline(this.#registry.passes);
    const lost = passes.filter((pass) => !phases.includes(pass.phase));
    if (lost.length > 0) throw new DiagnosticError(lost.map((pass) => unknownPhase(pass.name, pass.phase)));
    return orderPasses(passes);
  }

  /** Starts a compilation from a module built in code. */
  start(module: Module): Compilation {
    return this.#open(module, this.#sink(), new Facts());
  }

  /**
   * Reads a model: a path, or bytes with a name. The first plugin whose `import` tap gives a module wins; `.gf` text
   * that nobody takes is parsed with the ops of all plugins.
   */
  async import(source: Source | string): Promise<Compilation> {
    return this.#import(source, this.#sink());
  }

  /** Runs the pipeline on the compilation's module, in place. */
  async run(compilation: Compilation, options: RunOptions = {}): Promise<void> {
    const open = compilation as OpenCompilation;
    const { diagnostics, facts, module } = compilation;
    const ctx = createPassContext({ ...this.#registry, diagnostics, facts });
    await stage(diagnostics, () =>
      runPasses(module, this.passes, {
        ...options,
        ctx,
        beforePass: (event) => this.#hooks.callBeforePass(event),
        afterPass: (result) => {
          const { durationMs, changed, pass } = result;
          const timing = { name: pass.name, phase: pass.phase, durationMs, changed };
          open.timings = [...open.timings, timing];
          this.#hooks.callAfterPass(result);
        },
      }),
    );
  }

  /** Lets the plugins make their files. Nothing is written to a disk. */
  async emit(compilation: Compilation): Promise<EmittedFiles> {
    const { diagnostics, facts, module } = compilation;
    const files = new OutputFiles();
    const { targets } = this;
    const said = diagnostics.all.length;
    await stage(diagnostics, async () => {
      await this.#hooks.callEmit((plugin) => ({
        module,
        diagnostics,
        facts,
        targets,
        files: files.writerOf(plugin),
      }));
      diagnostics.throwIfErrors(said);
    });
    (compilation as OpenCompilation).outputs = files.all;
    return new Map(files.all.map(({ path, content }) => [path, content]));
  }

  /** Imports, runs and emits; then the `done` taps run, also when something failed. */
  async compile(source: Source | string, options: RunOptions = {}): Promise<CompileResult> {
    const start = performance.now();
    const sink = this.#sink();
    let compilation: Compilation | undefined;
    const summary = (ok: boolean, error: unknown): Summary => ({
      compilation,
      ok,
      error,
      diagnostics: sink.all,
      files: compilation?.outputs ?? [],
      durationMs: performance.now() - start,
    });
    let files: EmittedFiles;
    try {
      compilation = await this.#import(source, sink);
      await this.run(compilation, options);
      files = await this.emit(compilation);
    } catch (error) {
      // What stopped the compilation is what the caller has to see; a tap that fails now is only reported.
      await this.#hooks.callDone(summary(false, error)).catch((later: unknown) => {
        if (later instanceof DiagnosticError) sink.report(...later.diagnostics);
      });
      throw error;
    }
    await this.#hooks.callDone(summary(true, undefined));
    return { compilation, files };
  }

  async #import(given: Source | string, diagnostics: DiagnosticSink): Promise<Compilation> {
    const facts = new Facts();
    const { ops, targets } = this;
    return stage(diagnostics, async () => {
      const source = typeof given === "string" ? await readSource(given) : given;
      const module =
        (await this.#hooks.callImport(source, { diagnostics, facts, ops, targets })) ??
        this.#importText(source);
      diagnostics.throwIfErrors();
      throwIfErrors(verifyModule(module));
      return this.#open(module, diagnostics, facts);
    });
  }

  #importText(source: Source): Module {
    if (!source.name.endsWith(".gf")) {
      throw new DiagnosticError([
        noImporter(
          source.name,
          this.plugins.map((plugin) => plugin.name),
        ),
      ]);
    }
    return parseModule(new TextDecoder().decode(source.bytes), { ops: this.ops, file: source.name });
  }

  #sink(): DiagnosticSink {
    return new DiagnosticSink((d) => this.#hooks.callDiagnostic(d));
  }

  #open(module: Module, diagnostics: DiagnosticSink, facts: Facts): Compilation {
    const open: OpenCompilation = { module, diagnostics, facts, timings: [], outputs: [] };
    return open;
  }
}

async function readSource(path: string): Promise<Source> {
  try {
    return { name: path, bytes: await readFile(path) };
  } catch (error) {
    throw new DiagnosticError([unreadableFile(path, error)], { cause: error });
  }
}

/** Whether a diagnostic was said before; on its way out of a plugin it may have gained notes. */
function isSaid(sink: DiagnosticSink, d: Diagnostic): boolean {
  return sink.all.some(
    ({ code, message, loc }) =>
      code === d.code && message === d.message && loc.file === d.loc.file && loc.node === d.loc.node,
  );
}

/** Runs a stage; the diagnostics of an error that leaves it stand in the sink too. */
async function stage<T>(sink: DiagnosticSink, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof DiagnosticError) {
      sink.report(...error.diagnostics.filter((d) => !isSaid(sink, d)));
    }
    throw error;
  }
}

/** Puts plugins together. Throws `DiagnosticError` with all that is wrong with them. */
export function createCompiler(config: ConfigInput): Compiler {
  return new Compiler(config);
}

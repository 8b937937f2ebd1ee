import { AsyncSeriesBailHook, AsyncSeriesHook, SyncHook, SyncWaterfallHook } from "tapable";
import type { Diagnostic } from "../diag/diagnostic.js";
import { DiagnosticError } from "../diag/diagnostic.js";
import type { DiagnosticSink } from "../diag/sink.js";
import { pluginThrew, syncTapIsAsync } from "../diagnostics.js";
import type { Module } from "../ir/module.js";
import type { AnyOpDef } from "../ir/op-def.js";
import type { Facts } from "../pass/facts.js";
import type { PassEvent, PassResult } from "../pass/manager.js";
import type { Pass } from "../pass/pass.js";
import type { Compilation } from "./compilation.js";
import type { OutputFile, OutputWriter } from "./output.js";
import type { Target } from "./target.js";

/** A model as the user gave it. */
export interface Source {
  /** File name, for messages and to tell formats apart. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Options for the frontend that takes it. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface ImportContext {
  readonly diagnostics: DiagnosticSink;
  readonly facts: Facts;
  readonly ops: ReadonlyMap<string, AnyOpDef>;
  readonly targets: ReadonlyMap<string, Target>;
}

export interface EmitContext {
  readonly module: Module;
  readonly diagnostics: DiagnosticSink;
  readonly facts: Facts;
  readonly targets: ReadonlyMap<string, Target>;
  /** Adds files under the tapping plugin's name. */
  readonly files: OutputWriter;
}

/** How a compilation ended. */
export interface Summary {
  readonly compilation: Compilation | undefined;
  readonly ok: boolean;
  /** What stopped it. */
  readonly error: unknown;
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly OutputFile[];
  readonly durationMs: number;
}

export interface SyncTap<A extends readonly unknown[], R = void> {
  tap(listener: (...args: A) => R): void;
}

export interface AsyncTap<A extends readonly unknown[], R = void> {
  tap(listener: (...args: A) => R | Promise<R>): void;
}

/**
 * The seven hooks of one compiler, as one plugin sees them. Taps run in the order of the plugins.
 *
 * - `import`: the first tap that gives a module wins; `undefined` means "not my format".
 * - `pipeline`: each tap gets the passes and gives the passes, or `undefined` to leave them; phases stay in order.
 * - `beforePass`, `afterPass`, `diagnostic`, `done`: for observers.
 * - `emit`: each tap adds its files.
 */
export interface Hooks {
  readonly import: AsyncTap<[Source, ImportContext], Module | undefined>;
  readonly pipeline: SyncTap<[readonly Pass[]], readonly Pass[] | undefined>;
  readonly beforePass: SyncTap<[PassEvent]>;
  readonly afterPass: SyncTap<[PassResult]>;
  readonly emit: AsyncTap<[EmitContext]>;
  readonly diagnostic: SyncTap<[Diagnostic]>;
  readonly done: AsyncTap<[Summary]>;
}

/** The calling side of the hooks. Each tap's arguments may depend on the plugin that tapped. */
export interface HookSet {
  callImport(source: Source, ctx: ImportContext): Promise<Module | undefined>;
  callPipeline(passes: readonly Pass[]): readonly Pass[];
  callBeforePass(event: PassEvent): void;
  callAfterPass(result: PassResult): void;
  /** `ctxFor` gives each plugin its own context, so that files carry their owner. */
  callEmit(ctxFor: (plugin: string) => EmitContext): Promise<void>;
  callDiagnostic(d: Diagnostic): void;
  callDone(summary: Summary): Promise<void>;
  /** The tapping side for one plugin. */
  hooksOf(plugin: string): Hooks;
}

type AnyFn = (...args: never[]) => unknown;

function named(plugin: string, where: string, error: unknown): unknown {
  return error instanceof DiagnosticError
    ? error.withNote(`raised by plugin \`${plugin}\` in \`${where}\``)
    : new DiagnosticError([pluginThrew(plugin, where, error)], { cause: error });
}

/** Runs something of a plugin's; an error leaves with the plugin's name on it. */
export function guardSync<R>(plugin: string, where: string, run: () => R): R {
  let result: R;
  try {
    result = run();
  } catch (error) {
    throw named(plugin, where, error);
  }
  if (typeof (result as { then?: unknown } | undefined)?.then === "function") {
    // Its rejection would have nobody to catch it.
    Promise.resolve(result).catch(() => undefined);
    throw new DiagnosticError([syncTapIsAsync(plugin, where)]);
  }
  return result;
}

async function guardAsync<R>(plugin: string, where: string, run: () => R | Promise<R>): Promise<R> {
  try {
    return await run();
  } catch (error) {
    throw named(plugin, where, error);
  }
}

/** Makes the hooks of one compiler. tapable's own `stage` and `before` stay inside. */
export function createHooks(): HookSet {
  const hooks = Object.freeze({
    import: new AsyncSeriesBailHook<[Source, ImportContext], Module | undefined>(["source", "ctx"]),
    pipeline: new SyncWaterfallHook<[readonly Pass[]], readonly Pass[] | undefined>(["passes"]),
    beforePass: new SyncHook<[PassEvent]>(["event"]),
    afterPass: new SyncHook<[PassResult]>(["result"]),
    emit: new AsyncSeriesHook<[(plugin: string) => EmitContext]>(["ctxFor"]),
    diagnostic: new SyncHook<[Diagnostic]>(["diagnostic"]),
    done: new AsyncSeriesHook<[Summary]>(["summary"]),
  });
  const sync = (plugin: string, name: "pipeline" | "beforePass" | "afterPass" | "diagnostic") => ({
    tap: (listener: AnyFn): void => {
      const run = (...args: never[]): never => guardSync(plugin, name, () => listener(...args)) as never;
      (hooks[name] as unknown as SyncHook<never[], never>).tap(plugin, run);
    },
  });
  const async = (plugin: string, name: "import" | "done") => ({
    tap: (listener: AnyFn): void => {
      const run = (...args: never[]): Promise<never> =>
        guardAsync(plugin, name, () => listener(...args)) as Promise<never>;
      (hooks[name] as unknown as AsyncSeriesHook<never[]>).tapPromise(plugin, run);
    },
  });
  const emit = (plugin: string): Hooks["emit"] => ({
    tap: (listener) => {
      hooks.emit.tapPromise(plugin, (ctxFor) => guardAsync(plugin, "emit", () => listener(ctxFor(plugin))));
    },
  });
  return Object.freeze({
    callImport: (source: Source, ctx: ImportContext) => hooks.import.promise(source, ctx),
    callPipeline: (passes: readonly Pass[]) => hooks.pipeline.call(passes) ?? passes,
    callBeforePass: (event: PassEvent) => hooks.beforePass.call(event),
    callAfterPass: (result: PassResult) => hooks.afterPass.call(result),
    callEmit: (ctxFor: (plugin: string) => EmitContext) => hooks.emit.promise(ctxFor),
    callDiagnostic: (d: Diagnostic) => hooks.diagnostic.call(d),
    callDone: (summary: Summary) => hooks.done.promise(summary),
    hooksOf: (plugin: string): Hooks =>
      Object.freeze({
        import: async(plugin, "import"),
        pipeline: sync(plugin, "pipeline"),
        beforePass: sync(plugin, "beforePass"),
        afterPass: sync(plugin, "afterPass"),
        emit: emit(plugin),
        diagnostic: sync(plugin, "diagnostic"),
        done: async(plugin, "done"),
      }) as Hooks,
  });
}

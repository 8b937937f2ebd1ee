export type { Compilation } from "./compilation.js";
export { type CompileResult, type Compiler, createCompiler, type EmittedFiles } from "./compiler.js";
export { type Config, type ConfigInput, defineConfig, type PluginInput } from "./config.js";
export type { CostRule } from "./cost.js";
export type { AsyncTap, EmitContext, Hooks, ImportContext, Source, Summary, SyncTap } from "./hooks.js";
export {
  checkOptions,
  type NumberBounds,
  type OptionSchema,
  type OptionSpec,
  option,
  optionError,
} from "./options.js";
export { orderPlugins } from "./order.js";
export type { OutputFile, OutputKind, OutputWriter } from "./output.js";
export { definePlugin, type Plugin, type SetupContext } from "./plugin.js";
export type { CellDelays, DeviceResources, Resources, Target } from "./target.js";

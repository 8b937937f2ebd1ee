export { type BuildOptions, type BuildResult, build } from "./api/build.js";
export {
  type Compiled,
  compileModel,
  type Emitted,
  emitModel,
  openSession,
  type Session,
} from "./api/compile.js";
export { type Estimate, estimate } from "./api/estimate.js";
export { explain, explanations } from "./api/explain.js";
export { type InspectResult, inspect } from "./api/inspect.js";
export {
  type DataOptions,
  defaults,
  type OnEvent,
  type PipelineOptions,
  type Stage,
  type StageEvent,
  type StandardOptions,
  type VerifyOptions,
} from "./api/options.js";
export { type PassInfo, passes } from "./api/passes.js";
export { type SimulateOptions, type SimulateResult, simulate } from "./api/simulate.js";
export { standard } from "./api/standard.js";
export { synth } from "./api/synth.js";
export type { Synthesis } from "./api/synthesis.js";
export type { Check, Verification } from "./api/verification.js";
export { type VerifyResult, verify } from "./api/verify.js";
export { type ExitCode, exitCodes } from "./exit-codes.js";
export type { CliIo, TextStream } from "./io.js";
export { type GatefoldConfig, loadConfig } from "./load/config-file.js";
export { loadPlugin } from "./load/plugin-package.js";
export { loadTargetFile, parseTarget } from "./load/target-file.js";
export { main } from "./main.js";
export { writeFolder } from "./output/folder.js";

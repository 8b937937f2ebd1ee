export type { Divergence } from "./against/divergence.js";
export {
  type AgainstKind,
  type AgainstResult,
  type VerifyAgainstOptions,
  verifyAgainst,
} from "./against/verify-against.js";
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
export { explainRate, type RateExplanation } from "./api/explain-rate.js";
export { type FaultsOptions, type FaultsResult, faults } from "./api/faults.js";
export type { AccuracyChange, RewriteOptions } from "./api/float-network.js";
export { type ImportTablesOptions, type ImportTablesResult, importTables } from "./api/import-tables.js";
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
export { type PruneModelOptions, type PruneResult, prune } from "./api/prune.js";
export { type QuantizeModelOptions, type QuantizeResult, quantize } from "./api/quantize.js";
export { type SimulateOptions, type SimulateResult, simulate } from "./api/simulate.js";
export {
  type ExternalSimulation,
  simulateExternal,
  simulators,
} from "./api/simulate-external.js";
export { standard } from "./api/standard.js";
export { synth } from "./api/synth.js";
export type { Synthesis } from "./api/synthesis.js";
export { type TrainCommandOptions, train } from "./api/train.js";
export type { Check, Verification } from "./api/verification.js";
export { type VerifyResult, verify } from "./api/verify.js";
export { addVivadoReports, type VivadoReportOptions } from "./api/vivado-report.js";
export { type ExitCode, exitCodes } from "./exit-codes.js";
export type { CliIo, TextStream } from "./io.js";
export { type GatefoldConfig, loadConfig } from "./load/config-file.js";
export { loadPlugin } from "./load/plugin-package.js";
export { loadTargetFile, parseTarget } from "./load/target-file.js";
export { main } from "./main.js";
export { writeFolder } from "./output/folder.js";

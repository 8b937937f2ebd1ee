export * from "./arbitraries.js";
export { type CaseOptions, type GoldenCase, parseCases, printCases, runCase, runCases } from "./cases.js";
export {
  type BadOptions,
  type ConformanceCheck,
  type ConformanceOptions,
  conformance,
  conformanceChecks,
} from "./conformance.js";
export { type Runner, runnerOf } from "./runner.js";

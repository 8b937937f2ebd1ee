export { bitExactRelative, type CheckOptions, checkSemantics, compareTensors } from "./check-semantics.js";
export { createPassContext } from "./context.js";
export { type DrawOptions, drawInputs, type InputDomain, inputDomains } from "./draw-inputs.js";
export type { Dump, DumpEntry } from "./dump.js";
export { defineFact, type Fact, Facts } from "./facts.js";
export {
  orderPasses,
  type PassEvent,
  type PassProgress,
  type PassResult,
  type PassTiming,
  type RunOptions,
  type RunPassesOptions,
  runPasses,
} from "./manager.js";
export {
  definePass,
  type Pass,
  type PassContext,
  type Phase,
  phases,
  printSemantics,
  type Semantics,
} from "./pass.js";
export { definePattern, definePatternPass, type Pattern, type PatternPassInit } from "./pattern.js";
export type { Rewriter } from "./rewriter.js";

export * from "./analysis/analysis.js";
export * from "./analysis/integer-ranges.js";
export * from "./diag/diagnostic.js";
export * from "./diag/sink.js";
export * from "./eval/evaluate.js";
export {
  type AttrSchema,
  type AttrSpec,
  type AttrsInit,
  type AttrsOf,
  type AttrValue,
  attr,
  isTensor,
} from "./ir/attr.js";
export * from "./ir/broadcast.js";
export * from "./ir/builtin.js";
export * from "./ir/clone.js";
export * from "./ir/elem.js";
export * from "./ir/graph.js";
export * from "./ir/interface.js";
export * from "./ir/module.js";
export * from "./ir/op.js";
export * from "./ir/op-def.js";
export * from "./ir/tensor-data.js";
export * from "./ir/type.js";
export * from "./ir/verify.js";
export * from "./num/integers.js";
export * from "./num/random.js";
export * from "./num/rounding.js";
export * from "./pass/index.js";
export * from "./plugin/index.js";
export { type OpTable, opTable } from "./text/op-table.js";
export { type ParseOptions, parseGraph, parseModule } from "./text/parse.js";
export { printGraph, printModule, printOp } from "./text/print.js";

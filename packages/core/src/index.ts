export * from "./diag/diagnostic.js";
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
export * from "./num/rounding.js";

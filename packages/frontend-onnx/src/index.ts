export { type CoverageEntry, type CoverageReport, MAX_OPSET, MIN_OPSET } from "./coverage.js";
export { handler, type OnnxHandler } from "./handler.js";
export { type ImportOptions, type ImportResult, type Inspection, importOnnx, inspectOnnx } from "./import.js";
export { type InputEncoding, parseInputEncoding } from "./input-encoding.js";
export type * from "./model.js";
export type { NodeBuilder } from "./node-builder.js";
export { type FrontendOnnxOptions, frontendOnnx } from "./plugin.js";
export { decodeModel, decodeTensor, encodeModel } from "./proto.js";
export { readTensor } from "./tensor-in.js";

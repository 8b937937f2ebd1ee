export { type CompileOptions, compileDesign, type Design, designOf } from "./design.js";
export { SimError, type SimErrorCode } from "./errors.js";
export { type ExternalResult, type RunExternalOptions, runExternal } from "./external.js";
export type { Port } from "./netlist/build.js";
export type { JsonModule } from "./netlist/yosys-json.js";
export type { RawAccess, Simulation } from "./run/simulation.js";
export {
  beatOf,
  type RunStreamsOptions,
  type StreamInput,
  type StreamInputResult,
  type StreamOutput,
  type StreamOutputResult,
  type StreamsResult,
  type WatchedStream,
} from "./run/stream-types.js";
export { runStreams } from "./run/streams.js";
export { openVcd, type Vcd, type VcdOptions } from "./run/vcd.js";

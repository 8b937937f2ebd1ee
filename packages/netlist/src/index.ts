export { printBlif } from "./blif.js";
export {
  adderBits,
  carryBitsOf,
  costOf,
  logicNetsLuts,
  type NetlistCost,
  type Span,
  tableLuts,
  trailingZeros,
} from "./cost.js";
export { NetlistError } from "./error.js";
export { evaluate, evaluateNodes } from "./evaluate.js";
export { type Interval, largestMagnitude, unsignedBits, widthOf } from "./interval.js";
export { latencies, latencyCycles } from "./latency.js";
export type { LutFamily, LutPair } from "./mapped-luts.js";
export { type NarrowSumsOptions, narrowSums } from "./narrow-sums.js";
export {
  bitOf,
  maxLutInputs,
  maxTableInputs,
  Netlist,
  type NodeId,
  type NodeKind,
  nodeKinds,
  type Port,
  type Term,
} from "./netlist.js";
export { type Pipelined, type PipelineOptions, pipeline } from "./pipeline.js";
export { copyNode, liveNodes, type NetlistStats, rebuild, statsOf } from "./rebuild.js";
export { simulate, type Vectors } from "./simulate.js";
export { parseNetlist, printNetlist } from "./text.js";
export { type TimingModel, tableLevels, worstStageNs } from "./timing.js";
export {
  printVerilog,
  type VerilogOptions,
  type VerilogPort,
  verilogClock,
  verilogEnable,
  verilogPorts,
} from "./verilog.js";

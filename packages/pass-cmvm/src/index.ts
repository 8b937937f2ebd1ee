export {
  type BinaryMethod,
  type BinaryOptions,
  type BinaryOutput,
  type BinaryResult,
  solveBinary,
} from "./binary.js";
export { CmvmError } from "./error.js";
export { type Adder, type AdderGraph, adderBits, evaluateGraph, type GraphCost, graphCost } from "./graph.js";
export { type CmvmOptions, solveCmvm } from "./solve.js";
export { netlistOf, shifted, type ToNetlistOptions, toNetlist } from "./to-netlist.js";

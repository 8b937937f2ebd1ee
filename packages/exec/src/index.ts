export { sampleTensor } from "./arrays.js";
export { ExecError } from "./error.js";
export {
  type Batch,
  type BatchResult,
  createExecutor,
  type Executor,
  type ExecutorOptions,
  type RunOptions,
} from "./executor.js";
export {
  type ExecArray,
  type ExecFunction,
  ExecKernel,
  type ExecKernelModel,
  type ExecOperand,
  type ExecSite,
} from "./kernel.js";
export { type PlanStep, printPlan } from "./program.js";

import { definePlugin, type Plugin } from "@gatefold/core";
import { hwOps } from "@gatefold/dialect-hw";
import { foldKernels } from "./fold-kernels.js";
import { insertFifos } from "./insert-fifos.js";
import { lowerKernels } from "./lower-kernels.js";
import { qLowerings } from "./lowering.js";
import { checkFoldOptions, type FoldOptions } from "./options.js";
import { thresholdLowering } from "./requantize.js";

export type { Budget } from "./budget.js";
export type { FoldCost } from "./cost-model.js";
export { type FifoSummary, fifoSummary } from "./fifo-summary.js";
export { type FoldingFile, readFolding, writeFolding } from "./folding-file.js";
export type { FormSummary, LayerForms } from "./implementation-summary.js";
export {
  foldedForm,
  type ImplementationMode,
  type Implementations,
  implementationModes,
  type Offer,
  type OfferPrice,
  type OfferSite,
  type Refusal,
} from "./implementations.js";
export { networkLatency } from "./insert-fifos.js";
export {
  HwLowering,
  type HwLoweringModel,
  type KernelBuilder,
  type KernelSite,
  type LoweringSite,
} from "./lowering.js";
export type { FoldOptions } from "./options.js";
export { type RequantizeMode, requantizeModes } from "./requantize.js";
export {
  type FoldChange,
  type FoldStep,
  type FoldSummary,
  type FoldTotal,
  foldSummary,
  type KernelSummary,
} from "./summary.js";

/** q to hw: kernels, PE and SIMD for a wanted rate, width converters, FIFOs. */
export function fold(options: FoldOptions): Plugin {
  checkFoldOptions(options);
  return definePlugin({
    name: "fold",
    ops: hwOps,
    passes: [lowerKernels(options), foldKernels(options), insertFifos(options)],
    models: [...qLowerings, thresholdLowering(options.requantize ?? "auto")],
  });
}

import type { AnyOpDef } from "@gatefold/core";
import { ArgMax } from "./argmax.js";
import { Affine, Lookup, Threshold } from "./channelwise.js";
import { Mvu } from "./mvu.js";
import { Fifo, Reshape, WidthConverter } from "./plumbing.js";

export { ArgMax } from "./argmax.js";
export {
  Affine,
  Lookup,
  searches,
  Threshold,
  tableAsStored,
  thresholdBits,
  thresholdCount,
} from "./channelwise.js";
export * from "./kernel.js";
export {
  geometry,
  Mvu,
  type MvuGeometry,
  type MvuMode,
  mvuMode,
  mvuPipelineCycles,
  treeLevelsPerStage,
  weightsOf,
} from "./mvu.js";
export { follows, type NamedKernel, namedKernels } from "./names.js";
export { Fifo, fifoBits, Reshape, WidthConverter } from "./plumbing.js";
export { channelsOf, vectorsOf } from "./streams.js";

/** Every op of the dialect. */
export const hwOps: readonly AnyOpDef[] = [
  Mvu,
  Threshold,
  Lookup,
  Affine,
  ArgMax,
  WidthConverter,
  Fifo,
  Reshape,
];

import type { AnyOpDef } from "@gatefold/core";
import { ArgMax } from "./argmax.js";
import { Crop, Transpose } from "./blocks.js";
import { Affine, Lookup, Threshold } from "./channelwise.js";
import { Gvu } from "./gvu.js";
import { AddStreams, Concat, Fork, Slice } from "./joins.js";
import { Mvu } from "./mvu.js";
import { Netlist } from "./netlist.js";
import { Pad, Pool, Upsample } from "./pixels.js";
import { Fifo, Reshape, WidthConverter } from "./plumbing.js";
import { Requantize } from "./requantize.js";
import { Vote } from "./vote.js";
import { Vvu } from "./vvu.js";
import { Window } from "./window.js";

export { ArgMax } from "./argmax.js";
export { Crop, Transpose } from "./blocks.js";
export {
  Affine,
  affineBits,
  Lookup,
  searches,
  Threshold,
  tableAsStored,
  thresholdBits,
  thresholdCount,
} from "./channelwise.js";
export { Gvu, type GvuGeometry, gvuGeometry, gvuWeights } from "./gvu.js";
export { type ImageGeometry, imageOf } from "./image.js";
export { AddStreams, Concat, Fork, Slice } from "./joins.js";
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
export { bodyOf, Netlist, type NetlistAttrs, netlistLatencyCycles, netlistOf } from "./netlist.js";
export { Pad, Pool, Upsample } from "./pixels.js";
export { Fifo, fifoBits, Reshape, WidthConverter } from "./plumbing.js";
export { isPower, mostProductBits, Requantize, requantizeFactor } from "./requantize.js";
export { channelsOf, vectorsOf } from "./streams.js";
export { Vote, votedChannels } from "./vote.js";
export { Vvu, type VvuGeometry, vvuGeometry, vvuWeights } from "./vvu.js";
export { Window, type WindowGeometry, windowGeometry } from "./window.js";
export { windowDepth } from "./window-schedule.js";

/** Every op of the dialect. */
export const hwOps: readonly AnyOpDef[] = [
  Mvu,
  Vvu,
  Threshold,
  Requantize,
  Lookup,
  Affine,
  ArgMax,
  Window,
  Pad,
  Pool,
  Upsample,
  Fork,
  AddStreams,
  Concat,
  Slice,
  Vote,
  WidthConverter,
  Fifo,
  Reshape,
  Gvu,
  Transpose,
  Crop,
  Netlist,
];

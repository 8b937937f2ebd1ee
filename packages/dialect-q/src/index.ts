import type { AnyOpDef } from "@gatefold/core";
import { ArgMax } from "./argmax.js";
import { Add, Affine } from "./arithmetic.js";
import { Crop, DepthToSpace, SpaceToDepth } from "./blocks.js";
import { Conv } from "./conv.js";
import { Concat, Slice, Upsample } from "./join.js";
import { Lookup } from "./lookup.js";
import { MatMul } from "./matmul.js";
import { Netlist } from "./netlist.js";
import { MaxPool, SumPool } from "./pool.js";
import { Reshape } from "./reshape.js";
import { Threshold } from "./threshold.js";
import { Vote } from "./vote.js";

export { ArgMax } from "./argmax.js";
export { Add, Affine } from "./arithmetic.js";
export {
  type BlockMode,
  blockChannel,
  blockRange,
  Crop,
  DepthToSpace,
  SpaceToDepth,
} from "./blocks.js";
export { Conv, convRange } from "./conv.js";
export { Concat, Slice, Upsample } from "./join.js";
export { Lookup } from "./lookup.js";
export { accumulatorRange, MatMul, negateRows } from "./matmul.js";
export { Netlist, type NetlistAttrs } from "./netlist.js";
export { bodyOf, netlistLatencyCycles, netlistOf } from "./netlist-body.js";
export { MaxPool, SumPool } from "./pool.js";
export { Reshape } from "./reshape.js";
export { fitStaircases, type Staircase, type StaircaseFit, type Ties } from "./staircase.js";
export { Threshold } from "./threshold.js";
export { Vote, type VoteChannel, voteChannels } from "./vote.js";
export { planWindow, type WindowPlan } from "./window.js";

/** Every op of the dialect. */
export const qOps: readonly AnyOpDef[] = [
  MatMul,
  Threshold,
  Lookup,
  Affine,
  Add,
  ArgMax,
  Reshape,
  Conv,
  MaxPool,
  SumPool,
  Concat,
  Slice,
  Upsample,
  DepthToSpace,
  SpaceToDepth,
  Crop,
  Vote,
  Netlist,
];

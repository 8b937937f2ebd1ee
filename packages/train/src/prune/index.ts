export { l1Penalty } from "./l1.js";
export { holdMasks, type PruningOptions, pruning, setMask, sparsityOf } from "./pruning.js";
export { type Snapshot, snapshotOf } from "./snapshot.js";

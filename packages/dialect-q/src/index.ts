import type { AnyOpDef } from "@gatefold/core";
import { ArgMax } from "./argmax.js";
import { Add, Affine } from "./arithmetic.js";
import { Conv } from "./conv.js";
import { Concat, Slice, Upsample } from "./join.js";
import { Lookup } from "./lookup.js";
import { MatMul } from "./matmul.js";
import { MaxPool, SumPool } from "./pool.js";
import { Reshape } from "./reshape.js";
import { Threshold } from "./threshold.js";

export { ArgMax } from "./argmax.js";
export { Add, Affine } from "./arithmetic.js";
export { Conv, convRange } from "./conv.js";
export { Concat, Slice, Upsample } from "./join.js";
export { Lookup } from "./lookup.js";
export { accumulatorRange, MatMul, negateRows } from "./matmul.js";
export { MaxPool, SumPool } from "./pool.js";
export { Reshape } from "./reshape.js";
export { Threshold } from "./threshold.js";
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
];

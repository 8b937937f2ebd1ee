import type { AnyOpDef } from "@gatefold/core";
import { ArgMax } from "./argmax.js";
import { Add, Affine } from "./arithmetic.js";
import { Lookup } from "./lookup.js";
import { MatMul } from "./matmul.js";
import { Reshape } from "./reshape.js";
import { Threshold } from "./threshold.js";

export { ArgMax } from "./argmax.js";
export { Add, Affine } from "./arithmetic.js";
export { Lookup } from "./lookup.js";
export { accumulatorRange, MatMul, negateRows } from "./matmul.js";
export { Reshape } from "./reshape.js";
export { Threshold } from "./threshold.js";

/** Every op of the dialect. */
export const qOps: readonly AnyOpDef[] = [MatMul, Threshold, Lookup, Affine, Add, ArgMax, Reshape];

import {
  type AttrValue,
  type ElemType,
  type IntegerRange,
  isFloat,
  rangeOfTensor,
  type Tensor,
  tensor,
  typeOf,
} from "@gatefold/core";
import type { ExecSite } from "./kernel.js";

/** A buffer for one value of each sample of a chunk. */
export interface Slot {
  readonly bytesPerSample: number;
  /** Address in WebAssembly memory; set when the chunk's size is known. */
  at: number;
}

/**
 * An argument of a kernel call: a number as it is, an address `offset` bytes into a slot (advanced by `stride` bytes for
 * each row of the batch) or into one of the working tiles, or where the call stands. Tiles 0 and 1 hold results, 2 and
 * 3 what a window gathers.
 */
export type Arg =
  | number
  | { readonly slot: number; readonly stride: number; readonly offset?: number }
  | { readonly tile: 0 | 1 | 2 | 3; readonly offset?: number }
  | "rows"
  | "row0";

export interface Call {
  readonly fn: string;
  readonly args: readonly Arg[];
  /** The call returns −1, or `row * cols + column` of an element that breaks this rule. */
  readonly check?:
    | {
        readonly reason: string;
        readonly tile: 0 | 1;
        readonly kind: "i32" | "f64";
        readonly cols: number;
        readonly strideBytes: number;
      }
    | undefined;
}

/** Kernel calls repeated over blocks of rows, so that the working tile between them stays in cache. */
export interface TileStep {
  readonly kind: "tile";
  readonly op: string;
  readonly rowsPerSample: number;
  readonly blockRows: number;
  readonly calls: readonly Call[];
}

/** A value in natural, unpadded storage. */
export interface Port {
  readonly slot: number;
  readonly elem: ElemType;
  readonly shape: readonly number[];
  /** Every element lies here; `undefined` for reals. */
  readonly range: IntegerRange | undefined;
  /** Bipolar without 0. */
  readonly nonZero: boolean;
}

/** An op without a built-in kernel: its own batch kernel, or its `evaluate` sample by sample. */
export interface OpStep {
  readonly kind: "kernel" | "evaluate";
  readonly op: string;
  readonly attrs: Readonly<Record<string, AttrValue>>;
  readonly operands: readonly (Port | { readonly constant: Tensor })[];
  readonly results: readonly Port[];
}

/** What an op's own kernel may know; the same in the planner and in each worker. */
export function siteOf(step: Omit<OpStep, "kind">): ExecSite {
  return {
    attrs: step.attrs,
    operands: step.operands.map((o) =>
      "constant" in o
        ? {
            type: typeOf(o.constant),
            constant: o.constant,
            range: isFloat(o.constant.elem) ? undefined : rangeOfTensor(o.constant),
          }
        : { type: tensor(o.elem, o.shape), constant: undefined, range: o.range },
    ),
    results: step.results.map((r) => tensor(r.elem, r.shape)),
  };
}

export type Step = TileStep | OpStep;

/** An execution plan as data alone, so that a worker can be handed one. */
export interface Program {
  readonly chunk: number;
  readonly memoryBytes: number;
  /** Constants, to be copied to `imageAt`; on shared memory. */
  readonly image: Uint8Array;
  readonly imageAt: number;
  readonly tiles: readonly [number, number, number, number];
  readonly slots: readonly Slot[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly (Port | { readonly constant: Tensor })[];
  readonly steps: readonly Step[];
}

/** One line of a plan, for people. */
export interface PlanStep {
  /** The ops that the step computes. */
  readonly ops: readonly string[];
  readonly kernel: string;
  /** Sizes, ranges, or why no kernel fitted. */
  readonly detail: string;
}

export function printPlan(plan: readonly PlanStep[]): string {
  return plan.map((s) => `${s.ops.join(" + ")}: ${s.kernel} (${s.detail})`).join("\n");
}

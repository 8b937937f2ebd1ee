import {
  type AttrValue,
  defineInterface,
  type IntegerRange,
  type OpInterface,
  type Tensor,
  type ValueType,
} from "@gatefold/core";

/** What a kernel may know about one operand before any data comes. */
export interface ExecOperand {
  readonly type: ValueType;
  /** The operand's value when it is a constant; it is then left out of `operands` at each call (`undefined`). */
  readonly constant: Tensor | undefined;
  /** What the operand can hold, no wider than its element type; `undefined` for reals. */
  readonly range: IntegerRange | undefined;
}

export interface ExecSite {
  readonly attrs: Readonly<Record<string, AttrValue>>;
  readonly operands: readonly ExecOperand[];
  readonly results: readonly ValueType[];
}

/**
 * Elements as the executor holds them: the storage of `allocate(elem)` up to 31 bits and for `i32`; `u32`, wider
 * integers and reals as Float64Array. Sample after sample, row-major.
 */
export type ExecArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float64Array;

/**
 * Computes `count` samples at once. Operand `i` holds `count` times the elements of its type; every element of every
 * result must be written. The arrays are views that are valid during the call only.
 */
export type ExecFunction = (
  operands: readonly (ExecArray | undefined)[],
  results: readonly ExecArray[],
  count: number,
) => void;

export interface ExecKernelModel {
  /** Shown in the plan. */
  readonly name: string;
  /** The function for this use of the op; `undefined` when the kernel does not cover it, and `evaluate` runs. */
  prepare(site: ExecSite): ExecFunction | undefined;
}

/** How an op computes whole batches. Results are checked against their ranges after each call. */
export const ExecKernel: OpInterface<ExecKernelModel> = defineInterface<ExecKernelModel>("exec.kernel");

import { defineInterface, type Op, type OpInterface, type Tensor } from "@gatefold/core";

/**
 * Each result element depends only on the operand elements at the same (broadcast) position.
 * Streamlining evaluates any chain of such ops on the integer range before it, so an op needs no rule of its own.
 */
export interface ElementwiseModel {
  /** Whether the result is monotone (either way, per element) in operand `index` while the others are held. */
  monotone(op: Op, index: number): boolean;
  /**
   * The coefficient of operand `index` when the op is affine in it: a tensor that broadcasts against the result.
   * `operands` holds the constant operands, `undefined` elsewhere. `undefined` when the op is not affine.
   */
  gain?(op: Op, index: number, operands: readonly (Tensor | undefined)[]): Tensor | undefined;
}

export const Elementwise: OpInterface<ElementwiseModel> = defineInterface<ElementwiseModel>("nn.elementwise");

/** Every result element is a copy of an operand element: the op's evaluator, run on indices, says which. */
export interface MovementModel {
  readonly movesOnly: true;
}

export const Movement: OpInterface<MovementModel> = defineInterface<MovementModel>("nn.movement");

/** An op's weights as the matrix of a matrix-vector unit: `rows` (MH, outputs) × `columns` (MW, inputs of one sum, channels innermost). */
export interface WeightMatrix {
  /** Index of the operand that holds the weights. */
  readonly operand: number;
  readonly rows: number;
  readonly columns: number;
  /** Axis of the result along which the rows' sums stand; absent where no axis is theirs alone. */
  readonly resultAxis?: number;
  /** Position, in that operand, of the matrix element (row, column). */
  at(row: number, column: number): number;
}

/** The op multiplies by weights. Pruners and quantizers ask for this. */
export interface WeightedModel {
  /** `undefined` when this use of the op has no weight matrix (a product of more than two axes). */
  matrix(op: Op): WeightMatrix | undefined;
}

export const Weighted: OpInterface<WeightedModel> = defineInterface<WeightedModel>("nn.weighted");

/**
 * How the grid of an op's results follows from that of its first operand. Who places quantizers asks for this.
 *
 * - `own`: results are codes times a scale, whatever the operand holds: a quantizer.
 * - `same`: each result element is one of the operand's elements, and which one depends on them: a max pool.
 * - `sums`: results are sums of operand elements times one constant: an average pool.
 */
export interface GridModel {
  readonly results: "own" | "same" | "sums";
}

export const Grid: OpInterface<GridModel> = defineInterface<GridModel>("nn.grid");

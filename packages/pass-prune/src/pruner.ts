/** Which weights go together. Blocks and N:M run along `columns`, as a matrix-vector unit reads them: PE rows × SIMD columns a beat. */
export type Granularity =
  | { readonly kind: "weight" }
  | { readonly kind: "channel" }
  | { readonly kind: "block"; readonly pe: number; readonly simd: number }
  /** Of each `m` neighbours in a row at most `n` stay; the wanted sparsity must be `1 - n/m`. */
  | { readonly kind: "n-of-m"; readonly n: number; readonly m: number };

/** A layer's weights as a matrix, `rows` (outputs, MH) × `columns` (inputs of one sum, MW), in C order. */
export interface PrunableMatrix {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly weights: ArrayLike<number>;
  /** 1 stays, 0 is already pruned and stays so. */
  readonly mask: Uint8Array;
}

/**
 * Says which weights go. The interface for third parties: the same pruner works on a trained network (`prune()` pass) and
 * between rounds of a training.
 */
export interface Pruner {
  readonly name: string;
  /**
   * New masks, in the order of `matrices`: `sparsity` (0 … 1) of all elements, those pruned before included, are 0. A mask never
   * brings back a weight. `random` gives numbers in [0, 1).
   */
  masks(matrices: readonly PrunableMatrix[], sparsity: number, random: () => number): readonly Uint8Array[];
}

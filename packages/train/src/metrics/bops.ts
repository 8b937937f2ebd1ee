/** What a layer's cost is computed from. */
export interface CostLayer {
  readonly name: string;
  /** Outputs (MH, m) and inputs of one sum (MW, n: kernel height × width × input channels for a convolution). */
  readonly rows: number;
  readonly columns: number;
  /** Sums of each output in a sample: 1 for dense layers, output pixels for convolutions. */
  readonly positions: number;
  readonly weightBits: number;
  /** Bits of what the layer reads; 32 for reals. */
  readonly activationBits: number;
  /** Weights and biases that are not 0 before they are quantized, and all of them. */
  readonly kept: number;
  readonly total: number;
  /** Weights that are not 0 as they are quantized. */
  readonly keptWeights: number;
  /** Σ over the weights of the bits from their highest to their lowest set bit; `undefined` without integer weights. */
  readonly effectiveWeightBits: number | undefined;
}

/**
 * Bit operations as the papers on quantization-aware pruning count them:
 * `Σ m·n·positions·((1 - f_p)·b_a·b_w + b_a + b_w + log2 n)`, where 1 - f_p is the share of weights and biases that are left,
 * and b_a is `inputBits` (32: real inputs) for the first layer, then the weight bits of the layer before.
 *
 * Source: Hawks et al., "Ps and Qs", arXiv:2102.11289, section 3.2, and its released code; the accumulation term is of
 * Baskin et al., arXiv:1804.10969. The convolutional form follows from n and positions.
 */
export function bopsHawks(
  layers: readonly CostLayer[],
  { inputBits = 32 }: { readonly inputBits?: number } = {},
): number {
  let activationBits = inputBits;
  let bops = 0;
  for (const { rows, columns, positions, weightBits, kept, total } of layers) {
    const products = (kept / total) * activationBits * weightBits;
    bops += rows * columns * positions * (products + activationBits + weightBits + Math.log2(columns));
    activationBits = weightBits;
  }
  return bops;
}

/** Bit operations as products alone: `Σ b_a·b_w` over the multiplications by weights that are not 0. */
export function bopsProduct(layers: readonly CostLayer[]): number {
  return layers.reduce(
    (sum, { positions, weightBits, activationBits, keptWeights }) =>
      sum + keptWeights * positions * weightBits * activationBits,
    0,
  );
}

/**
 * Effective bit operations: `Σ b_a·b_w` over all multiplications, b_w the bits that the weight's highest and lowest set bits
 * enclose (a weight of 0 has none, one of ±2^k has one). `undefined` when a layer has no integer weights.
 *
 * Source: Sun et al., "Gradient-based automatic mixed precision quantization for neural networks on-chip" (HGQ),
 * arXiv:2405.00645, equation 5.
 */
export function ebops(layers: readonly CostLayer[]): number | undefined {
  let sum = 0;
  for (const { positions, activationBits, effectiveWeightBits } of layers) {
    if (effectiveWeightBits === undefined) return undefined;
    sum += effectiveWeightBits * positions * activationBits;
  }
  return sum;
}

/** Bits from the highest to the lowest set bit of an integer's magnitude: 0 → 0, ±8 → 1, 6 → 2, 5 → 3. */
export function enclosedBits(code: number): number {
  let magnitude = Math.abs(code);
  if (magnitude === 0) return 0;
  while (magnitude % 2 === 0) magnitude /= 2;
  return Math.floor(Math.log2(magnitude)) + 1;
}

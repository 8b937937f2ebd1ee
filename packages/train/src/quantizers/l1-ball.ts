import { channelOf, type Sharing } from "./statistics.js";
import type { CodeRange } from "./surrogates.js";

/**
 * θ such that `Σ max(|v| - θ, 0) = radius`; 0 when the sum of |v| is not above the radius.
 *
 * Source: Duchi et al., "Efficient projections onto the L1-ball", ICML 2008, figure 1.
 */
export function shrinkage(sizes: readonly number[], radius: number): number {
  const sorted = [...sizes].sort((a, b) => b - a);
  let sum = 0;
  let theta = 0;
  for (let i = 0; i < sorted.length; i++) {
    sum += sorted[i]!;
    const candidate = (sum - radius) / (i + 1);
    if (sorted[i]! <= candidate) break;
    theta = candidate;
  }
  return Math.max(theta, 0);
}

/** The elements of each channel, by their positions. */
function positionsOf(length: number, sharing: Sharing): number[][] {
  const channels = Array.from({ length: sharing.count }, (): number[] => []);
  for (let i = 0; i < length; i++) channels[channelOf(i, sharing)]!.push(i);
  return channels;
}

/** Moves each channel to the nearest point whose L1 norm is at most `radius(channel)`, in place. */
export function projectOntoL1Ball(
  weights: Float32Array,
  sharing: Sharing,
  radius: (channel: number) => number,
): void {
  positionsOf(weights.length, sharing).forEach((positions, c) => {
    const theta = shrinkage(
      positions.map((i) => Math.abs(weights[i]!)),
      radius(c),
    );
    if (theta === 0) return;
    for (const i of positions)
      weights[i] = Math.sign(weights[i]!) * Math.max(Math.abs(weights[i]!) - theta, 0);
  });
}

export interface Bound {
  readonly codes: CodeRange;
  /** Largest `Σ|code|` of a channel. */
  readonly radius: number;
}

/**
 * Codes of `x / scale` rounded toward zero, each channel within the codes' range and the L1 bound: exactly, whatever the rounding
 * of the quotients was.
 */
export function truncatedCodes(
  x: Float32Array,
  scale: Float32Array,
  sharing: Sharing,
  { codes, radius }: Bound,
): Int32Array {
  const out = new Int32Array(x.length);
  positionsOf(x.length, sharing).forEach((positions, c) => {
    const quotients = positions.map((i) => Math.min(Math.max(x[i]! / scale[c]!, codes.low), codes.high));
    const theta = shrinkage(quotients.map(Math.abs), radius);
    let sum = 0;
    for (const [k, i] of positions.entries()) {
      // Grace for values that sit on the grid, up to the noise of float32.
      const size = Math.max(Math.abs(quotients[k]!) - theta, 0) * (1 + 2 ** -20);
      out[i] = Math.sign(quotients[k]!) * Math.min(Math.floor(size), codes.high);
      sum += Math.abs(out[i]!);
    }
    for (; sum > radius; sum--) {
      const largest = positions.reduce((a, b) => (Math.abs(out[b]!) > Math.abs(out[a]!) ? b : a));
      out[largest]! -= Math.sign(out[largest]!);
    }
  });
  return out;
}

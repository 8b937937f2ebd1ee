import { type Digit, nodeOfDigit, type Pool } from "./pool.js";

/** Adders and what the outputs are: a term each, or undefined for 0. */
export interface Solution {
  readonly pool: Pool;
  readonly outputs: readonly (Digit | undefined)[];
}

/** How many live adders read each node, outputs included. */
export function usesOf({ pool, outputs }: Solution): Int32Array {
  const uses = new Int32Array(pool.size);
  for (const output of outputs) if (output !== undefined) uses[nodeOfDigit(output)]!++;
  for (let node = pool.size - 1; node >= pool.inputs.length; node--) {
    if (uses[node] === 0) continue;
    uses[pool.left[node]!]!++;
    uses[pool.right[node]!]!++;
  }
  return uses;
}

export interface Measure {
  readonly bits: number;
  readonly adders: number;
  /** Bits of outputs that are the negative of a node, which somebody has to subtract from 0. */
  readonly negatedBits: number;
}

/** What the live adders of a solution cost. */
export function measure(solution: Solution): Measure {
  const { pool } = solution;
  const uses = usesOf(solution);
  let [bits, adders, negatedBits] = [0, 0, 0];
  for (let node = pool.inputs.length; node < pool.size; node++) {
    if (uses[node] === 0) continue;
    bits += pool.bitsOf(node);
    adders++;
  }
  for (const output of solution.outputs) {
    if (output !== undefined && (output & 1) === 1) negatedBits += pool.top[nodeOfDigit(output)]!;
  }
  return { bits, adders, negatedBits };
}

import { randomInteger, seededRandom } from "@gatefold/core";
import { type Netlist, simulate } from "@gatefold/netlist";

/** Inputs for which two netlists give different outputs. */
export interface Difference {
  readonly inputs: readonly number[];
  readonly outputs: readonly [readonly number[], readonly number[]];
}

/**
 * Simulates two netlists with the same ports on random inputs, half of them at the ends of their intervals.
 *
 * @returns the first vector on which they differ, `undefined` when they agree on all `count`.
 */
export function firstDifference(a: Netlist, b: Netlist, count: number, seed = 1): Difference | undefined {
  const random = seededRandom(seed);
  const edges = Array.from({ length: count }, () => random() < 0.5);
  const inputs = a.inputs.map(({ node }) => {
    const { lo, hi } = a.interval(node);
    return Float64Array.from(edges, (edge) =>
      edge ? (random() < 0.5 ? lo : hi) : randomInteger(random, lo, hi),
    );
  });
  const [left, right] = [simulate(a, inputs), simulate(b, inputs)];
  const at = edges.findIndex((_, v) => left.some((plane, o) => plane[v] !== right[o]![v]));
  if (at < 0) return undefined;
  return {
    inputs: inputs.map((plane) => plane[at]!),
    outputs: [left.map((plane) => plane[at]!), right.map((plane) => plane[at]!)],
  };
}

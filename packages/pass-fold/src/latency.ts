import type { Graph, InterfaceTable, Op } from "@gatefold/core";
import { Kernel } from "@gatefold/dialect-hw";
import { pacedDepths } from "./paced-depths.js";
import type { Fold } from "./refold.js";
import { refold } from "./refold.js";
import { simulateTokens } from "./token-sim.js";

/** The slowest kernel's cycles a frame. */
export function intervalOf(graph: Graph, interfaces: InterfaceTable): number {
  return [...graph.ops()].reduce((most, op) => {
    const model = interfaces.get(op.def, Kernel);
    return model ? Math.max(most, model.schedule(op).intervalCycles) : most;
  }, 1);
}

/**
 * Cycles from the first input beat to the last output beat of the first frame, both counted, by a run of the token schedules, with the FIFOs that are
 * enough for the network's interval: those that it really gets are no slower. Infinite for a network that stands still.
 */
export function latencyOf(graph: Graph, interfaces: InterfaceTable): number {
  const depths = pacedDepths(graph, interfaces, intervalOf(graph, interfaces));
  return firstFrame(graph, interfaces, (value) => depths.get(value));
}

/** The same with the FIFOs that are in the graph. */
export function latencyAsBuilt(graph: Graph, interfaces: InterfaceTable): number {
  return firstFrame(graph, interfaces, undefined);
}

function firstFrame(
  graph: Graph,
  interfaces: InterfaceTable,
  depthOf: ((value: Graph["inputs"][number]) => number | undefined) | undefined,
): number {
  const { frameCycles } = simulateTokens({ graph, interfaces, depthOf, frames: 1 });
  return (frameCycles[0] ?? Number.POSITIVE_INFINITY) + 1;
}

/** The latency of a graph of kernels at a folding. */
export function foldedLatency(
  graph: Graph,
  folds: ReadonlyMap<Op, Fold>,
  interfaces: InterfaceTable,
): number {
  return latencyOf(
    refold(graph, (op) => folds.get(op) ?? {}, interfaces),
    interfaces,
  );
}

/** A network as it would be. */
export interface Attempt {
  readonly cost: number;
  readonly latencyCycles: number;
}

/** Powers of ten of the weights of a cycle of latency, in look-up tables: from next to nothing to more than anything. */
const [lightest, heaviest] = [-4, 8];
const roundsOfWeight = 16;

export interface LatencySearch<A extends Attempt> {
  readonly limitCycles: number;
  /** Cycles a frame that kernels can be held to, ascending. */
  readonly intervals: readonly number[];
  /** Cycles a frame that the network may take. */
  readonly mostCycles: number;
  /** The network of least cost, with a cost for each cycle of latency; `undefined` when it cannot keep the cycles. */
  attempt(cycles: number, latencyWeight: number): A | undefined;
}

/**
 * A network of little cost whose latency stays within a limit, and the fastest that was seen. Two families are searched by halves, every
 * member measured by a token run: kernels that all keep some number of cycles, and those of least cost where each cycle of latency costs
 * something. The cheaper of what fits is taken; a network between two members of both may be cheaper still.
 */
export function withinLatency<A extends Attempt>(
  search: LatencySearch<A>,
): { readonly best: A | undefined; readonly fastest: A | undefined } {
  const { limitCycles, mostCycles, attempt } = search;
  let best: A | undefined;
  let fastest: A | undefined;
  const fits = (cycles: number, weight: number): boolean => {
    const found = attempt(cycles, weight);
    if (!found) return false;
    if (!fastest || found.latencyCycles < fastest.latencyCycles) fastest = found;
    if (found.latencyCycles > limitCycles) return false;
    if (!best || found.cost < best.cost) best = found;
    return true;
  };
  if (fits(mostCycles, 0)) return { best, fastest };
  const intervals = search.intervals.filter((n) => n <= Math.min(mostCycles, limitCycles));
  for (let low = 0, high = intervals.length - 1; low <= high; ) {
    const middle = (low + high) >> 1;
    if (fits(intervals[middle]!, 0)) low = middle + 1;
    else high = middle - 1;
  }
  let [light, heavy] = [lightest, heaviest];
  if (!fits(mostCycles, 10 ** heavy)) return { best, fastest };
  for (let round = 0; round < roundsOfWeight; round++) {
    const middle = (light + heavy) / 2;
    if (fits(mostCycles, 10 ** middle)) heavy = middle;
    else light = middle;
  }
  return { best, fastest };
}

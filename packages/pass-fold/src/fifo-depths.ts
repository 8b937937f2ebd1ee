import type { Graph, InterfaceTable, Op, Value } from "@gatefold/core";
import { Kernel } from "@gatefold/dialect-hw";

/** What a least depth is looked for with. */
export interface Search {
  /** Depth of a FIFO that is enough with all others as they are. */
  readonly enough: number;
  readonly works: (depth: number) => boolean;
}

/** The least depth from 0 that works, given that more room never slows a network down. */
export function leastDepth({ enough, works }: Search): number {
  let [low, high] = [-1, enough];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    // A FIFO of one beat does not exist.
    const tried = middle === 1 ? 0 : middle;
    if (tried === low) return high;
    if (works(tried)) high = tried;
    else low = middle;
  }
  return high === 1 ? 2 : high;
}

/** Streams of which several are read by one kernel further down: those on the ways from a fork to a join. */
export function branchStreams(graph: Graph, interfaces: InterfaceTable): ReadonlySet<Value> {
  const forks: Op[] = [...graph.ops()].filter((op) => op.results.length > 1);
  const joins = [...graph.ops()].filter(
    (op) => interfaces.get(op.def, Kernel) && op.operands.filter((v) => v.type.kind === "stream").length > 1,
  );
  const after = new Set<Value>();
  for (const op of graph.ops()) {
    const reached = forks.includes(op) || op.operands.some((v) => after.has(v));
    if (reached) for (const v of op.results) after.add(v);
  }
  const before = new Set<Value>();
  for (const op of [...graph.ops()].reverse()) {
    const reached = joins.includes(op) || op.results.some((v) => before.has(v));
    if (reached) for (const v of op.operands) before.add(v);
  }
  return new Set([...after].filter((v) => before.has(v)));
}

/** FIFOs up to this depth are registers, one by one (`gf_fifo`). */
const registerDepth = 4;
/** Words of the smallest memory that tools map to: a LUT as RAM or shift register. */
const memoryWords = 32;

/** The depth that costs no more than a given one: of a memory's words none is left out. */
export function freeDepth(depth: number): number {
  if (depth <= registerDepth) return depth;
  if (depth > memoryWords) return Math.ceil(depth / memoryWords) * memoryWords;
  return 2 ** Math.ceil(Math.log2(depth));
}

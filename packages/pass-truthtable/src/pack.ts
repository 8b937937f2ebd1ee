import { liveNodes, type Netlist, type NodeId } from "@gatefold/netlist";
import { wideMultiplexers } from "./wide-multiplexers.js";

export interface PackOptions {
  /**
   * Whether LUTs that only choose between other LUTs may be the multiplexers behind the LUTs of a slice (F7 between two, F8 between
   * two F7 of 7-series and UltraScale devices); false unless told otherwise.
   */
  readonly wideMultiplexers?: boolean;
}

/** How LUTs of a netlist lie in LUT6s with two outputs. */
export interface Packing {
  /** LUT6s: a pair takes one, so does a LUT alone. */
  readonly lut6Count: number;
  readonly lutCount: number;
  /** LUTs that share a LUT6: of five inputs together at most. */
  readonly pairs: readonly (readonly [NodeId, NodeId])[];
  /** Multiplexers that take no LUT. */
  readonly f7Count: number;
  readonly f8Count: number;
}

const sharedInputs = 5;

/**
 * Counts LUT6s with two outputs: two functions that together read at most five signals share one. A maximal matching, with the LUTs
 * that have the fewest partners first and pairs with the most signals in common before others, then improved along
 * augmenting paths of length three. Nothing is moved in the netlist.
 */
export function packDualOutputs(netlist: Netlist, options: PackOptions = {}): Packing {
  const live = liveNodes(netlist);
  const luts: NodeId[] = [];
  for (let node = 0; node < netlist.size; node++) {
    if (live[node] === 1 && netlist.kind(node) === "lut") luts.push(node);
  }
  const wide = options.wideMultiplexers === true ? wideMultiplexers(netlist, luts) : undefined;
  const free = luts.filter((node) => !wide?.taken.has(node) && netlist.operands(node).length <= sharedInputs);
  const pairs = matching(netlist, free);
  const saved = pairs.length + (wide?.removed ?? 0);
  return {
    lut6Count: luts.length - saved,
    lutCount: luts.length,
    pairs,
    f7Count: wide?.f7 ?? 0,
    f8Count: wide?.f8 ?? 0,
  };
}

const common = (a: Int32Array, b: Int32Array): number => a.filter((signal) => b.includes(signal)).length;

/** Partners of each LUT: those that share an input, and, while there are few LUTs, all that fit. */
function partnersOf(netlist: Netlist, luts: readonly NodeId[]): readonly number[][] {
  const operands = luts.map((node) => netlist.operands(node));
  const fits = (a: number, b: number): boolean => {
    const [x, y] = [operands[a]!, operands[b]!];
    return x.length + y.length - common(x, y) <= sharedInputs;
  };
  const partners = luts.map(() => new Set<number>());
  const join = (a: number, b: number): void => {
    if (a === b || !fits(a, b)) return;
    partners[a]!.add(b);
    partners[b]!.add(a);
  };
  if (luts.length <= 3000) {
    for (let a = 0; a < luts.length; a++) for (let b = 0; b < a; b++) join(a, b);
  } else {
    const readers = new Map<NodeId, number[]>();
    operands.forEach((list, a) => {
      for (const signal of list) {
        const known = readers.get(signal) ?? [];
        for (const b of known.slice(-64)) join(a, b);
        known.push(a);
        readers.set(signal, known);
      }
    });
  }
  return partners.map((set, a) =>
    [...set].sort((b, c) => common(operands[a]!, operands[c]!) - common(operands[a]!, operands[b]!)),
  );
}

function matching(netlist: Netlist, luts: readonly NodeId[]): (readonly [NodeId, NodeId])[] {
  const partners = partnersOf(netlist, luts);
  const mate = new Int32Array(luts.length).fill(-1);
  const degree = partners.map((list) => list.length);
  const buckets = Array.from({ length: Math.max(0, ...degree) + 1 }, (): number[] => []);
  degree.forEach((count, a) => {
    buckets[count]!.push(a);
  });
  const pair = (a: number, b: number): void => {
    mate[a] = b;
    mate[b] = a;
    for (const each of [a, b]) {
      for (const other of partners[each]!) {
        if (mate[other] !== -1) continue;
        const count = --degree[other]!;
        buckets[count]!.push(other);
      }
    }
  };
  for (let count = 0; count < buckets.length; ) {
    const a = buckets[count]!.pop();
    if (a === undefined) {
      count++;
      continue;
    }
    if (mate[a] !== -1 || degree[a] !== count) continue;
    let best = -1;
    for (const b of partners[a]!) if (mate[b] === -1 && (best < 0 || degree[b]! < degree[best]!)) best = b;
    if (best < 0) continue;
    pair(a, best);
    count = 0;
  }
  // a - (b c) - d, with a and d alone: a b and c d are one pair more.
  for (let a = 0; a < luts.length; a++) {
    if (mate[a] !== -1) continue;
    for (const b of partners[a]!) {
      const c = mate[b]!;
      const d = partners[c]!.find((each) => each !== a && mate[each] === -1);
      if (d === undefined) continue;
      mate[a] = b;
      mate[b] = a;
      mate[c] = d;
      mate[d] = c;
      break;
    }
  }
  const pairs: (readonly [NodeId, NodeId])[] = [];
  mate.forEach((b, a) => {
    if (b > a) pairs.push([luts[a]!, luts[b]!]);
  });
  return pairs;
}

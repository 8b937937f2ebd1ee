import { bitOf, type Netlist, type NodeId } from "@gatefold/netlist";

/** Where an address bit comes from: a bit of a word that no register hides. */
interface Source {
  readonly node: NodeId;
  readonly bit: number;
}

/** Shared bits that are looked at together, and products of code lists: limits of the work for one table. */
const maxSharedBits = 14;
const maxWork = 2 ** 25;
const maxListedValues = 2 ** 16;

/**
 * For each table: which addresses can come, 1 or 0 by address. Sound, never too few. Codes go forward from table to table: a source
 * emits only what its own reachable addresses give; sources that read the same bits are looked at together, for each value of
 * the shared bits. So it is exact for tables of inputs and of tables whose own sources are independent.
 */
export function reachableAddresses(netlist: Netlist): ReadonlyMap<NodeId, Uint8Array> {
  const reachable = new Map<NodeId, Uint8Array>();
  for (let node = 0; node < netlist.size; node++) {
    if (netlist.kind(node) === "table") reachable.set(node, reachableOf(netlist, node, reachable));
  }
  return reachable;
}

/** The word behind registers that a bit is taken from. */
export function sourceOf(netlist: Netlist, bit: NodeId): Source {
  const isBit = netlist.kind(bit) === "bit";
  let node = isBit ? netlist.operands(bit)[0]! : bit;
  while (netlist.kind(node) === "register") node = netlist.operands(node)[0]!;
  return { node, bit: isBit ? netlist.bitIndex(bit) : 0 };
}

/** What one source adds to the address: lists of patterns, by the values of the shared bits that it reads. */
interface Contribution {
  /** For each of this source's shared bits: its place among all shared bits. */
  readonly shared: readonly number[];
  /** By value of those bits: number of the list, or -1 for none. */
  readonly listAt: Int32Array;
  readonly lists: readonly Int32Array[];
}

function reachableOf(netlist: Netlist, table: NodeId, known: ReadonlyMap<NodeId, Uint8Array>): Uint8Array {
  const address = Array.from(netlist.operands(table), (bit) => sourceOf(netlist, bit));
  const places = new Map<NodeId, { place: number; bit: number }[]>();
  address.forEach(({ node, bit }, place) => {
    const list = places.get(node) ?? [];
    list.push({ place, bit });
    places.set(node, list);
  });
  const readers = new Map<NodeId, number>();
  for (const node of places.keys()) {
    if (netlist.kind(node) !== "table") continue;
    for (const bit of new Set(netlist.operands(node))) readers.set(bit, (readers.get(bit) ?? 0) + 1);
  }
  const candidates = [...readers].filter(([, count]) => count > 1).sort((a, b) => b[1] - a[1]);
  for (let count = Math.min(candidates.length, maxSharedBits); ; count--) {
    const shared = candidates.slice(0, count).map(([bit]) => bit);
    const parts = [...places].map(([node, bits]) => contributionOf(netlist, node, bits, shared, known));
    const largest = parts.reduce((product, { lists }) => {
      return product * lists.reduce((most, list) => Math.max(most, list.length), 1);
    }, 1);
    if (count > 0 && largest * 2 ** count > maxWork) continue;
    return productOf(parts, count, 2 ** address.length);
  }
}

function contributionOf(
  netlist: Netlist,
  node: NodeId,
  bits: readonly { place: number; bit: number }[],
  allShared: readonly NodeId[],
  known: ReadonlyMap<NodeId, Uint8Array>,
): Contribution {
  const patternOf = (value: number): number =>
    bits.reduce((pattern, { place, bit }) => pattern | (bitOf(value, bit) << place), 0);
  const care = known.get(node);
  if (care === undefined) {
    const { lo, hi } = netlist.interval(node);
    const patterns = new Set<number>();
    if (hi - lo < maxListedValues) for (let value = lo; value <= hi; value++) patterns.add(patternOf(value));
    else {
      for (let value = 0; value < 2 ** bits.length; value++) {
        patterns.add(bits.reduce((pattern, { place }, i) => pattern | (((value >>> i) & 1) << place), 0));
      }
    }
    return { shared: [], listAt: Int32Array.of(0), lists: [Int32Array.from(patterns)] };
  }
  const operands = [...netlist.operands(node)];
  const shared = allShared.flatMap((bit, i) => (operands.includes(bit) ? [i] : []));
  const at = shared.map((i) => operands.indexOf(allShared[i]!));
  const sets = Array.from({ length: 2 ** shared.length }, () => new Set<number>());
  const entries = netlist.entries(node);
  const patterns = new Map<number, number>();
  for (let a = 0; a < care.length; a++) {
    if (care[a] === 0) continue;
    const value = entries[a]!;
    let pattern = patterns.get(value);
    if (pattern === undefined) {
      pattern = patternOf(value);
      patterns.set(value, pattern);
    }
    let index = 0;
    for (let i = 0; i < at.length; i++) index |= ((a >>> at[i]!) & 1) << i;
    sets[index]!.add(pattern);
  }
  const lists: Int32Array[] = [];
  const numbers = new Map<string, number>();
  const listAt = Int32Array.from(sets, (set) => {
    if (set.size === 0) return -1;
    const list = Int32Array.from(set).sort();
    const key = list.join();
    let number = numbers.get(key);
    if (number === undefined) {
      number = lists.push(list) - 1;
      numbers.set(key, number);
    }
    return number;
  });
  return { shared, listAt, lists };
}

/** All sums of one pattern of each part, over all values of the shared bits. */
function productOf(parts: readonly Contribution[], sharedCount: number, size: number): Uint8Array {
  const result = new Uint8Array(size);
  const done = new Set<string>();
  for (let value = 0; value < 2 ** sharedCount; value++) {
    const numbers = parts.map(({ shared, listAt }) => {
      let index = 0;
      shared.forEach((place, i) => {
        index |= ((value >>> place) & 1) << i;
      });
      return listAt[index]!;
    });
    if (numbers.includes(-1)) continue;
    const key = numbers.join();
    if (done.has(key)) continue;
    done.add(key);
    let sums = Int32Array.of(0);
    parts.forEach(({ lists }, i) => {
      const list = lists[numbers[i]!]!;
      const next = new Int32Array(sums.length * list.length);
      let at = 0;
      for (const sum of sums) for (const pattern of list) next[at++] = sum | pattern;
      sums = next;
    });
    for (const address of sums) result[address] = 1;
  }
  return result;
}

import { bitOf, type Netlist, type NodeId, type Term } from "./netlist.js";
import { rebuild } from "./rebuild.js";

export interface NarrowSumsOptions {
  /**
   * Sums of up to so many bits become LUTs also where that takes one more for a carry between two halves: those that synthesis makes no
   * carry chain of either. Default: none.
   */
  readonly splitBits?: number;
}

/**
 * Sums of so few bits that each bit of the result is a function of `lutInputs` bits become LUTs, where a carry chain would take as many
 * LUTs, a way in and out of it, and time of synthesis. What such a LUT reads is looked through: a LUT of LUTs that together read
 * `lutInputs` bits is one. All else stays, and so does what outputs compute.
 */
export function narrowSums(
  netlist: Netlist,
  lutInputs: 4 | 6,
  { splitBits = 0 }: NarrowSumsOptions = {},
): Netlist {
  return rebuild(netlist, (into, node, operands) => {
    switch (netlist.kind(node)) {
      case "lut":
        return narrowLut(into, operands, netlist.init(node), lutInputs);
      case "sum": {
        const terms = netlist.terms(node).map((term, i) => partOf(into, operands[i]!, term));
        const width = netlist.width(node);
        const bits =
          sumBits(into, terms, width, lutInputs) ??
          (width <= splitBits ? splitSum(into, terms, width, lutInputs) : undefined);
        return bits && into.word(bits, netlist.signed(node), netlist.interval(node));
      }
      default:
        return undefined;
    }
  });
}

function narrowLut(
  into: Netlist,
  operands: readonly NodeId[],
  { low, high }: { readonly low: number; readonly high: number },
  lutInputs: number,
): NodeId | undefined {
  const groups = operands.map((operand) => [operand]);
  const cone = coneOf(into, groups, lutInputs);
  if (cone === undefined) return undefined;
  return lutOf(into, cone, 0, (words) => {
    const address = words.reduce((sum, word, i) => sum + word * 2 ** i, 0);
    return address < 32 ? low >>> address : high >>> (address - 32);
  });
}

/** Bits of a word, what the lowest counts, and what the word counts less where its last bit is set. */
interface Part {
  readonly bits: readonly NodeId[];
  readonly factor: number;
  readonly wrap: number;
}

function partOf(into: Netlist, operand: NodeId, { shift, negative }: Term): Part {
  const wrap = into.signed(operand) ? 2 ** into.width(operand) : 0;
  return { bits: into.bits(operand), factor: (negative ? -1 : 1) * 2 ** shift, wrap };
}

const totalOf = (parts: readonly Part[], words: readonly number[]): number =>
  parts.reduce((sum, { factor, wrap }, i) => {
    const word = words[i]!;
    return sum + factor * (2 * word >= wrap ? word - wrap : word);
  }, 0);

/** The lowest bits of a sum as LUTs of what they read; undefined where that is too much. */
function sumBits(
  into: Netlist,
  parts: readonly Part[],
  width: number,
  lutInputs: number,
): NodeId[] | undefined {
  const groups = parts.map(({ bits }) => bits);
  const cone = coneOf(into, groups, lutInputs);
  if (cone === undefined) return undefined;
  return Array.from({ length: width }, (_, b) => lutOf(into, cone, b, (words) => totalOf(parts, words)));
}

/** The same in two halves: two bits, and those above with the carry. */
function splitSum(
  into: Netlist,
  parts: readonly Part[],
  width: number,
  lutInputs: number,
): NodeId[] | undefined {
  const lows: Part[] = [];
  const highs: Part[] = [];
  for (const { bits, factor, wrap } of parts) {
    const size = Math.abs(factor);
    const cut = Math.min(bits.length, size > 2 ? 0 : 2 / size);
    const [low, high] = [bits.slice(0, cut), bits.slice(cut)];
    if (low.length > 0) lows.push({ bits: low, factor, wrap: high.length > 0 ? 0 : wrap });
    if (high.length > 0) highs.push({ bits: high, factor: (factor * 2 ** cut) / 4, wrap: wrap / 2 ** cut });
  }
  const cone = coneOf(
    into,
    lows.map(({ bits }) => bits),
    lutInputs,
  );
  if (cone === undefined) return undefined;
  const carry = (words: readonly number[]): number => Math.floor(totalOf(lows, words) / 4);
  const carries = new Set(Array.from({ length: 2 ** cone.leaves.length }, (_, a) => carry(wordsAt(cone, a))));
  const least = Math.min(...carries);
  if (Math.max(...carries) > least + 1) return undefined;
  const carried = lutOf(into, cone, 0, (words) => carry(words) - least);
  const rest: Part[] = [
    ...highs,
    { bits: [carried], factor: 1, wrap: 0 },
    { bits: [into.constant(1)], factor: least, wrap: 0 },
  ];
  const above = sumBits(into, rest, width - 2, lutInputs);
  if (above === undefined) return undefined;
  const low = [0, 1].map((b) => lutOf(into, cone, b, (words) => totalOf(lows, words)));
  return [...low, ...above];
}

interface Cone {
  /** At most as many as a LUT has inputs. */
  readonly leaves: readonly NodeId[];
  /** Each group's value as an unsigned word, by the values of the leaves as an address. */
  readonly words: readonly (readonly number[])[];
}

/**
 * Groups of bits as functions of few bits: themselves, or what LUTs among them read, of as many groups as can be. Undefined where they
 * are too many either way.
 */
function coneOf(into: Netlist, groups: readonly (readonly NodeId[])[], lutInputs: number): Cone | undefined {
  const own = groups.map((bits) => bits.filter((bit) => into.kind(bit) !== "constant"));
  const read = own.map((bits) =>
    bits.flatMap((bit) => (into.kind(bit) === "lut" ? Array.from(into.operands(bit)) : [bit])),
  );
  let best: ReadonlySet<NodeId> | undefined;
  let [mostThrough, fewest] = [-1, 0];
  for (let through = 0; through < 2 ** groups.length; through++) {
    const leaves = new Set(groups.flatMap((_, g) => ((through >> g) & 1 ? read : own)[g]!));
    if (leaves.size > lutInputs) continue;
    const count = ones(through);
    if (count < mostThrough || (count === mostThrough && leaves.size >= fewest)) continue;
    [best, mostThrough, fewest] = [leaves, count, leaves.size];
  }
  if (best === undefined) return undefined;
  const leaves = [...best];
  const place = new Map(leaves.map((leaf, i) => [leaf, i]));
  const addresses = Array.from({ length: 2 ** leaves.length }, (_, address) => address);
  const words = groups.map((bits) => {
    const values = bits.map((bit) => valuesOf(into, bit, place));
    return addresses.map((address) => values.reduce((sum, value, i) => sum + value(address) * 2 ** i, 0));
  });
  return { leaves, words };
}

/** The value of a bit that is a leaf, a constant, or a LUT of leaves. */
function valuesOf(
  into: Netlist,
  bit: NodeId,
  place: ReadonlyMap<NodeId, number>,
): (address: number) => number {
  const at = place.get(bit);
  if (at !== undefined) return (address) => (address >> at) & 1;
  if (into.kind(bit) === "constant") return () => into.interval(bit).lo;
  const { low, high } = into.init(bit);
  const places = Array.from(into.operands(bit), (operand) => place.get(operand)!);
  return (address) => {
    const own = places.reduce((sum, from, i) => sum + ((address >> from) & 1) * 2 ** i, 0);
    return (own < 32 ? low >>> own : high >>> (own - 32)) & 1;
  };
}

const wordsAt = ({ words }: Cone, address: number): number[] => words.map((word) => word[address]!);

/** Bit `index` of a function of a cone's words. */
function lutOf(into: Netlist, cone: Cone, index: number, f: (words: readonly number[]) => number): NodeId {
  let [low, high] = [0, 0];
  for (let address = 0; address < 2 ** cone.leaves.length; address++) {
    const value = f(wordsAt(cone, address));
    if (bitOf(value, index) === 0) continue;
    if (address < 32) low |= 1 << address;
    else high |= 1 << (address - 32);
  }
  return into.lut(cone.leaves, { low: low >>> 0, high: high >>> 0 });
}

const ones = (mask: number): number => mask.toString(2).replaceAll("0", "").length;

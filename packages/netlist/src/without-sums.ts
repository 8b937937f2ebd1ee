import { bitOf, type Netlist, type NodeId } from "./netlist.js";
import { liveNodes, rebuild } from "./rebuild.js";

/** The same netlist with sums and clamps as LUTs, a carry chain a term; itself where it has none. */
export function withoutSums(netlist: Netlist): Netlist {
  const live = liveNodes(netlist);
  const has = live.some((on, node) => on === 1 && ["sum", "clamp"].includes(netlist.kind(node)));
  if (!has) return netlist;
  return rebuild(netlist, (into, node, operands) => {
    const kind = netlist.kind(node);
    if (kind !== "sum" && kind !== "clamp") return undefined;
    const bits =
      kind === "sum" ? sumBits(netlist, node, into, operands) : clampBits(netlist, node, into, operands[0]!);
    return into.word(bits, netlist.signed(node), netlist.interval(node));
  });
}

/** Of three bits: whether an odd number is set, and whether two are. */
const [parity, majority] = [0b1001_0110, 0b1110_1000];

/** A full adder; `inverted` takes the second bit the other way round. */
function addBits(
  into: Netlist,
  [a, b, carry]: readonly [NodeId, NodeId, NodeId],
  inverted: boolean,
): { readonly sum: NodeId; readonly carry: NodeId } {
  const turned = (init: number): number =>
    inverted ? ((init & 0b0011_0011) << 2) | ((init & 0b1100_1100) >> 2) : init;
  const lut = (init: number): NodeId => into.lut([a, b, carry], { low: turned(init), high: 0 });
  return { sum: lut(parity), carry: lut(majority) };
}

/** Term after term, modulo two to the result's width, which holds the sum. */
function sumBits(
  netlist: Netlist,
  node: NodeId,
  into: Netlist,
  operands: readonly NodeId[],
): readonly NodeId[] {
  const zero = into.constant(0);
  let bits: readonly NodeId[] = Array.from({ length: netlist.width(node) }, () => zero);
  netlist.terms(node).forEach(({ shift, negative }, t) => {
    let carry = into.constant(negative ? 1 : 0);
    bits = bits.map((bit, b) => {
      const x = b < shift ? zero : into.bit(operands[t]!, b - shift);
      const added = addBits(into, [bit, x, carry], negative);
      carry = added.carry;
      return added.sum;
    });
  });
  return bits;
}

function clampBits(netlist: Netlist, node: NodeId, into: Netlist, word: NodeId): readonly NodeId[] {
  const { lo, hi } = netlist.interval(node);
  const [below, notAbove] = [isLess(into, word, lo), isLess(into, word, hi + 1)];
  return Array.from({ length: netlist.width(node) }, (_, b) => {
    const [low, high] = [bitOf(lo, b), bitOf(hi, b)];
    // By address: below, not above, the word's own bit.
    const chosen = (a: number): number => ((a & 1) !== 0 ? low : (a & 2) === 0 ? high : a >> 2);
    const init = Array.from({ length: 8 }, (_unused, a) => chosen(a) << a).reduce((all, bit) => all | bit, 0);
    return into.lut([below, notAbove, into.bit(word, b)], { low: init, high: 0 });
  });
}

/** Whether a word is less than a number: the sign of the difference, in a bit more than either has. */
function isLess(into: Netlist, word: NodeId, value: number): NodeId {
  const { lo, hi } = into.interval(word);
  if (value <= lo) return into.constant(0);
  if (value > hi) return into.constant(1);
  const width = into.width(word) + 1;
  let carry = into.constant(1);
  let sign = carry;
  for (let b = 0; b < width; b++) {
    const bits = [into.bit(word, b), into.constant(bitOf(value, b)), carry] as const;
    ({ sum: sign, carry } = addBits(into, bits, true));
  }
  return sign;
}

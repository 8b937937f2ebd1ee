import { bitOf, type Interval, type Netlist, type NodeId } from "@gatefold/netlist";

/** A LUT by its truth function; input 0 is the lowest bit of the address. At most six inputs. */
export function lutOf(netlist: Netlist, inputs: readonly NodeId[], f: (address: number) => boolean): NodeId {
  let [low, high] = [0, 0];
  for (let address = 0; address < 2 ** inputs.length; address++) {
    if (!f(address)) continue;
    if (address < 32) low |= 1 << address;
    else high |= 1 << (address - 32);
  }
  return netlist.lut(inputs, { low: low >>> 0, high: high >>> 0 });
}

/** `select` ? one : zero, of words. */
export function chosen(netlist: Netlist, select: NodeId, zero: NodeId, one: NodeId): NodeId {
  const [a, b] = [netlist.interval(zero), netlist.interval(one)];
  const interval: Interval = { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
  const signed = interval.lo < 0;
  const width = Math.max(
    netlist.width(zero) + (signed && a.lo >= 0 ? 1 : 0),
    netlist.width(one) + (signed && b.lo >= 0 ? 1 : 0),
  );
  const bits = Array.from({ length: width }, (_, i) =>
    lutOf(netlist, [select, netlist.bit(zero, i), netlist.bit(one, i)], (address) =>
      (address & 1) === 1 ? (address & 4) !== 0 : (address & 2) !== 0,
    ),
  );
  return netlist.word(bits, signed, interval);
}

/**
 * Whether a word is at least a constant: LUTs in a row from the lowest bits up, each of which takes as many bits as are left beside what
 * those below say.
 */
export function atLeast(netlist: Netlist, word: NodeId, least: number, lutInputs: number): NodeId {
  const { lo, hi } = netlist.interval(word);
  if (least <= lo) return netlist.constant(1);
  if (least > hi) return netlist.constant(0);
  const width = netlist.width(word);
  const signBit = lo < 0 ? width - 1 : -1;
  const bits = netlist.bits(word);
  let below: NodeId | undefined;
  let from = 0;
  // Bits under the lowest one that the constant has do not matter.
  while (from < width - 1 && bitOf(least, from) === 0) from++;
  while (from < width) {
    const taken = bits.slice(from, from + lutInputs - (below === undefined ? 0 : 1));
    const place = (i: number): number => (from + i === signBit ? -(2 ** i) : 2 ** i);
    const value = (address: number): number =>
      taken.reduce((sum, _, i) => sum + ((address >> i) & 1) * place(i), 0);
    const constant = taken.reduce((sum, _, i) => sum + bitOf(least, from + i) * place(i), 0);
    const inputs = below === undefined ? taken : [...taken, below];
    const first = below === undefined;
    below = lutOf(netlist, inputs, (address) => {
      const own = value(address & (2 ** taken.length - 1));
      return own > constant || (own === constant && (first || address >> taken.length === 1));
    });
    from += taken.length;
  }
  return below ?? netlist.constant(1);
}

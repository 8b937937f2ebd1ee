import type { Netlist, NodeId, Term } from "@gatefold/netlist";

/** Bits by weight: `columns[p]` are bits that count 2^p each. */
type Columns = NodeId[][];

/**
 * The sum of words without signs by a tree of three-term or two-term adders, the narrowest first; words that stand at the same places in two calls
 * give the same adders.
 */
export function balancedSum(netlist: Netlist, words: readonly NodeId[], ternary: boolean): NodeId {
  let level = [...words];
  if (level.length === 0) return netlist.constant(0);
  const most = ternary ? 3 : 2;
  while (level.length > 1) {
    const next: NodeId[] = [];
    for (let i = 0; i < level.length; i += most) {
      const terms = level.slice(i, i + most).map((node): Term => ({ node, shift: 0, negative: false }));
      next.push(terms.length === 1 ? terms[0]!.node : netlist.sum(terms));
    }
    level = next;
  }
  return level[0]!;
}

/**
 * The sum of words without signs by compressors: six bits of one weight become three bits (three LUTs of six inputs), three become two (two
 * LUTs), until one adder is enough.
 */
export function compress(netlist: Netlist, words: readonly NodeId[], ternary: boolean): NodeId {
  let columns: Columns = [];
  for (const word of words) {
    netlist.bits(word).forEach((bit, p) => {
      columns[p] ??= [];
      columns[p].push(bit);
    });
  }
  const rows = ternary ? 3 : 2;
  while (columns.some((column) => column !== undefined && column.length > rows)) {
    const next: Columns = [];
    const put = (p: number, bit: NodeId): void => {
      next[p] ??= [];
      next[p].push(bit);
    };
    columns.forEach((column, p) => {
      let at = 0;
      while (column.length - at > rows) {
        const taken = column.slice(at, at + (column.length - at >= 5 ? 6 : 3));
        at += taken.length;
        countBits(netlist, taken).forEach((bit, q) => {
          put(p + q, bit);
        });
      }
      for (const bit of column.slice(at)) put(p, bit);
    });
    columns = next;
  }
  const operands: NodeId[] = [];
  for (let row = 0; row < rows; row++) {
    const bits = Array.from(columns, (column) => column?.[row] ?? netlist.constant(0));
    const word = netlist.word(bits, false);
    if (netlist.interval(word).hi > 0 && bits.some((bit) => netlist.kind(bit) !== "constant"))
      operands.push(word);
  }
  return balancedSum(netlist, operands, ternary);
}

/** How many of up to six bits are set, bit by bit, one LUT each. */
export function countBits(
  netlist: Netlist,
  bits: readonly NodeId[],
  inverted: readonly boolean[] = [],
): NodeId[] {
  const width = Math.floor(Math.log2(bits.length)) + 1;
  const flip = bits.reduce((mask, _, i) => mask | (inverted[i] === true ? 1 << i : 0), 0);
  return Array.from({ length: width }, (_, p) => {
    let [low, high] = [0, 0];
    for (let address = 0; address < 2 ** bits.length; address++) {
      let count = 0;
      for (let rest = address ^ flip; rest > 0; rest >>= 1) count += rest & 1;
      if (((count >> p) & 1) === 0) continue;
      if (address < 32) low |= 1 << address;
      else high |= 1 << (address - 32);
    }
    return netlist.lut(bits, { low: low >>> 0, high: high >>> 0 });
  });
}

import type { Netlist, NodeId } from "@gatefold/netlist";

/** `scale · node + offset`. */
export interface ScaledWord {
  readonly node: NodeId;
  readonly scale: number;
  readonly offset: number;
}

/** The sum of scaled words, whose scales are powers of two with a sign, two at a time. */
export function addAll(netlist: Netlist, words: readonly ScaledWord[]): ScaledWord {
  let round = [...words];
  while (round.length > 1) {
    const next: ScaledWord[] = [];
    for (let i = 0; i < round.length; i += 2) {
      const [a, b] = [round[i]!, round[i + 1]];
      next.push(b === undefined ? a : add(netlist, a, b));
    }
    round = next;
  }
  return round[0]!;
}

function add(netlist: Netlist, a: ScaledWord, b: ScaledWord): ScaledWord {
  const isZero = ({ node }: ScaledWord): boolean => netlist.width(node) === 0;
  const offset = a.offset + b.offset;
  if (isZero(a)) return { ...b, offset };
  if (isZero(b)) return { ...a, offset };
  const least = Math.min(Math.abs(a.scale), Math.abs(b.scale));
  const scale = a.scale < 0 && b.scale < 0 ? -least : least;
  const terms = [a, b].map((word) => ({
    node: word.node,
    shift: Math.log2(Math.abs(word.scale) / least),
    negative: word.scale / scale < 0,
  }));
  return { node: netlist.sum(terms), scale, offset };
}

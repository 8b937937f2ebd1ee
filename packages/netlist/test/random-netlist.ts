import fc from "fast-check";
import { Netlist, type NodeId } from "../src/index.js";

/** Draws a netlist of all kinds of nodes; `pick` gives numbers below its argument. */
export function randomNetlist(pick: (below: number) => number): Netlist {
  const netlist = new Netlist("random");
  const words: NodeId[] = [];
  const any = (): NodeId => words[pick(words.length)]!;
  const bit = (): NodeId => netlist.bit(any(), pick(6));
  for (let i = 0; i < 3; i++) {
    const lo = pick(20) - 12;
    words.push(netlist.input(`x${i}`, { lo, hi: lo + pick(18) }));
  }
  const size = 4 + pick(30);
  for (let i = 0; i < size; i++) {
    const kinds = [
      () => netlist.constant(pick(40) - 20),
      bit,
      () => netlist.word([bit(), bit(), bit()], pick(2) === 1),
      () =>
        netlist.lut(Array.from({ length: 1 + pick(6) }, bit), { low: pick(2 ** 32), high: pick(2 ** 32) }),
      () => {
        const address = Array.from({ length: 1 + pick(4) }, bit);
        return netlist.table(
          address,
          Array.from({ length: 2 ** address.length }, () => pick(50) - 25),
        );
      },
      () =>
        netlist.sum(
          Array.from({ length: 2 + pick(2) }, () => ({
            node: any(),
            shift: pick(3),
            negative: pick(2) === 1,
          })),
        ),
      () => {
        const lo = pick(30) - 15;
        return netlist.clamp(any(), { lo, hi: lo + pick(20) });
      },
    ];
    words.push(kinds[pick(kinds.length)]!());
  }
  for (let o = 0; o < 4; o++) netlist.output(`y${o}`, any());
  return netlist;
}

export const netlists: fc.Arbitrary<Netlist> = fc.infiniteStream(fc.nat(2 ** 32 - 1)).map((numbers) => {
  const next = numbers[Symbol.iterator]();
  return randomNetlist((below) => next.next().value! % below);
});

export const drawVectors = (netlist: Netlist, count: number, seed: number): number[][] => {
  let state = seed % 2147483646 || 1;
  return netlist.inputs.map(({ node }) => {
    const { lo, hi } = netlist.interval(node);
    return Array.from({ length: count }, () => {
      state = (state * 48271) % 2147483647;
      return lo + (state % (hi - lo + 1));
    });
  });
};

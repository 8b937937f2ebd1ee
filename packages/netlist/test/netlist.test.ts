import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bitOf,
  evaluate,
  latencyCycles,
  Netlist,
  type NodeId,
  parseNetlist,
  printNetlist,
  rebuild,
  simulate,
  statsOf,
} from "../src/index.js";

/** Draws a netlist of all kinds of nodes; `pick` gives numbers below its argument. */
function randomNetlist(pick: (below: number) => number): Netlist {
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

const netlists = fc.infiniteStream(fc.nat(2 ** 32 - 1)).map((numbers) => {
  const next = numbers[Symbol.iterator]();
  return randomNetlist((below) => next.next().value! % below);
});

const drawVectors = (netlist: Netlist, count: number, seed: number): number[][] => {
  let state = seed % 2147483646 || 1;
  return netlist.inputs.map(({ node }) => {
    const { lo, hi } = netlist.interval(node);
    return Array.from({ length: count }, () => {
      state = (state * 48271) % 2147483647;
      return lo + (state % (hi - lo + 1));
    });
  });
};

describe("netlist", () => {
  it("simulates what it evaluates, in every interval", () => {
    fc.assert(
      fc.property(netlists, fc.nat(), (netlist, seed) => {
        const vectors = drawVectors(netlist, 70, seed);
        const simulated = simulate(netlist, vectors);
        const expected = Array.from({ length: 70 }, (_, v) =>
          evaluate(
            netlist,
            vectors.map((of) => of[v]!),
          ),
        );
        expect(expected.map((_, v) => simulated.map((of) => of[v]))).toEqual(expected);
        netlist.outputs.forEach(({ node }, o) => {
          const { lo, hi } = netlist.interval(node);
          expect(expected.every((of) => of[o]! >= lo && of[o]! <= hi)).toBe(true);
        });
      }),
      { numRuns: 200 },
    );
  });

  it("prints and parses to the same text, and rebuilds to the same function", () => {
    fc.assert(
      fc.property(netlists, fc.nat(), (netlist, seed) => {
        const text = printNetlist(netlist);
        expect(printNetlist(parseNetlist(text))).toBe(text);
        const vectors = drawVectors(netlist, 20, seed);
        expect(simulate(rebuild(netlist), vectors)).toEqual(simulate(netlist, vectors));
      }),
    );
  });

  it("makes equal nodes once and drops what does not matter", () => {
    const netlist = new Netlist("small");
    const [a, b] = [netlist.input("a", { lo: 0, hi: 1 }), netlist.input("b", { lo: 0, hi: 1 })];
    const and = netlist.lut([a, b], { low: 0b1000, high: 0 });
    expect(netlist.lut([b, a], { low: 0b1000, high: 0 })).toBe(and);
    expect(netlist.lut([a, b, a], { low: 0b1000_0000, high: 0 })).toBe(and);
    expect(netlist.lut([a, b], { low: 0b1010, high: 0 })).toBe(a);
    expect(netlist.kind(netlist.lut([a, b], { low: 0b1111, high: 0 }))).toBe("constant");
    expect(netlist.lut([a, netlist.constant(1)], { low: 0b1000, high: 0 })).toBe(a);
    const word = netlist.word([a, and], true);
    expect(netlist.bit(word, 5)).toBe(and);
  });

  it("counts clocks and refuses words of different clocks", () => {
    const netlist = new Netlist("pipe");
    const x = netlist.input("x", { lo: 0, hi: 7 });
    const later = netlist.register(x);
    netlist.output(
      "y",
      netlist.sum([
        { node: later, shift: 0, negative: false },
        { node: netlist.constant(3), shift: 1, negative: false },
      ]),
    );
    expect(latencyCycles(netlist)).toBe(1);
    expect(statsOf(netlist)).toEqual({ byKind: { input: 1, register: 1, constant: 1, sum: 1 }, levels: 1 });
    netlist.output(
      "bad",
      netlist.sum([
        { node: later, shift: 0, negative: false },
        { node: x, shift: 0, negative: true },
      ]),
    );
    expect(() => latencyCycles(netlist)).toThrow(/reads words of clock 1 and of clock 0/);
  });

  it("gives bits of negative integers in two's complement", () => {
    expect([0, 1, 2, 3, 60].map((i) => bitOf(-3, i))).toEqual([1, 0, 1, 1, 1]);
  });

  it("refuses what cannot be", () => {
    const netlist = new Netlist("bad");
    const x = netlist.input("x", { lo: -2, hi: 5 });
    expect(() => netlist.lut([x], { low: 1, high: 0 })).toThrow(/is a word of -2 … 5 where a bit is read/);
    expect(() => netlist.table([netlist.bit(x, 0)], [1])).toThrow(/A table of 1 entries has 1 address bits/);
    expect(() => netlist.table([netlist.bit(x, 0)], [1, 0.5])).toThrow(/Entry 1 of a table is 0.5/);
    expect(() => netlist.input("x", { lo: 0, hi: 1 })).toThrow(/two inputs x/);
    expect(() => netlist.input("z", { lo: 1, hi: 0 })).toThrow(/interval 1 … 0/);
    expect(() => netlist.output("y", 99)).toThrow(/no node %99/);
    expect(() => netlist.word([netlist.bit(x, 0)], false, { lo: 0, hi: 2 })).toThrow(/cannot reach 0 … 2/);
    expect(() => evaluate(netlist, [9])).toThrow(/Input x is 9/);
    expect(() => parseNetlist('netlist "a"\n%0 = constant 1\n%1 = lut 0x2 %7\n')).toThrow(
      /Line 3: %7 is not defined/,
    );
    expect(() => parseNetlist('netlist "a"\n%0 = gate 1\n')).toThrow(/Line 2: There is no node 'gate'/);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bitOf,
  evaluate,
  latencyCycles,
  Netlist,
  parseNetlist,
  printNetlist,
  rebuild,
  simulate,
  statsOf,
} from "../src/index.js";
import { drawVectors, netlists } from "./random-netlist.js";

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
    const [zero, one] = [netlist.constant(0), netlist.constant(1)];
    expect(netlist.word([one, zero, one], true)).toBe(netlist.constant(-3));
    expect(netlist.table([zero, one], [4, 5, 6, 7])).toBe(netlist.constant(6));
    expect(netlist.table([a, one, b], [0, 0, 1, 2, 0, 0, 3, 4])).toBe(netlist.table([a, b], [1, 2, 3, 4]));
  });

  it("drops each input of a LUT that is without effect, of LUTs of all sizes", () => {
    const netlist = new Netlist("luts");
    const bits = Array.from({ length: 6 }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));
    for (let size = 1; size <= 6; size++) {
      for (let dead = -1; dead < size; dead++) {
        // the parity of all inputs but one: each other matters
        let init = 0n;
        for (let a = 0; a < 2 ** size; a++) {
          let ones = 0;
          for (let i = 0; i < size; i++) if (i !== dead) ones += (a >>> i) & 1;
          if (ones % 2 === 0) init |= 1n << BigInt(a);
        }
        const halves = { low: Number(init & 0xffffffffn), high: Number(init >> 32n) };
        const lut = netlist.lut(bits.slice(0, size), halves);
        const expected = bits.slice(0, size).filter((_, i) => i !== dead);
        expect(Array.from(netlist.operands(lut))).toEqual(expected);
        // entries past the function's do not matter
        if (size < 5) {
          const padded = { low: (halves.low | (1 << (2 ** size))) >>> 0, high: 7 };
          expect(netlist.lut(bits.slice(0, size), padded)).toBe(lut);
        }
      }
    }
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

  it("keeps the interval of a sum whose terms cancel, in text and in a rebuilt netlist", () => {
    const netlist = new Netlist("cancel");
    const x = netlist.input("x", { lo: -8, hi: 7 });
    const terms = [
      {
        node: netlist.sum([x, x].map((node, i) => ({ node, shift: 2 * i, negative: false }))),
        shift: 0,
        negative: false,
      },
      { node: x, shift: 2, negative: true },
    ];
    const wide = netlist.sum(terms);
    const exact = netlist.sum(terms, { lo: -8, hi: 7 });
    expect(netlist.interval(wide)).toEqual({ lo: -68, hi: 67 });
    expect(netlist.interval(exact)).toEqual({ lo: -8, hi: 7 });
    netlist.output("wide", wide);
    netlist.output("exact", exact);
    const text = printNetlist(netlist);
    expect(text).toContain("%3 = sum +%1<<0 -%0<<2 within -8 7\n");
    expect(text).toContain("%2 = sum +%1<<0 -%0<<2\n");
    expect(printNetlist(parseNetlist(text))).toBe(text);
    expect(printNetlist(rebuild(netlist))).toBe(text);
    const all = [Array.from({ length: 16 }, (_, i) => i - 8)];
    expect(simulate(netlist, all).map((y) => [...y])).toEqual([...all, ...all]);
    expect(() => netlist.sum(terms, { lo: 200, hi: 300 })).toThrow(/interval 200 … 67/);
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

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costOf, evaluate, Netlist, type NodeId, narrowSums, statsOf } from "../src/index.js";
import { drawVectors, netlists } from "./random-netlist.js";

const bits = (netlist: Netlist, count: number): NodeId[] =>
  Array.from({ length: count }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));

const plus = (netlist: Netlist, a: NodeId, b: NodeId, negative = false): NodeId =>
  netlist.sum([
    { node: a, shift: 0, negative: false },
    { node: b, shift: 0, negative },
  ]);

describe("narrowSums", () => {
  it("keeps the function, and leaves no sum of few bits", () => {
    fc.assert(
      fc.property(netlists, fc.constantFrom(4, 6), fc.nat(), (netlist, lutInputs, seed) => {
        const made = narrowSums(netlist, lutInputs);
        const vectors = drawVectors(netlist, 16, seed);
        for (let v = 0; v < 16; v++) {
          const inputs = vectors.map((of) => of[v]!);
          expect(evaluate(made, inputs)).toEqual(evaluate(netlist, inputs));
        }
        for (let node = 0; node < made.size; node++) {
          if (made.kind(node) !== "sum") continue;
          const read = new Set(Array.from(made.operands(node)).flatMap((operand) => made.bits(operand)));
          const varying = [...read].filter((bit) => made.kind(bit) !== "constant");
          expect(varying.length).toBeGreaterThan(lutInputs);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("splits a sum of up to so many bits where its halves are narrow", () => {
    fc.assert(
      fc.property(netlists, fc.nat(), (netlist, seed) => {
        const made = narrowSums(netlist, 4, { splitBits: 8 });
        const vectors = drawVectors(netlist, 16, seed);
        for (let v = 0; v < 16; v++) {
          const inputs = vectors.map((of) => of[v]!);
          expect(evaluate(made, inputs)).toEqual(evaluate(netlist, inputs));
        }
      }),
      { numRuns: 300 },
    );
    for (const negative of [false, true]) {
      for (const lo of [0, -4]) {
        const netlist = new Netlist("three");
        const [a, b] = [netlist.input("a", { lo: 0, hi: 7 }), netlist.input("b", { lo, hi: lo + 7 })];
        netlist.output("y", plus(netlist, a, b, negative));
        const made = narrowSums(netlist, 4, { splitBits: netlist.width(netlist.outputs[0]!.node) });
        // two bits, their carry, and what is above
        expect(statsOf(made).byKind["sum"]).toBeUndefined();
        expect(costOf(made, 4).lutCount).toBe(netlist.width(netlist.outputs[0]!.node) + 1);
        for (let x = 0; x < 8; x++) {
          for (let y = lo; y < lo + 8; y++)
            expect(evaluate(made, [x, y])).toEqual([negative ? x - y : x + y]);
        }
      }
    }
  });

  it("counts bits in one level, through the sums between", () => {
    const netlist = new Netlist("count");
    const x = bits(netlist, 6);
    netlist.output(
      "y",
      x.reduce((sum, bit) => plus(netlist, sum, bit)),
    );
    const made = narrowSums(netlist, 6);
    expect(statsOf(made)).toMatchObject({ levels: 1, byKind: { lut: 3 } });
    expect(costOf(made, 6).lutCount).toBe(3);
    // of four inputs: three LUTs count four of the bits, and three each add a bit to a count
    expect(statsOf(narrowSums(netlist, 4))).toMatchObject({ levels: 3, byKind: { lut: 9 } });
  });

  it("leaves a sum that has more bits than a LUT, and reads none twice", () => {
    const netlist = new Netlist("wide");
    const [a, b] = [netlist.input("a", { lo: 0, hi: 7 }), netlist.input("b", { lo: -4, hi: 3 })];
    netlist.output("y", plus(netlist, a, b, true));
    netlist.output("z", plus(netlist, a, netlist.bit(a, 1)));
    const { byKind } = statsOf(narrowSums(netlist, 4));
    expect(byKind["sum"]).toBe(1);
    // a bit each of what the three bits of `a` make
    expect(byKind["lut"]).toBe(4);
  });
});

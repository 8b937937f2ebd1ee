import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bitOf, evaluate, Netlist, printBlif } from "../src/index.js";
import { drawVectors, netlists } from "./random-netlist.js";

/** What a BLIF text computes, its latches taken as wires. */
function run(text: string, inputs: ReadonlyMap<string, number>): Map<string, number> {
  const values = new Map(inputs);
  const lines = text.trim().split("\n");
  for (let i = 0; i < lines.length; i++) {
    const words = lines[i]!.split(" ");
    if (words[0] === ".latch") values.set(words[2]!, values.get(words[1]!)!);
    if (words[0] !== ".names") continue;
    const signals = words.slice(1, -1).map((name) => values.get(name)!);
    let value = 0;
    while (!lines[i + 1]!.startsWith(".")) {
      const row = lines[++i]!.split(" ");
      if (row.length === 1 || [...row[0]!].every((bit, j) => Number(bit) === signals[j])) value = 1;
    }
    values.set(words.at(-1)!, value);
  }
  return values;
}

const network = (): Netlist => {
  const netlist = new Netlist("a b");
  const x = netlist.input("x", { lo: -4, hi: 3 });
  const c = netlist.input("c", { lo: 0, hi: 1 });
  const lut = netlist.lut([netlist.bit(x, 0), netlist.bit(x, 1), c], { low: 0b10010110, high: 0 });
  const table = netlist.register(netlist.table([lut, netlist.bit(x, 2), c], [3, -2, 1, 0, -4, 2, 2, -1]));
  netlist.output("y", table);
  netlist.output("z", netlist.register(lut));
  netlist.output("w", netlist.word([netlist.register(c), netlist.bit(table, 2)], true));
  netlist.output("one", netlist.constant(1));
  return netlist;
};

describe("BLIF", () => {
  it("computes what the netlist does", () => {
    const netlist = network();
    const text = printBlif(netlist);
    expect(text).toContain(".model a_b\n.inputs x[0] x[1] x[2] c\n.outputs y[0] y[1] y[2] z w[0] w[1] one\n");
    for (let x = -4; x < 4; x++) {
      for (let c = 0; c < 2; c++) {
        const inputs = new Map([0, 1, 2].map((b) => [`x[${b}]`, (x >> b) & 1]));
        const values = run(text, inputs.set("c", c));
        const bits = (name: string, count: number): number[] =>
          Array.from({ length: count }, (_, b) => values.get(count === 1 ? name : `${name}[${b}]`)!);
        const [y, z, w, one] = evaluate(netlist, [x, c]) as [number, number, number, number];
        expect(bits("y", 3)).toEqual([y & 1, (y >> 1) & 1, (y >> 2) & 1]);
        expect([bits("z", 1), bits("one", 1)]).toEqual([[z], [one]]);
        expect(bits("w", 2)).toEqual([w & 1, (w >> 1) & 1]);
      }
    }
  });

  it("has sums and saturations as LUTs", () => {
    fc.assert(
      fc.property(netlists, fc.nat(), (netlist, seed) => {
        const text = printBlif(netlist);
        const vectors = drawVectors(netlist, 10, seed);
        for (let v = 0; v < 10; v++) {
          const words = vectors.map((of) => of[v]!);
          const given = netlist.inputs.flatMap(({ name, node }, i) => {
            const width = netlist.width(node);
            return Array.from(
              { length: width },
              (_, b) => [width === 1 ? name : `${name}[${b}]`, bitOf(words[i]!, b)] as const,
            );
          });
          const values = run(text, new Map(given));
          netlist.outputs.forEach(({ name, node }, o) => {
            const width = netlist.width(node);
            const value = evaluate(netlist, words)[o]!;
            for (let b = 0; b < width; b++)
              expect(values.get(width === 1 ? name : `${name}[${b}]`)).toBe(bitOf(value, b));
          });
        }
      }),
      { numRuns: 150 },
    );
  });

  it("refuses tables of more inputs than can be listed", () => {
    const netlist = new Netlist("large");
    const x = netlist.input("x", { lo: 0, hi: 2 ** 17 - 1 });
    const entries = Int32Array.from({ length: 2 ** 17 }, (_, a) => a & 3);
    netlist.output("y", netlist.table(netlist.bits(x), entries));
    expect(() => printBlif(netlist)).toThrow("is a table of 17 inputs, which BLIF has no words for");
  });

  it("refuses an output with the name of another signal's input", () => {
    const netlist = network();
    netlist.output("x", netlist.outputs[0]!.node);
    expect(() => printBlif(netlist)).toThrow("an output with the name of input x");
  });
});

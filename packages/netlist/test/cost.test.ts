import { describe, expect, it } from "vitest";
import { adderBits, costOf, logicNetsLuts, Netlist, tableLuts } from "../src/index.js";

describe("logicNetsLuts", () => {
  it.each([
    [1, 1],
    [4, 1],
    [5, 1],
    [6, 1],
    [7, 3],
    [8, 5],
    [9, 11],
    [10, 21],
    [12, 85],
    [15, 683],
  ])("a table of %d bits: %d LUTs an output", (bits, luts) => {
    expect(logicNetsLuts(bits, 1)).toBe(luts);
    expect(logicNetsLuts(bits, 3)).toBe(3 * luts);
  });

  it("has its counterpart for LUTs of four inputs: leaves and 2:1 multiplexers", () => {
    expect([3, 4, 5, 6, 8].map((bits) => tableLuts(bits, 1, 4))).toEqual([1, 1, 3, 7, 31]);
  });
});

describe("costOf", () => {
  const word = (bits: number): { lo: number; hi: number } => ({ lo: 0, hi: 2 ** bits - 1 });

  it("counts LUTs, tables, carry bits and registers of live nodes", () => {
    const netlist = new Netlist("n");
    const [a, b] = [netlist.input("a", word(4)), netlist.input("b", word(4))];
    const sum = netlist.sum([
      { node: a, shift: 0, negative: false },
      { node: b, shift: 0, negative: true },
    ]);
    const lut = netlist.lut([netlist.bit(a, 0), netlist.bit(b, 1)], { low: 8, high: 0 });
    netlist.table(
      netlist.bits(a),
      Array.from({ length: 16 }, (_, i) => i ^ 5),
    );
    netlist.output("s", netlist.register(sum));
    netlist.output("l", lut);
    netlist.output(
      "t",
      netlist.table(
        [...netlist.bits(a), ...netlist.bits(b)],
        Array.from({ length: 256 }, (_, i) => (i * 37) % 4),
      ),
    );
    expect(costOf(netlist, 6)).toEqual({
      lutCount: 1 + 2 * 5 + 4,
      logicLuts: 1,
      tableLuts: 10,
      carryBits: 4,
      subtractBits: 4,
      clampLuts: 0,
      ffCount: 5,
    });
    expect(costOf(netlist, 4).tableLuts).toBe(62);
  });

  it("counts the bits of an adder that overlap: wires below cost nothing", () => {
    const span = (top: number, step: number): Parameters<typeof adderBits>[0][number] => ({
      top,
      step,
      signed: false,
    });
    expect(adderBits([span(8, 0), span(8, 0)])).toBe(8);
    expect(adderBits([span(8, 0), span(12, 4)])).toBe(8);
    expect(adderBits([span(8, 0), span(8, 0), span(8, 0)])).toBe(9);
  });
});

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

  it("takes LUTs of as many inputs as the device's for logic, and more of them for tables", () => {
    const netlist = new Netlist("n");
    const bits = netlist.bits(netlist.input("a", word(6)));
    for (const inputs of [3, 4, 5, 6])
      netlist.output(`y${inputs}`, netlist.lut(bits.slice(0, inputs), { low: 0x6996_9668, high: 1 }));
    expect(costOf(netlist, 6)).toMatchObject({ lutCount: 4, logicLuts: 4, tableLuts: 0 });
    expect(costOf(netlist, 4)).toMatchObject({ lutCount: 2 + 3 + 7, logicLuts: 2, tableLuts: 3 + 7 });
  });

  it("compares with the ends that a saturation cuts off, and only those", () => {
    const lutsOf = (lo: number, hi: number): number => {
      const netlist = new Netlist("n");
      netlist.output("y", netlist.clamp(netlist.input("x", { lo: -128, hi: 127 }), { lo, hi }));
      return costOf(netlist, 6).clampLuts;
    };
    // a comparison of 7 bits is two LUTs behind each other; then one for each bit that leaves
    expect([lutsOf(-8, 127), lutsOf(-128, 7), lutsOf(-8, 7)]).toEqual([2 + 8, 2 + 8, 4 + 4]);
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

import { describe, expect, it } from "vitest";
import { cellDesign, mask, random, signedOf, type TestCell } from "./cell-model.js";

interface Facts {
  readonly a: bigint;
  readonly b: bigint;
  readonly s: bigint;
  /** A and B as numbers, signed where both are. */
  readonly x: bigint;
  readonly y: bigint;
  /** A alone, signed where A is. */
  readonly av: bigint;
  readonly bv: bigint;
  readonly aWidth: number;
  readonly bWidth: number;
  readonly yWidth: number;
  readonly aSigned: boolean;
  readonly signed: boolean;
}

const bool = (value: boolean): bigint => (value ? 1n : 0n);
const parity = (value: bigint): boolean => value.toString(2).replaceAll("0", "").length % 2 === 1;
/** A in the width of the expression, as the unsigned number of its bits. */
const wide = (f: Facts): bigint => f.av & mask(Math.max(f.aWidth, f.yWidth));
const shiftRight = (value: bigint, places: bigint): bigint =>
  places >= 5000n ? (value < 0n ? -1n : 0n) : value >> places;
const shiftLeft = (value: bigint, places: bigint): bigint => (places >= 5000n ? 0n : value << places);
const both = (value: bigint, places: bigint): bigint =>
  places < 0n ? shiftLeft(value, -places) : shiftRight(value, places);

/** What each cell computes, on unlimited integers; the result is taken modulo 2^Y_WIDTH. */
const binary: Record<string, (f: Facts) => bigint> = {
  $add: (f) => f.x + f.y,
  $sub: (f) => f.x - f.y,
  $mul: (f) => f.x * f.y,
  $div: (f) => (f.y === 0n ? 0n : f.x / f.y),
  $mod: (f) => (f.y === 0n ? 0n : f.x % f.y),
  $and: (f) => f.x & f.y,
  $or: (f) => f.x | f.y,
  $xor: (f) => f.x ^ f.y,
  $xnor: (f) => ~(f.x ^ f.y),
  $eq: (f) => bool(f.x === f.y),
  $ne: (f) => bool(f.x !== f.y),
  $eqx: (f) => bool(f.x === f.y),
  $nex: (f) => bool(f.x !== f.y),
  $lt: (f) => bool(f.x < f.y),
  $le: (f) => bool(f.x <= f.y),
  $gt: (f) => bool(f.x > f.y),
  $ge: (f) => bool(f.x >= f.y),
  $logic_and: (f) => bool(f.a !== 0n && f.b !== 0n),
  $logic_or: (f) => bool(f.a !== 0n || f.b !== 0n),
  $shl: (f) => shiftLeft(wide(f), f.b),
  $sshl: (f) => shiftLeft(wide(f), f.b),
  $shr: (f) => shiftRight(wide(f), f.b),
  $sshr: (f) => shiftRight(f.aSigned ? signedOf(wide(f), Math.max(f.aWidth, f.yWidth)) : wide(f), f.b),
  $shift: (f) => both(wide(f), f.bv),
  $shiftx: (f) => both(f.a, f.bv),
};
const unary: Record<string, (f: Facts) => bigint> = {
  $not: (f) => ~f.av,
  $pos: (f) => f.av,
  $neg: (f) => -f.av,
  $reduce_and: (f) => bool(f.a === mask(f.aWidth)),
  $reduce_or: (f) => bool(f.a !== 0n),
  $reduce_bool: (f) => bool(f.a !== 0n),
  $reduce_xor: (f) => bool(parity(f.a)),
  $reduce_xnor: (f) => bool(!parity(f.a)),
  $logic_not: (f) => bool(f.a === 0n),
};

const widths = [1, 3, 8, 31, 32, 33, 63, 64, 65, 100, 128, 200, 331];
/** Cells whose second operand is signed on its own. */
const signedAmount = new Set(["$shift", "$shiftx"]);
const shifts = new Set(["$shl", "$sshl", "$shr", "$sshr", "$shift", "$shiftx"]);

function cases(type: string, isBinary: boolean, count: number, seed: number): TestCell[] {
  const r = random(seed);
  const width = (): number =>
    r.below(2) === 0 ? (widths[r.below(widths.length)] as number) : 1 + r.below(80);
  return Array.from({ length: count }, () => {
    const aWidth = width();
    const bWidth = shifts.has(type) && r.below(3) > 0 ? 1 + r.below(9) : width();
    const yWidth = width();
    const aSigned = type === "$shiftx" ? 0 : r.below(2);
    const bSigned = shifts.has(type)
      ? signedAmount.has(type)
        ? r.below(2)
        : 0
      : r.below(4) > 0
        ? aSigned
        : 1 - aSigned;
    const parameters = { A_SIGNED: aSigned, A_WIDTH: aWidth, Y_WIDTH: yWidth };
    if (!isBinary) return { type, parameters, inputs: { A: aWidth }, outputs: { Y: yWidth } };
    return {
      type,
      parameters: { ...parameters, B_SIGNED: bSigned, B_WIDTH: bWidth },
      inputs: { A: aWidth, B: bWidth },
      outputs: { Y: yWidth },
    };
  });
}

function check(cells: readonly TestCell[], model: (f: Facts) => bigint, rounds: number): void {
  const simulation = cellDesign(cells).simulate();
  const r = random(99);
  for (let round = 0; round < rounds; round++) {
    const values = cells.map((cell, i) => {
      const [aWidth, bWidth, yWidth] = [cell.inputs["A"] ?? 0, cell.inputs["B"] ?? 0, cell.outputs["Y"] ?? 0];
      const a = r.bits(aWidth);
      const b = bWidth === 0 ? 0n : r.below(5) === 0 && aWidth === bWidth ? a : r.bits(bWidth);
      simulation.poke(`A${i}`, a);
      if (bWidth > 0) simulation.poke(`B${i}`, b);
      const aSigned = cell.parameters["A_SIGNED"] === 1;
      const bSigned = cell.parameters["B_SIGNED"] === 1;
      const signed = aSigned && bSigned;
      const av = aSigned ? signedOf(a, aWidth) : a;
      const bv = bSigned ? signedOf(b, bWidth) : b;
      return {
        a,
        b,
        s: 0n,
        x: signed ? av : a,
        y: signed ? bv : b,
        av,
        bv,
        aWidth,
        bWidth,
        yWidth,
        aSigned,
        signed,
      };
    });
    values.forEach((facts, i) => {
      const got = simulation.peek(`Y${i}`);
      const want = model(facts) & mask(facts.yWidth);
      if (got !== want)
        expect.fail(`${JSON.stringify(cells[i])} a=${facts.a} b=${facts.b}: ${got}, not ${want}`);
    });
  }
}

describe("cells agree with integer arithmetic", () => {
  it.each(Object.keys(binary))("%s", (type) => {
    check(cases(type, true, 60, type.length), binary[type] as (f: Facts) => bigint, 12);
  });
  it.each(Object.keys(unary))("%s", (type) => {
    check(cases(type, false, 60, type.length), unary[type] as (f: Facts) => bigint, 12);
  });

  it("$div on the least number by -1", () => {
    const parameters = { A_SIGNED: 1, A_WIDTH: 64, B_SIGNED: 1, B_WIDTH: 64, Y_WIDTH: 64 };
    const cell = { parameters, inputs: { A: 64, B: 64 }, outputs: { Y: 64 } };
    const s = cellDesign([
      { ...cell, type: "$div" },
      { ...cell, type: "$mod" },
    ]).simulate();
    for (const i of [0, 1]) {
      s.poke(`A${i}`, 1n << 63n);
      s.poke(`B${i}`, -1);
    }
    expect([s.peek("Y0"), s.peek("Y1")]).toEqual([1n << 63n, 0n]);
  });

  it("$pow, with negative bases and exponents", () => {
    const cells = [0, 1].map((sign) => ({
      type: "$pow",
      parameters: { A_SIGNED: sign, B_SIGNED: sign },
      inputs: { A: 8, B: 5 },
      outputs: { Y: 40 },
    }));
    const s = cellDesign(cells).simulate();
    for (let a = -128; a < 128; a++) {
      for (let b = -16; b < 16; b++) {
        const whole = a === 1 ? 1n : a === -1 ? (b % 2 === 0 ? 1n : -1n) : 0n;
        s.poke("A1", a);
        s.poke("B1", b);
        expect(s.peek("Y1")).toBe((b < 0 ? whole : BigInt(a) ** BigInt(b)) & mask(40));
        s.poke("A0", a & 255);
        s.poke("B0", b & 31);
        expect(s.peek("Y0")).toBe((BigInt(a & 255) ** BigInt(b & 31)) & mask(40));
      }
    }
  });
});

describe("selecting cells", () => {
  const r = random(7);
  const selectWidths = [1, 5, 8, 37, 64, 65, 150];

  it.each(selectWidths)("$mux and $pmux of %i bits", (width) => {
    const ways = 5;
    const s = cellDesign([
      {
        type: "$mux",
        parameters: { WIDTH: width },
        inputs: { A: width, B: width, S: 1 },
        outputs: { Y: width },
      },
      {
        type: "$pmux",
        parameters: { WIDTH: width, S_WIDTH: ways },
        inputs: { A: width, B: width * ways, S: ways },
        outputs: { Y: width },
      },
    ]).simulate();
    for (let round = 0; round < 30; round++) {
      const [a, b, all] = [r.bits(width), r.bits(width), r.bits(width * ways)];
      const chosen = r.below(ways + 1);
      s.poke("A0", a);
      s.poke("B0", b);
      s.poke("S0", round % 2);
      s.poke("A1", a);
      s.poke("B1", all);
      s.poke("S1", chosen === ways ? 0 : 1 << chosen);
      expect(s.peek("Y0")).toBe(round % 2 === 0 ? a : b);
      expect(s.peek("Y1")).toBe(chosen === ways ? a : (all >> BigInt(chosen * width)) & mask(width));
    }
  });

  it.each(selectWidths)("$bmux and $demux of %i bits", (width) => {
    const select = 3;
    const s = cellDesign([
      {
        type: "$bmux",
        parameters: { WIDTH: width, S_WIDTH: select },
        inputs: { A: width * 8, S: select },
        outputs: { Y: width },
      },
      {
        type: "$demux",
        parameters: { WIDTH: width, S_WIDTH: select },
        inputs: { A: width, S: select },
        outputs: { Y: width * 8 },
      },
    ]).simulate();
    for (let i = 0; i < 8; i++) {
      const [table, a] = [r.bits(width * 8), r.bits(width)];
      s.poke("A0", table);
      s.poke("S0", i);
      s.poke("A1", a);
      s.poke("S1", i);
      expect(s.peek("Y0")).toBe((table >> BigInt(i * width)) & mask(width));
      expect(s.peek("Y1")).toBe(a << BigInt(i * width));
    }
  });

  it.each([4, 8])("$lut of %i inputs", (inputs) => {
    const table = Array.from({ length: 2 ** inputs }, () => r.below(2)).join("");
    const s = cellDesign([
      { type: "$lut", parameters: { WIDTH: inputs, LUT: table }, inputs: { A: inputs }, outputs: { Y: 1 } },
    ]).simulate();
    for (let i = 0; i < 2 ** inputs; i++) {
      s.poke("A0", i);
      expect(String(s.peek("Y0"))).toBe(table[table.length - 1 - i]);
    }
  });

  it.each([8, 64, 130])("$alu of %i bits", (width) => {
    const parameters = { A_SIGNED: 0, B_SIGNED: 0, A_WIDTH: width, B_WIDTH: width, Y_WIDTH: width };
    const inputs = { A: width, B: width, CI: 1, BI: 1 };
    const s = cellDesign([
      { type: "$alu", parameters, inputs, outputs: { Y: width, X: width, CO: width } },
    ]).simulate();
    for (let round = 0; round < 40; round++) {
      const [a, b, ci, bi] = [r.bits(width), r.bits(width), r.below(2), r.below(2)];
      s.poke("A0", a);
      s.poke("B0", b);
      s.poke("CI0", ci);
      s.poke("BI0", bi);
      const operand = bi === 1 ? ~b & mask(width) : b;
      expect(s.peek("Y0")).toBe((a + operand + BigInt(ci)) & mask(width));
      expect(s.peek("X0")).toBe(a ^ operand);
      let carries = 0n;
      for (let i = 0; i < width; i++) {
        const low = mask(i + 1);
        carries |= (((a & low) + (operand & low) + BigInt(ci)) >> BigInt(i + 1)) << BigInt(i);
      }
      expect(s.peek("CO0")).toBe(carries);
    }
  });
});

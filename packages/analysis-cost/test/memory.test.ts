import { describe, expect, test } from "vitest";
import { type FittedFamily, familyTraits } from "../src/family.js";
import { blockRamCount, ramCost, romCost, writableCost } from "../src/memory.js";

describe("block RAMs by geometry", () => {
  const cases: readonly (readonly [FittedFamily, number, number, number])[] = [
    ["ice40", 16, 256, 1],
    ["ice40", 17, 256, 2],
    ["ice40", 16, 257, 2],
    ["ice40", 8, 512, 1],
    ["ice40", 4, 1024, 1],
    ["ice40", 2, 2048, 1],
    ["ice40", 1, 4096, 1],
    ["ice40", 28, 448, 4],
    ["ecp5", 36, 512, 1],
    ["ecp5", 18, 1024, 1],
    ["ecp5", 37, 512, 2],
    ["ecp5", 1, 16_384, 1],
    // in units of 36 Kbit: a RAMB18E1 is a half
    ["xilinx7", 36, 512, 0.5],
    ["xilinx7", 72, 512, 1],
    ["xilinx7", 18, 1024, 0.5],
    ["xilinx7", 1, 32_768, 1],
    ["xilinx7", 40, 512, 1],
  ];
  test.each(cases)("%s: %i bits × %i words take %f", (family, widthBits, depth, count) => {
    expect(blockRamCount(familyTraits[family], widthBits, depth)).toBe(count);
  });

  test("a constant memory is in blocks from 64 words on, in logic below, and wires at one word", () => {
    for (const traits of Object.values(familyTraits)) {
      expect(romCost(traits, 8, 64).bramCount).toBeGreaterThan(0);
      expect(romCost(traits, 8, 63).bramCount).toBe(0);
      expect(romCost(traits, 8, 63).lutCount).toBeGreaterThan(0);
      expect(romCost(traits, 8, 1)).toEqual({ bramCount: 0, lutCount: 0, ffCount: 0, muxBits: 0 });
    }
  });

  test("weights that the host writes are in the blocks of constant ones from 64 words on, and in RAM below", () => {
    for (const traits of Object.values(familyTraits)) {
      expect(writableCost(traits, 8, 64)).toEqual(romCost(traits, 8, 64));
      expect(writableCost(traits, 8, 63)).toEqual(ramCost(traits, 8, 63));
    }
  });

  test("a small memory that is written goes to LUTs where they can be memory, else to registers or a block", () => {
    expect(ramCost(familyTraits.xilinx7, 6, 32)).toMatchObject({ bramCount: 0, lutCount: 4, ffCount: 6 });
    expect(ramCost(familyTraits.ecp5, 4, 16)).toMatchObject({ bramCount: 0, lutCount: 6, ffCount: 4 });
    expect(ramCost(familyTraits.ice40, 4, 32)).toMatchObject({ bramCount: 1 });
    expect(ramCost(familyTraits.ice40, 1, 32)).toMatchObject({ bramCount: 0, inRegisters: true });
  });
});

import { existsSync, readFileSync } from "node:fs";
import { Graph, stream } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { describe, expect, test } from "vitest";
import { kernelGraph } from "../../../tools/fit-cost/kernel-graph.js";
import { errorOf, heldOutSamples, relativeError } from "../../../tools/fit-cost/samples.js";
import { structures } from "../src/features/index.js";
import heldOut from "../src/fitted/held-out.json" with { type: "json" };
import { lutsOf } from "../src/fitted-rules.js";
import {
  fittedFamilies,
  fittedModels,
  fittedRules,
  fittedRulesFor,
  fittedVariants,
  heldOutErrors,
} from "../src/index.js";
import { mvuOp } from "./kernels.js";

const runsUrl = (family: string): URL =>
  new URL(`../../../tools/fit-cost/runs/${family}.json`, import.meta.url);

test.each(fittedVariants)(
  "%s: the coefficients name their tool, their runs and their errors, and none is negative",
  (variant) => {
    const model = fittedModels[variant];
    expect(model.variant).toBe(variant);
    expect(model.tool).toMatch(/^Yosys \d/);
    expect(model.command).toMatch(/^synth_/);
    expect(model.lutError.kernelCount).toBeGreaterThan(100);
    for (const each of Object.values(model.lutsPer)) expect(each).toBeGreaterThanOrEqual(0);
  },
);

test.each(fittedFamilies)("%s: thirty kernels and more were drawn after the rules were made", (family) => {
  expect(heldOutErrors[family].kernelCount).toBeGreaterThanOrEqual(30);
  expect(heldOutErrors[family].median).toBeLessThan(0.1);
});

test.each(fittedFamilies)("%s: the stated errors are those of the runs that were drawn", (family) => {
  const samples = heldOutSamples(family, heldOut.seed);
  const errors = samples.map(({ structure, run }) =>
    relativeError(lutsOf(structure.features, fittedModels[family].lutsPer)!, run.lutCount),
  );
  expect(heldOutErrors[family]).toMatchObject(errorOf(errors));
});

describe.each(fittedFamilies)("fitted rules: %s", (family) => {
  test("there is a rule for every kernel that was measured, and for wires; others are unknown", () => {
    const ops = new Set(fittedRules.filter((r) => r.family === family).map((r) => r.op.name));
    const fitted = Object.keys(fittedModels[family].lutsPer).filter((name) => name.startsWith("kernel "));
    expect(fitted.length).toBeGreaterThanOrEqual(16);
    expect([...ops]).toEqual(
      expect.arrayContaining([...fitted.map((name) => name.slice("kernel ".length)), "hw.reshape"]),
    );
  });

  test.skipIf(!existsSync(runsUrl(family)))(
    "estimates of all runs: BRAM and DSP equal, LUTs within the stated error",
    () => {
      const { runs } = JSON.parse(readFileSync(runsUrl(family), "utf8")) as {
        runs: Record<string, { lutCount: number; ffCount: number; bramCount: number; dspCount: number }>;
      };
      const rules = {
        auto: fittedRulesFor({ multipliers: "auto" }),
        logic: fittedRulesFor({ multipliers: "logic" }),
      };
      for (const [key, run] of Object.entries(runs)) {
        const spec = JSON.parse(key) as { op: string; multipliers?: "logic" };
        const { op } = kernelGraph(spec);
        const rule = rules[spec.multipliers ?? "auto"].find((r) => r.op === op.def && r.family === family)!;
        const found = rule.estimate(op);
        expect([key, found.bramCount, found.dspCount]).toEqual([key, run.bramCount, run.dspCount]);
        const error = Math.abs(found.lutCount! - run.lutCount) / Math.max(run.lutCount, 1);
        expect(error, key).toBeLessThanOrEqual(fittedModels[family].lutError.worst + 0.001);
      }
    },
  );

  test("an estimate takes less than 20 µs", () => {
    const op = mvuOp({
      input: "u4",
      weights: "i4",
      output: "i16",
      width: 512,
      height: 512,
      pe: 16,
      simd: 32,
    });
    const rule = fittedRules.find((r) => r.op === hw.Mvu && r.family === family)!;
    const microseconds = Array.from({ length: 20 }, () => {
      const start = performance.now();
      for (let i = 0; i < 500; i++) rule.estimate(op);
      return (performance.now() - start) * 2;
    });
    // the best of several: the machine does other things too
    expect(Math.min(...microseconds)).toBeLessThan(20);
  });
});

test("a feature that nobody measured makes the LUT count unknown", () => {
  expect(lutsOf({ adderBits: 8, warpBits: 1 }, { adderBits: 1 })).toBeUndefined();
  expect(lutsOf({ adderBits: 8 }, { adderBits: 1 })).toBe(8);
});

test("more lanes cost more", () => {
  const rule = fittedRules.find((r) => r.op === hw.Mvu && r.family === "ice40")!;
  const luts = [1, 2, 4, 8].map(
    (pe) =>
      rule.estimate(mvuOp({ input: "u4", weights: "i4", output: "i14", width: 64, height: 64, pe, simd: 4 }))
        .lutCount!,
  );
  expect(luts).toEqual([...luts].sort((a, b) => a - b));
});

test("weights that are wires cost by how many are not 0; weights in a memory do not", () => {
  const luts = (pe: number, simd: number, density: number): number => {
    const spec = { op: "mvu", x: "u4", w: "ternary", y: "i10", mw: 64, mh: 32, pe, simd, density };
    const { op } = kernelGraph(spec);
    return fittedRules.find((r) => r.op === hw.Mvu && r.family === "ice40")!.estimate(op).lutCount!;
  };
  expect(luts(32, 64, 0.1)).toBeLessThan(0.5 * luts(32, 64, 0.5));
  expect(luts(2, 8, 0.1)).toBe(luts(2, 8, 0.5));
});

test("multipliers in LUTs take no DSP blocks, and products of an UltraPlus do", () => {
  const op = mvuOp({ input: "u8", weights: "i8", output: "i22", width: 64, height: 64, pe: 2, simd: 4 });
  const of = (family: string, options: Parameters<typeof fittedRulesFor>[0]) =>
    fittedRulesFor(options)
      .find((r) => r.op === hw.Mvu && r.family === family)!
      .estimate(op);
  expect(of("xilinx7", {}).dspCount).toBe(8);
  // the sum of the inputs is multiplied by a constant once, for all rows
  expect(of("xilinx7", { multipliers: "logic" }).dspCount).toBe(1);
  expect(of("ice40", {}).dspCount).toBe(0);
  expect(of("ice40", { dspCount: 8 }).dspCount).toBe(8);
  expect(of("ice40", { dspCount: 8 }).lutCount).toBeLessThan(of("ice40", {}).lutCount!);
  expect(of("ice40", { multipliers: "logic" }).lutCount).toBeLessThan(of("ice40", {}).lutCount!);
});

test("weights that the host writes cost RAM where constants are logic, and nothing else where there is no memory", () => {
  const of = (weights: "constant" | "writable", pe: number, simd: number) =>
    fittedRulesFor({ weights })
      .find((r) => r.op === hw.Mvu && r.family === "ice40")!
      .estimate(mvuOp({ input: "u4", weights: "i4", output: "i14", width: 16, height: 16, pe, simd }));
  expect(of("constant", 4, 4).bramCount).toBe(0); // 16 words of 64 bits
  expect(of("writable", 4, 4).bramCount).toBe(4);
  expect(of("writable", 1, 1)).toEqual(of("constant", 1, 1));
  expect(of("writable", 16, 16)).toEqual(of("constant", 16, 16));
});

test("a reshape is wires", () => {
  const graph = new Graph("main");
  const x = graph.addInput(stream("u4", [1, 8], 2), "x");
  const op = hw.Reshape.build(graph, [x], { shape: [8] }).op!;
  expect(structures.has(hw.Reshape)).toBe(false);
  for (const rule of fittedRules.filter((r) => r.op === hw.Reshape))
    expect(rule.estimate(op)).toEqual({ lutCount: 0, ffCount: 0, bramCount: 0, dspCount: 0 });
});

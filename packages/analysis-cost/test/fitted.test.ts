import { existsSync, readFileSync } from "node:fs";
import { Graph, stream } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { describe, expect, test } from "vitest";
import { kernelGraph } from "../../../tools/fit-cost/kernel-graph.js";
import { structures } from "../src/features/index.js";
import { lutsOf } from "../src/fitted-rules.js";
import { fittedFamilies, fittedModels, fittedRules } from "../src/index.js";
import { mvuOp } from "./kernels.js";

const runsUrl = (family: string): URL =>
  new URL(`../../../tools/fit-cost/runs/${family}.json`, import.meta.url);

describe.each(fittedFamilies)("fitted rules: %s", (family) => {
  const model = fittedModels[family];

  test("the coefficients name their tool, their runs and their errors, and none is negative", () => {
    expect(model.family).toBe(family);
    expect(model.tool).toMatch(/^Yosys \d/);
    expect(model.lutError.fitted.kernelCount).toBeGreaterThan(20);
    expect(model.lutError.heldOut.kernelCount).toBeGreaterThan(5);
    expect(model.lutError.heldOut.median).toBeLessThan(0.15);
    for (const each of Object.values(model.lutsPer)) expect(each).toBeGreaterThanOrEqual(0);
  });

  test("there is a rule for every kernel of the dialect", () => {
    const ops = fittedRules.filter((r) => r.family === family).map((r) => r.op.name);
    expect([...ops].sort()).toEqual(hw.hwOps.map((op) => op.name).sort());
  });

  test.skipIf(!existsSync(runsUrl(family)))(
    "estimates of all runs: BRAM and DSP equal, LUTs within the stated error",
    () => {
      const { runs } = JSON.parse(readFileSync(runsUrl(family), "utf8")) as {
        runs: Record<string, { lutCount: number; ffCount: number; bramCount: number; dspCount: number }>;
      };
      const worst = Math.max(model.lutError.fitted.worst, model.lutError.heldOut.worst);
      for (const [key, run] of Object.entries(runs)) {
        const { op } = kernelGraph(JSON.parse(key));
        const found = fittedRules.find((r) => r.op === op.def && r.family === family)!.estimate(op);
        expect([key, found.bramCount, found.dspCount]).toEqual([key, run.bramCount, run.dspCount]);
        if (found.lutCount === undefined) continue;
        expect(Math.abs(found.lutCount - run.lutCount) / run.lutCount, key).toBeLessThanOrEqual(
          worst + 0.001,
        );
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

test("a reshape is wires", () => {
  const graph = new Graph("main");
  const x = graph.addInput(stream("u4", [1, 8], 2), "x");
  const op = hw.Reshape.build(graph, [x], { shape: [8] }).op!;
  expect(structures.has(hw.Reshape)).toBe(false);
  for (const rule of fittedRules.filter((r) => r.op === hw.Reshape))
    expect(rule.estimate(op)).toEqual({ lutCount: 0, ffCount: 0, bramCount: 0, dspCount: 0 });
});

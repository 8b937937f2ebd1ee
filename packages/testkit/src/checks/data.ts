import assert from "node:assert/strict";
import { moduleGraphs, type Plugin } from "@gatefold/core";
import type { ConformanceCheck, ConformanceOptions } from "../conformance.js";
import { compilerOf, samplesOf } from "./samples.js";

/** Targets and cost rules are sane numbers with a source. */
export function dataChecks(make: () => Plugin, options: ConformanceOptions): readonly ConformanceCheck[] {
  const { targets = [], costRules = [] } = make();
  const checks: ConformanceCheck[] = targets.map((target) => ({
    title: `target \`${target.name}\` is complete`,
    run: () => {
      assert.match(target.name, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "the name is not kebab-case");
      assert.ok(
        target.defaultClockMhz > 0 && target.lutInputs >= 2,
        "the clock or the LUT size is not sensible",
      );
      for (const [key, count] of Object.entries(target.resources)) {
        assert.ok(Number.isSafeInteger(count) && count >= 0, `\`${key}\` is ${count}`);
      }
      assert.equal(JSON.stringify(structuredClone(target)), JSON.stringify(target), "it is not plain data");
    },
  }));
  if (costRules.length > 0) {
    checks.push({
      title: "cost rules name their source and estimate finite amounts",
      run: () => {
        const samples = samplesOf(compilerOf(make(), options), options);
        for (const rule of costRules) {
          assert.ok(rule.source.trim().length > 0, `the rule for \`${rule.op.name}\` has no source`);
          const found = samples.flatMap(([, module]) => moduleGraphs(module).flatMap((g) => [...g.ops()]));
          for (const op of found.filter((each) => rule.op.is(each))) {
            for (const [key, amount] of Object.entries(rule.estimate(op))) {
              assert.ok(Number.isFinite(amount) && amount >= 0, `\`${op.def.name}\`: ${key} is ${amount}`);
            }
          }
        }
      },
    });
  }
  return checks;
}

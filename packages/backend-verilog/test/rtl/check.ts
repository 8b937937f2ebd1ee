import { describe, expect, it } from "vitest";
import { simulateBuiltin } from "./builtin.js";
import { hasIcarus, simulateIcarus } from "./icarus.js";
import type { CaseResult, Simulate, Stalls, StreamCase } from "./stream-case.js";

const kinds: readonly (readonly [string, Stalls])[] = [
  ["free running", { source: 0, sink: 0, seed: 1 }],
  ["both sides stall", { source: 0.4, sink: 0.4, seed: 2 }],
  ["slow sink that waits for tvalid", { source: 0, sink: 0.6, shySink: true, seed: 3 }],
  ["slow source", { source: 0.75, sink: 0.05, seed: 4 }],
];

/** Cases in one simulation; Icarus' elaboration time grows faster than the number of instances. */
const batchSize = 12;

/** `npm run campaign`: every case, not only those of {@link everyday}. */
export const isCampaign: boolean = process.env["GATEFOLD_CAMPAIGN"] === "1";

/** Cases of a group that each simulator takes outside a campaign, at most. */
const everydayCount = 8;

/**
 * Cases spread evenly over a group, from another one on for each simulator, so that two of them see twice as many.
 * Groups list variants in the outer loop and shapes in the inner one: an even spread meets every variant.
 */
function everyday(cases: readonly StreamCase[], simulatorIndex: number): readonly StreamCase[] {
  const stride = isCampaign ? 1 : Math.ceil(cases.length / everydayCount);
  return cases.filter((_, index) => index % stride === simulatorIndex % stride);
}

/** The simulators that are here; a test says which it ran on. */
export const simulators: readonly (readonly [string, Simulate, boolean])[] = [
  ["built-in simulator", simulateBuiltin, true],
  ["Icarus Verilog", simulateIcarus, hasIcarus],
];

/** Groups of cases, each a test on each simulator. */
export function describeCases(title: string, groups: Readonly<Record<string, readonly StreamCase[]>>): void {
  simulators.forEach(([simulator, simulate, found], simulatorIndex) => {
    describe.skipIf(!found)(`${title}, ${simulator}`, () => {
      for (const [name, cases] of Object.entries(groups))
        it(name, () => checkCases(simulate, everyday(cases, simulatorIndex)));
    });
  });
}

/** Runs cases without stalls (values, latency, interval) and under three kinds of back-pressure (values, rules). */
async function checkCases(simulate: Simulate, cases: readonly StreamCase[]): Promise<void> {
  for (let first = 0; first < cases.length; first += batchSize) {
    const batch = cases.slice(first, first + batchSize);
    const runs = await simulate(
      batch,
      kinds.map(([, stalls]) => stalls),
    );
    batch.forEach((testCase, index) => {
      kinds.forEach(([kind], run) => {
        checkValues(testCase, runs[run]![index]!, kind);
      });
      checkTiming(testCase, runs[0]![index]!);
    });
  }
}

function checkValues({ name, expected }: StreamCase, result: CaseResult, kind: string): void {
  expect(
    result.outputs.map(({ word }) => word),
    `${name}, ${kind}: outputs`,
  ).toEqual(expected);
  expect(result.violations, `${name}, ${kind}: stream rules`).toEqual([]);
}

function checkTiming({ name, timing, interval }: StreamCase, { accepted, outputs }: CaseResult): void {
  if (timing !== undefined) {
    outputs.forEach(({ cycle }, k) => {
      const formula = timing(k);
      if (formula === undefined) return;
      expect(cycle - accepted[formula.beat]!, `${name}: latency of output beat ${k}`).toBe(formula.cycles);
    });
  }
  if (interval !== undefined) {
    const { period, cycles, from = 0 } = interval;
    expect(outputs.length, `${name}: enough beats to see an interval`).toBeGreaterThan(from + period);
    for (let k = from; k + period < outputs.length; k++) {
      expect(outputs[k + period]!.cycle - outputs[k]!.cycle, `${name}: interval at output beat ${k}`).toBe(
        cycles,
      );
    }
  }
}

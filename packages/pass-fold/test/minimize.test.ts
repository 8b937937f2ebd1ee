import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CostTable, minimize } from "../src/minimize.js";

/** Sizes of a few variables and tables over any one to three of them, some entries forbidden. */
const problem = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }).chain((sizes) => {
  const table = fc
    .uniqueArray(fc.integer({ min: 0, max: sizes.length - 1 }), { minLength: 0, maxLength: 3 })
    .chain((variables) => {
      const entries = variables.reduce((n, v) => n * sizes[v]!, 1);
      const cost = fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 0, max: 20 }) },
        { weight: 1, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
      );
      return fc
        .array(cost, { minLength: entries, maxLength: entries })
        .map((costs): CostTable => ({ variables, costs: Float64Array.from(costs) }));
    });
  return fc.tuple(fc.constant(sizes), fc.array(table, { maxLength: 8 }));
});

function costOf(sizes: readonly number[], tables: readonly CostTable[], states: readonly number[]): number {
  return tables.reduce(
    (sum, t) => sum + t.costs[t.variables.reduce((at, v) => at * sizes[v]! + states[v]!, 0)]!,
    0,
  );
}

function least(sizes: readonly number[], tables: readonly CostTable[]): number {
  const all = sizes.reduce<number[][]>(
    (list, n) => list.flatMap((s) => Array.from({ length: n }, (_, i) => [...s, i])),
    [[]],
  );
  return Math.min(...all.map((states) => costOf(sizes, tables, states)));
}

describe("minimize", () => {
  it("finds what trying everything finds, on any graph of tables", () => {
    fc.assert(
      fc.property(problem, ([sizes, tables]) => {
        const found = minimize(sizes, tables);
        expect(found.exact).toBe(true);
        expect(found.cost).toBe(least(sizes, tables));
        if (Number.isFinite(found.cost)) expect(costOf(sizes, tables, found.states)).toBe(found.cost);
      }),
      { numRuns: 500 },
    );
  });

  it("says so when tables are too large to be exact, and its choice costs what it says", () => {
    const size = 3;
    const variables = [0, 1, 2, 3];
    const tables = variables.flatMap((a) =>
      variables
        .filter((b) => b > a)
        .map((b) => ({
          variables: [a, b],
          costs: Float64Array.from({ length: size * size }, (_, i) => (i * 7 + a * 5 + b * 3) % 11),
        })),
    );
    const sizes = variables.map(() => size);
    const found = minimize(sizes, tables, 10);
    expect(found.exact).toBe(false);
    expect(found.cost).toBe(costOf(sizes, tables, found.states));
    expect(found.cost).toBeGreaterThanOrEqual(least(sizes, tables));
  });
});

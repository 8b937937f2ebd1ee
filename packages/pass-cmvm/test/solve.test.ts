import { randomInteger, seededRandom } from "@gatefold/core";
import { evaluate, simulate } from "@gatefold/netlist";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AdderGraph,
  type CmvmOptions,
  evaluateGraph,
  graphCost,
  netlistOf,
  solveCmvm,
} from "../src/index.js";

interface Case {
  readonly matrix: number[];
  readonly inputs: { readonly lo: number; readonly hi: number }[];
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    outputs: fc.integer({ min: 1, max: 7 }),
    inputs: fc.integer({ min: 1, max: 7 }),
    reach: fc.constantFrom(1, 2, 8, 128, 5000),
  })
  .chain(({ outputs, inputs, reach }) =>
    fc.record({
      matrix: fc.array(fc.integer({ min: -reach, max: reach }), {
        minLength: outputs * inputs,
        maxLength: outputs * inputs,
      }),
      inputs: fc.array(
        fc
          .record({ lo: fc.integer({ min: -130, max: 20 }), size: fc.integer({ min: 0, max: 200 }) })
          .map(({ lo, size }) => ({ lo, hi: lo + size })),
        { minLength: inputs, maxLength: inputs },
      ),
    }),
  );
const options: fc.Arbitrary<CmvmOptions> = fc.record(
  {
    extraDepth: fc.integer({ min: 0, max: 3 }),
    adderSize: fc.constantFrom(-1, 1, 4),
    ternaryAdders: fc.boolean(),
    effort: fc.constantFrom(0, 0.02),
    seed: fc.nat(1000),
  },
  { requiredKeys: ["effort"] },
);

const product = ({ matrix, inputs }: Case, x: readonly number[]): number[] =>
  Array.from({ length: matrix.length / inputs.length }, (_, o) =>
    x.reduce((sum, value, i) => sum + matrix[o * inputs.length + i]! * value, 0),
  );

/** Vectors with each input at one of its ends or anywhere; for each output the two that make it smallest and largest. */
function vectorsOf({ matrix, inputs }: Case, count: number): number[][] {
  const random = seededRandom(5);
  const extremes = Array.from({ length: (2 * matrix.length) / inputs.length }, (_, k) =>
    inputs.map(({ lo, hi }, i) => (matrix[(k >> 1) * inputs.length + i]! > 0 === (k % 2 === 1) ? hi : lo)),
  );
  const anywhere = Array.from({ length: count }, () =>
    inputs.map(({ lo, hi }) => {
      const kind = random();
      return kind < 0.25 ? lo : kind < 0.5 ? hi : randomInteger(random, lo, hi);
    }),
  );
  return [...extremes, ...anywhere];
}

const bitLength = (value: number): number => (value === 0 ? 0 : Math.floor(Math.log2(value)) + 1);
const signedDigitCount = (value: number): number => {
  // The non-zero digits of the canonical form are the bits in which 3v and v differ.
  const [a, b] = [BigInt(Math.abs(value)) * 3n, BigInt(Math.abs(value))];
  return [...(a ^ b).toString(2)].filter((bit) => bit === "1").length;
};

describe("solveCmvm", () => {
  it("computes the product, within the depth, in exact intervals, as a graph and as a netlist", () => {
    fc.assert(
      fc.property(cases, options, (problem, how) => {
        const graph = solveCmvm(problem.matrix, problem.inputs, how);
        const vectors = vectorsOf(problem, 20);
        const expected = vectors.map((x) => product(problem, x));
        expect(vectors.map((x) => evaluateGraph(graph, x))).toEqual(expected.map((y) => y.map((v) => v + 0)));
        const netlist = netlistOf(graph);
        expect(vectors.slice(0, 4).map((x) => evaluate(netlist, x).map((v) => v + 0))).toEqual(
          expected.slice(0, 4).map((y) => y.map((v) => v + 0)),
        );
        const simulated = simulate(
          netlist,
          problem.inputs.map((_, i) => vectors.map((x) => x[i]!)),
        );
        expect(vectors.map((_, v) => simulated.map((y) => y[v]! + 0))).toEqual(
          expected.map((y) => y.map((v) => v + 0)),
        );
        netlist.outputs.forEach(({ node }, o) => {
          const values = expected.map((y) => y[o]!);
          const { lo, hi } = netlist.interval(node);
          expect([lo + 0, hi + 0]).toEqual([Math.min(...values) + 0, Math.max(...values) + 0]);
        });
        if (how.extraDepth !== undefined) {
          const digits = Array.from({ length: problem.matrix.length / problem.inputs.length }, (_, o) =>
            problem.inputs.reduce(
              (sum, _, i) => sum + signedDigitCount(problem.matrix[o * problem.inputs.length + i]!),
              0,
            ),
          );
          const least = Math.ceil(Math.log2(Math.max(1, ...digits)));
          expect(graphCost(graph).depth).toBeLessThanOrEqual(least + how.extraDepth);
        }
      }),
      { numRuns: 80 },
    );
  }, 30_000);

  it("counts the bits of the wider term above the coarser one's least significant bit", () => {
    fc.assert(
      fc.property(cases, options, (problem, how) => {
        const graph = solveCmvm(problem.matrix, problem.inputs, { ...how, ternaryAdders: false });
        const steps = coefficientsOf(graph).map((row) =>
          row.reduce((zeros, c) => Math.min(zeros, zerosOf(c)), 63),
        );
        const intervals = [...graph.inputs, ...graph.adders.map(({ interval }) => interval)];
        let [bits, depth] = [0, 0];
        const depths = graph.inputs.map(() => 0);
        for (const { terms } of graph.adders) {
          const ends = terms.map(({ node, shift }) => {
            const { lo, hi } = intervals[node]!;
            return {
              top: bitLength(Math.max(-lo - 1, hi)) + shift,
              signed: lo < 0,
              step: steps[node]! + shift,
            };
          });
          bits +=
            Math.max(...ends.map(({ top }) => top)) +
            (ends.some(({ signed }) => signed) ? 1 : 0) -
            Math.max(...ends.map(({ step }) => step));
          depths.push(1 + Math.max(...terms.map(({ node }) => depths[node]!)));
          depth = Math.max(depth, depths[depths.length - 1]!);
        }
        expect(graphCost(graph)).toMatchObject({
          cost: bits,
          bits,
          adders: graph.adders.length,
          depth,
          latency: depth,
        });
        expect(graphCost(graph, { adderSize: -1 }).cost).toBe(graph.adders.length);
      }),
      { numRuns: 60 },
    );
  });

  it("gives the same graph for the same arguments", () => {
    const matrix = Array.from({ length: 36 }, (_, i) => ((i * 37) % 31) - 15);
    const inputs = Array.from({ length: 6 }, () => ({ lo: -8, hi: 7 }));
    expect(solveCmvm(matrix, inputs, { effort: 0.1 })).toEqual(solveCmvm(matrix, inputs, { effort: 0.1 }));
  });

  it("shares: (3x, 6x, -5x, 0) takes two adders", () => {
    const graph = solveCmvm([3, 6, 5, 0], [{ lo: 0, hi: 15 }]);
    expect(graphCost(graph)).toMatchObject({ adders: 2, depth: 1 });
    expect(graph.outputs[3]).toBeUndefined();
    expect(evaluateGraph(graph, [7])).toEqual([21, 42, 35, 0]);
  });

  it("needs no more with more effort, and no more with three-term adders", () => {
    const random = seededRandom(3);
    const matrix = Array.from({ length: 12 * 12 }, () => randomInteger(random, -8, 7));
    const inputs = Array.from({ length: 12 }, () => ({ lo: -128, hi: 127 }));
    const plain = graphCost(solveCmvm(matrix, inputs, { effort: 0 }));
    const better = graphCost(solveCmvm(matrix, inputs, { effort: 0.2 }));
    const ternary = graphCost(solveCmvm(matrix, inputs, { effort: 0.2, ternaryAdders: true }));
    expect(better.cost).toBeLessThan(plain.cost);
    expect(ternary.cost).toBeLessThan(better.cost);
    expect(ternary.depth).toBeLessThanOrEqual(better.depth);
  });

  it("refuses matrices of another size, too few levels and words that are too large", () => {
    const inputs = [
      { lo: 0, hi: 1 },
      { lo: 0, hi: 1 },
    ];
    expect(() => solveCmvm([1, 2, 3], inputs)).toThrow(/A matrix of 3 weights has 2 inputs/);
    expect(() => solveCmvm([], [])).toThrow(/A matrix of 0 weights has 0 inputs/);
    expect(() => solveCmvm([1, 0.5], inputs)).toThrow(/Output 0 has weights that are no integers/);
    expect(() => solveCmvm([2 ** 50, 1], inputs)).toThrow(/at most 2\^44/);
    expect(() => solveCmvm([5, 5], inputs, { maxDepth: 1 })).toThrow(
      /does not fit in 1 levels[\s\S]*allow 2 levels/,
    );
  });
});

function coefficientsOf(graph: AdderGraph): number[][] {
  const rows = graph.inputs.map((_, i) => graph.inputs.map((_, j) => Number(i === j)));
  for (const { terms } of graph.adders) {
    rows.push(
      graph.inputs.map((_, i) =>
        terms.reduce(
          (sum, term) => sum + (term.negative ? -1 : 1) * rows[term.node]![i]! * 2 ** term.shift,
          0,
        ),
      ),
    );
  }
  return rows;
}

function zerosOf(value: number): number {
  if (value === 0) return 63;
  let zeros = 0;
  while (value % 2 ** (zeros + 1) === 0) zeros++;
  return zeros;
}

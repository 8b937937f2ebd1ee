import { randomInteger, seededRandom } from "@gatefold/core";
import { costOf, evaluate, type Interval, Netlist, type NodeId, simulate } from "@gatefold/netlist";
import { mapTables } from "@gatefold/pass-truthtable";
import { describe, expect, it } from "vitest";
import { countReached } from "../src/channel-function.js";
import { greatestIndex } from "../src/greatest.js";
import { atLeast } from "../src/logic.js";
import { addAll } from "../src/scaled-word.js";
import {
  type Builder,
  byComparing,
  byMultiplying,
  bySearch,
  byTable,
  type Steps,
  stepsOf,
} from "../src/staircase.js";

const random = seededRandom(11);

/** The values of a circuit of one word, for every integer of its interval. */
function valuesOf({ lo, hi }: Interval, build: (netlist: Netlist, word: NodeId) => NodeId): number[] {
  const netlist = new Netlist("steps");
  netlist.output("y", build(netlist, netlist.input("x", { lo, hi })));
  const all = Float64Array.from({ length: hi - lo + 1 }, (_, i) => lo + i);
  return Array.from(simulate(netlist, [all])[0]!);
}

function randomSteps({ lo, hi }: Interval, count: number, rising: boolean): Steps {
  const all = new Set(Array.from({ length: count }, () => randomInteger(random, lo + 1, hi)));
  const breaks = [...all].sort((a, b) => a - b);
  const values = Array.from({ length: breaks.length + 1 }, (_, i) =>
    rising ? i : randomInteger(random, -9, 9),
  );
  return { breaks, values };
}

const expected = ({ lo, hi }: Interval, { breaks, values }: Steps): number[] =>
  Array.from({ length: hi - lo + 1 }, (_, i) => values[countReached(breaks, lo + i)]!);

const intervals: readonly Interval[] = [
  { lo: 0, hi: 200 },
  { lo: -150, hi: 99 },
  { lo: -40, hi: -3 },
  { lo: 5, hi: 70 },
];

describe("steps of a word", () => {
  const ways: readonly (readonly [string, Builder])[] = [
    ["a table", byTable],
    ["comparisons in LUTs of 4", (n, word, { breaks, values }) => byComparing(n, word, breaks, values, 4)],
    ["comparisons in LUTs of 6", (n, word, { breaks, values }) => byComparing(n, word, breaks, values, 6)],
    ["a search", bySearch],
    ["what is smallest", (n, word, { breaks, values }) => stepsOf(n, word, breaks, values, 6)],
  ];
  it.each(ways)("are what they are by %s", (_, build) => {
    for (const interval of intervals) {
      for (const count of [1, 2, 3, 6, 7, 15, 20]) {
        for (const rising of [true, false]) {
          const steps = randomSteps(interval, count, rising);
          expect(valuesOf(interval, (n, word) => build(n, word, steps))).toEqual(expected(interval, steps));
        }
      }
    }
  });

  it("are a multiplication where that is exactly the same, and only there", () => {
    const interval = { lo: -500, hi: 700 };
    const even = Array.from({ length: 15 }, (_, i) => -200 + Math.ceil(((i + 0.5) * 500) / 15));
    const steps = { breaks: even, values: even.map((_, i) => i).concat(15) };
    const multiply = byMultiplying(steps, interval)!;
    expect(valuesOf(interval, (n, word) => multiply(n, word, steps))).toEqual(expected(interval, steps));
    const uneven = { ...steps, breaks: even.map((at, i) => (i === 7 ? at + 9 : at)) };
    expect(byMultiplying(uneven, interval)).toBeUndefined();
  });

  it.each([
    ["a narrow word", { lo: 0, hi: 200 }, byTable, true],
    ["a wide word", { lo: -3000, hi: 2500 }, bySearch, false],
  ] as const)("of %s are built in the way that takes the fewest LUTs", (_, interval, other, isMapped) => {
    const lutsOf = (build: Builder, steps: Steps): number => {
      const netlist = new Netlist("steps");
      netlist.output("y", build(netlist, netlist.input("x", interval), steps));
      const circuit = isMapped ? mapTables(netlist, { k: 6, objective: "area", trials: 1 }) : netlist;
      return costOf(circuit, 6).lutCount;
    };
    const compare: Builder = (n, word, { breaks, values }) => byComparing(n, word, breaks, values, 6);
    const chosen: Builder = (n, word, { breaks, values }) => stepsOf(n, word, breaks, values, 6);
    for (const count of [8, 15, 31]) {
      const steps = randomSteps(interval, count, true);
      const each = [compare, other].map((build) => lutsOf(build, steps));
      expect(lutsOf(chosen, steps)).toBeLessThanOrEqual(Math.min(...each));
    }
  });

  it("leave out what the word never reaches", () => {
    const interval = { lo: -3, hi: 4 };
    const steps = { breaks: [-9, -3, 0, 4, 8], values: [5, 1, 2, 3, 4, 0] };
    const got = valuesOf(interval, (n, word) => stepsOf(n, word, steps.breaks, steps.values, 4));
    expect(got).toEqual([2, 2, 2, 3, 3, 3, 3, 4]);
  });
});

describe("words and logic", () => {
  it("at least: every constant, every integer", () => {
    for (const { lo, hi } of [{ lo: -9, hi: 20 }, ...intervals.slice(2)]) {
      for (let least = lo - 1; least <= hi + 1; least++) {
        const want = Array.from({ length: hi - lo + 1 }, (_, i) => Number(lo + i >= least));
        expect(valuesOf({ lo, hi }, (n, word) => atLeast(n, word, least, 4))).toEqual(want);
      }
    }
  });

  it("sums of words with scales of both signs", () => {
    for (let trial = 0; trial < 50; trial++) {
      const netlist = new Netlist("sums");
      const inputs = Array.from({ length: 5 }, (_, i) => netlist.input(`x${i}`, { lo: -7, hi: 9 }));
      const scaled = inputs.map((node) => ({
        node,
        scale: (random() < 0.6 ? -1 : 1) * 2 ** randomInteger(random, 0, 3),
        offset: randomInteger(random, -5, 5),
      }));
      const sum = addAll(netlist, scaled);
      netlist.output("y", sum.node);
      const x = inputs.map(() => randomInteger(random, -7, 9));
      const want = scaled.reduce((all, { scale, offset }, i) => all + scale * x[i]! + offset, 0);
      expect(sum.scale * evaluate(netlist, x)[0]! + sum.offset).toBe(want);
    }
  });

  it("the greatest of words, of equal ones the first", () => {
    for (const count of [1, 2, 3, 5, 7]) {
      const netlist = new Netlist("greatest");
      const inputs = Array.from({ length: count }, (_, i) =>
        netlist.input(`x${i}`, { lo: i % 2 ? -3 : 0, hi: 2 }),
      );
      netlist.output("y", greatestIndex(netlist, inputs));
      for (let trial = 0; trial < 60; trial++) {
        const x = inputs.map((_, i) => randomInteger(random, i % 2 ? -3 : 0, 2));
        expect(evaluate(netlist, x)).toEqual([x.indexOf(Math.max(...x))]);
      }
    }
  });
});

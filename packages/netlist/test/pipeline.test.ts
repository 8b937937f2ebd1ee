import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  evaluate,
  latencies,
  latencyCycles,
  Netlist,
  NetlistError,
  type NodeId,
  type PipelineOptions,
  pipeline,
  rebuild,
  tableLevels,
  worstStageNs,
} from "../src/index.js";
import { drawVectors, netlists } from "./random-netlist.js";

const delays = { lutNs: 1, carryEntryNs: 1.5, carryBitNs: 0.125, registerNs: 0.75 };
const model = { delays, lutInputs: 6 };

/** The longest stage, bit by bit: each carry on its own, each bit of a word at its own time. */
function bitByBitNs(netlist: Netlist): number {
  const times: number[][] = [];
  const at = (node: NodeId, bit: number): number => {
    if (netlist.kind(node) === "constant") return Number.NEGATIVE_INFINITY;
    const bits = times[node]!;
    return bit < 0 ? Number.NEGATIVE_INFINITY : (bits[Math.min(bit, bits.length - 1)] ?? 0);
  };
  const live = new Set<NodeId>(netlist.outputs.map(({ node }) => node));
  for (let node = netlist.size - 1; node >= 0; node--) {
    if (live.has(node)) for (const operand of netlist.operands(node)) live.add(operand);
  }
  let worst = 0;
  for (let node = 0; node < netlist.size; node++) {
    const operands = Array.from(netlist.operands(node));
    const places = Array.from({ length: netlist.width(node) }, (_, i) => i);
    const all = Math.max(
      ...operands.flatMap((o) => Array.from({ length: netlist.width(o) }, (_, i) => at(o, i))),
    );
    switch (netlist.kind(node)) {
      case "bit":
        times[node] = [at(operands[0]!, netlist.bitIndex(node))];
        break;
      case "word":
        times[node] = places.map((i) => at(operands[Math.min(i, operands.length - 1)]!, 0));
        break;
      case "lut":
      case "table":
        times[node] = places.map(() => all + delays.lutNs * tableLevels(operands.length, 6));
        break;
      case "clamp": {
        const from = operands[0]!;
        const carries = netlist.width(from);
        const compared = Math.max(
          ...Array.from({ length: carries }, (_, i) => at(from, i) + (carries - i) * delays.carryBitNs),
        );
        times[node] = places.map(() => compared + delays.carryEntryNs + delays.lutNs);
        break;
      }
      case "sum": {
        const terms = netlist.terms(node);
        const first = terms.length === 3 || terms.every((t) => t.negative) ? delays.lutNs : 0;
        let carry = Number.NEGATIVE_INFINITY;
        times[node] = places.map((i) => {
          const enters = Math.max(...terms.map((t) => at(t.node, i - t.shift))) + first + delays.carryEntryNs;
          carry = Math.max(carry + delays.carryBitNs, enters);
          return carry;
        });
        break;
      }
      default:
        times[node] = places.map(() => 0);
    }
    if (live.has(node)) worst = Math.max(worst, ...times[node]!);
  }
  return worst + delays.registerNs;
}

const random = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 2 ** 31) * below);
  };
};

/** Layers of LUTs that each read bits of the layer before. */
function layered(layers: number, width: number, seed: number): Netlist {
  const pick = random(seed);
  const netlist = new Netlist("layers");
  let bits = Array.from({ length: width }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));
  for (let layer = 0; layer < layers; layer++) {
    bits = bits.map((_, i) =>
      netlist.lut(
        Array.from({ length: 4 }, () => bits[(i + pick(20)) % bits.length]!),
        { low: pick(2 ** 16), high: 0 },
      ),
    );
  }
  bits.forEach((bit, i) => {
    netlist.output(`y${i}`, bit);
  });
  return netlist;
}

const registerBits = (netlist: Netlist): number => {
  let bits = 0;
  for (let node = 0; node < netlist.size; node++) {
    if (netlist.kind(node) === "register") bits += netlist.width(node);
  }
  return bits;
};

/** LUTs that read any of those shortly before. */
function uneven(seed: number, luts = 9, reach = 5): Netlist {
  const pick = random(seed);
  const netlist = new Netlist("uneven");
  const nodes = Array.from({ length: 3 }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));
  for (let i = 0; i < luts; i++) {
    const reads = Array.from({ length: 3 }, () => nodes[Math.max(0, nodes.length - 1 - pick(reach))]!);
    nodes.push(netlist.lut(reads, { low: 0x96 + i, high: 0 }));
  }
  netlist.output("y0", nodes.at(-1)!);
  netlist.output("y1", nodes.at(-2)!);
  return rebuild(netlist);
}

/** Sums of words, and LUTs of their bits that become words again. */
function sumsOfLuts(seed: number): Netlist {
  const pick = random(seed);
  const netlist = new Netlist("sums");
  const words = Array.from({ length: 4 }, (_, i) => netlist.input(`x${i}`, { lo: -8, hi: 7 }));
  const any = (): NodeId => words[Math.max(0, words.length - 1 - pick(6))]!;
  for (let i = 0; i < 16; i++) {
    const terms = [any(), any()].map((node) => ({ node, shift: pick(3), negative: false }));
    const sum = netlist.sum(terms);
    const bits = Array.from({ length: 3 }, (_, b) =>
      netlist.lut([netlist.bit(sum, b + 1), netlist.bit(any(), b), netlist.bit(any(), 3)], {
        low: 0x1e + pick(64),
        high: 0,
      }),
    );
    words.push(sum, netlist.word(bits, true));
  }
  words.slice(-4).forEach((word, i) => {
    netlist.output(`y${i}`, word);
  });
  return rebuild(netlist);
}

/** Register bits of two stages: the least of every set of LUTs for the second one. */
function fewestOfTwoStages(netlist: Netlist, limitNs: number): number {
  const luts = Array.from({ length: netlist.size }, (_, node) => node).filter(
    (n) => netlist.kind(n) === "lut",
  );
  const outputs = new Set(netlist.outputs.map(({ node }) => node));
  let fewest = Number.POSITIVE_INFINITY;
  for (let set = 0; set < 2 ** luts.length; set++) {
    const second = new Set(luts.filter((_, i) => (set >> i) & 1));
    const levels = new Map<NodeId, number>();
    const held = new Set([...outputs].filter((node) => !second.has(node)));
    let fits = true;
    for (const node of luts) {
      const own = Array.from(netlist.operands(node));
      if (!second.has(node)) fits &&= own.every((operand) => !second.has(operand));
      for (const operand of own) if (second.has(node) && !second.has(operand)) held.add(operand);
      const before = own.filter((operand) => second.has(operand) === second.has(node));
      levels.set(node, 1 + Math.max(0, ...before.map((operand) => levels.get(operand) ?? 0)));
      fits &&= levels.get(node)! * delays.lutNs <= limitNs;
    }
    const moving = [...held].filter((node) => netlist.kind(node) !== "constant");
    if (fits && moving.length < fewest) fewest = moving.length;
  }
  return fewest;
}

const options: fc.Arbitrary<PipelineOptions> = fc
  .record({
    wanted: fc.oneof(
      fc.record({ clockNs: fc.double({ min: 0.5, max: 12, noNaN: true }) }),
      fc.record({ stages: fc.integer({ min: 1, max: 9 }) }),
    ),
    registerInputs: fc.boolean(),
    registerOutputs: fc.boolean(),
  })
  .map(({ wanted, ...rest }) => ({ ...model, ...wanted, ...rest }));

describe("pipeline", () => {
  it("keeps the function, balances, and no stage is longer than it says", () => {
    fc.assert(
      fc.property(netlists, options, fc.nat(), (netlist, wanted, seed) => {
        const made = pipeline(netlist, wanted);
        const moves = made.netlist.outputs.some(({ node }) => latencies(made.netlist)[node]! >= 0);
        const ports = Number(wanted.registerInputs) + Number(wanted.registerOutputs);
        expect(latencyCycles(made.netlist)).toBe(moves ? made.stages - 1 + ports : 0);
        const vectors = drawVectors(netlist, 8, seed);
        for (let v = 0; v < 8; v++) {
          const inputs = vectors.map((of) => of[v]!);
          expect(evaluate(made.netlist, inputs)).toEqual(evaluate(netlist, inputs));
        }
        expect(bitByBitNs(made.netlist)).toBeLessThanOrEqual(made.worstStageNs + 1e-6);
        if (wanted.stages !== undefined) expect(made.stages).toBe(wanted.stages);
        // the registers that were there do not matter
        expect(pipeline(made.netlist, wanted).worstStageNs).toBeCloseTo(made.worstStageNs, 6);
      }),
      { numRuns: 300 },
    );
  });

  it("takes as few stages as the clock allows, and as short ones as the stages allow", () => {
    const netlist = layered(12, 40, 1);
    for (const luts of [1, 2, 3, 4, 6, 12]) {
      const { stages, worstStageNs } = pipeline(netlist, { ...model, clockNs: 0.75 + luts });
      expect([stages, worstStageNs]).toEqual([12 / luts, 0.75 + luts]);
      expect(pipeline(netlist, { ...model, stages }).worstStageNs).toBeCloseTo(0.75 + luts, 9);
    }
    expect(pipeline(netlist, { ...model, clockNs: 0.5 })).toMatchObject({ stages: 12, worstStageNs: 1.75 });
  });

  it("counts a level before what is subtracted, where the family needs one", () => {
    const netlist = new Netlist("difference");
    const [a, b] = [netlist.input("a", { lo: 0, hi: 255 }), netlist.input("b", { lo: 0, hi: 255 })];
    const term = (node: NodeId, negative: boolean) => ({ node, shift: 0, negative });
    netlist.output("y", netlist.sum([term(a, false), term(b, true)]));
    const plain = worstStageNs(netlist, model);
    expect(worstStageNs(netlist, { ...model, subtractNs: 2 })).toBeCloseTo(plain + 2, 9);
    expect(() => worstStageNs(netlist, { ...model, subtractNs: -1 })).toThrow("subtractNs is -1");
  });

  it("lets a sum start before the carries of its operands are through", () => {
    const netlist = new Netlist("sums");
    let sum = netlist.input("x0", { lo: 0, hi: 2 ** 16 - 1 });
    for (let i = 1; i < 5; i++) {
      const x = netlist.input(`x${i}`, { lo: 0, hi: 2 ** 16 - 1 });
      sum = netlist.sum([
        { node: sum, shift: 0, negative: false },
        { node: x, shift: 0, negative: false },
      ]);
    }
    netlist.output("y", sum);
    // four entries and one carry chain of 19 bits
    expect(worstStageNs(netlist, model)).toBeCloseTo(0.75 + 4 * 1.5 + 18 * 0.125, 9);
    expect(pipeline(netlist, { ...model, clockNs: 6.1 }).stages).toBe(2);
  });

  it("takes longer for tables than for LUTs, and for a carry that enters above the lowest bit less", () => {
    const table = (inputs: number): number => {
      const netlist = new Netlist("table");
      const bits = netlist.bits(netlist.input("x", { lo: 0, hi: 2 ** inputs - 1 }));
      const entries = Array.from({ length: 2 ** inputs }, (_, a) => (a * 5) & 3);
      netlist.output("y", netlist.table(bits, entries));
      return worstStageNs(netlist, model) - delays.registerNs;
    };
    // 4 ways chosen from by two bits a level
    expect([6, 7, 8, 9, 10].map(table)).toEqual([1, 2, 2, 3, 3]);
    const late = (shift: number): number => {
      const netlist = new Netlist("late");
      const bits = netlist.bits(netlist.input("x", { lo: 0, hi: 63 }));
      const bit = netlist.lut(bits, { low: 1, high: 7 });
      const wide = netlist.input("w", { lo: 0, hi: 255 });
      const term = (node: NodeId, by: number) => ({ node, shift: by, negative: false });
      netlist.output("y", netlist.sum([term(wide, 0), term(bit, shift)]));
      return worstStageNs(netlist, model) - delays.registerNs;
    };
    // nine bits of sum: the late bit passes the carries above it
    expect([0, 2, 4].map(late)).toEqual([0, 2, 4].map((shift) => 1 + 1.5 + (8 - shift) * 0.125));
  });

  it("has the fewest register bits that two stages allow, of all ways to part a netlist", () => {
    let compared = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const netlist = uneven(seed);
      for (const clockNs of [2.75, 3.75, 4.75]) {
        const made = pipeline(netlist, { ...model, clockNs });
        if (made.stages !== 2) continue;
        compared++;
        expect(registerBits(made.netlist)).toBe(fewestOfTwoStages(netlist, clockNs - delays.registerNs));
      }
    }
    expect(compared).toBeGreaterThan(40);
  });

  it("moves several borders to where they cost least, one after the other", () => {
    const bitsOf = (netlist: Netlist, stages: number): number =>
      registerBits(pipeline(netlist, { ...model, stages }).netlist);
    const layers = [1, 2, 3, 4].map((seed) => bitsOf(layered(12, 24, seed), 4));
    const few = Array.from({ length: 12 }, (_, i) => bitsOf(uneven(i + 1, 80, 24), 5));
    const sums = Array.from({ length: 6 }, (_, i) => bitsOf(sumsOfLuts(i + 1), 4));
    const total = (bits: readonly number[]): number => bits.reduce((sum, n) => sum + n, 0);
    // as found; more would be a plan that got worse
    expect([layers, few, sums].map(total)).toEqual([283, 302, 399]);
  });

  it("puts registers where words are narrow", () => {
    // 32 bits become one, which waits: in the middle it costs 1 bit a clock, before it 32
    const netlist = new Netlist("funnel");
    let bits: NodeId[] = Array.from({ length: 32 }, (_, i) => netlist.input(`x${i}`, { lo: 0, hi: 1 }));
    while (bits.length > 1) {
      bits = Array.from({ length: bits.length / 2 }, (_, i) =>
        netlist.lut([bits[2 * i]!, bits[2 * i + 1]!], { low: 6, high: 0 }),
      );
    }
    const wide = Array.from({ length: 32 }, (_, i) =>
      netlist.lut([bits[0]!, netlist.inputs[i]!.node], { low: 6, high: 0 }),
    );
    wide.forEach((bit, i) => {
      netlist.output(`y${i}`, bit);
    });
    const made = pipeline(netlist, { ...model, stages: 2 });
    // three levels in each stage: 8 bits and the 32 inputs; the inputs are read again behind it
    expect(made.worstStageNs).toBeCloseTo(3.75, 6);
    expect(registerBits(made.netlist)).toBe(4 + 32);
    const slack = pipeline(netlist, { ...model, clockNs: 5.8 });
    expect([slack.stages, registerBits(slack.netlist)]).toEqual([2, 1 + 32]);
  });

  it("plans 20 000 nodes in less than seconds", () => {
    const netlist = layered(20, 1000, 3);
    const start = performance.now();
    const made = pipeline(netlist, { ...model, stages: 5 });
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(latencyCycles(made.netlist)).toBe(4);
  });

  it("makes nothing that mixes clocks: a register too many is found", () => {
    const made = pipeline(layered(6, 12, 5), { ...model, stages: 3 }).netlist;
    let seen = 0;
    const unbalanced = rebuild(made, (into, node, operands) =>
      made.kind(node) === "lut" && ++seen === 20
        ? into.lut([into.register(operands[0]!), ...operands.slice(1)], made.init(node))
        : undefined,
    );
    expect(() => latencyCycles(unbalanced)).toThrow("netlist/unbalanced");
  });

  it.each([
    [{}, "Neither a clock nor a number of stages is given. [netlist/bad-pipeline]"],
    [{ clockNs: 3, stages: 2 }, "A clock and a number of stages is given. [netlist/bad-pipeline]"],
    [{ clockNs: 0 }, "The clock's period is 0 ns. [netlist/bad-pipeline]"],
    [{ stages: 1.5 }, "1.5 stages are asked for. [netlist/bad-pipeline]"],
    [{ stages: 1, delays: { ...delays, lutNs: -1 } }, "lutNs is -1. [netlist/bad-delays]"],
    [{ stages: 1, lutInputs: 2 }, "LUTs have 2 inputs. [netlist/bad-delays]"],
  ])("refuses %o", (wanted, message) => {
    const refused = (): unknown => pipeline(layered(1, 4, 1), { ...model, ...wanted });
    expect(refused).toThrow(NetlistError);
    expect(refused).toThrow(message);
  });
});

import {
  Constant,
  type CostRule,
  createCompiler,
  createModule,
  definePlugin,
  type ElemType,
  elemForRange,
  elemInfo,
  evaluate,
  Graph,
  numbers,
  type Op,
  type Random,
  randomInteger,
  rounder,
  seededRandom,
  type Target,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { Threshold } from "@gatefold/dialect-q";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FoldOptions, fold } from "../src/index.js";

const modes = ["HALF_EVEN", "FLOOR", "CEIL", "HALF_UP", "ROUND"] as const;
const outputs: readonly ElemType[] = ["u1", "u2", "u4", "u8", "i3", "i8"];

/** Rows of thresholds of `round(scale · x + offset)`, clipped to the codes of `elem`, for every channel. */
function uniformRows(random: Random, elem: ElemType, channels: number, lo: number, hi: number): number[][] {
  const { min, max } = elemInfo(elem);
  const dyadic = random() < 0.5;
  const mode = modes[randomInteger(random, 0, modes.length - 1)]!;
  const scale = dyadic ? 2 ** -randomInteger(random, 0, 6) : 0.002 + random();
  const alike = random() < 0.5;
  return Array.from({ length: channels }, () => {
    const round = rounder(mode);
    const offset = dyadic ? randomInteger(random, -40, 40) / 4 : 30 * random() - 15;
    const own = alike || dyadic ? scale : scale * (0.5 + random());
    const codes = Array.from({ length: hi - lo + 1 }, (_, i) => round(own * (lo + i) + offset));
    return Array.from({ length: max - min }, (_, k) => {
      const at = codes.findIndex((code) => code >= min + k + 1);
      return at < 0 ? hi + 1 : lo + at;
    });
  });
}

/** Thresholds on a stream of `input`, one row of them a channel. */
function thresholdGraph(input: ElemType, elem: ElemType, rows: readonly number[][], samples = 1): Graph {
  const graph = new Graph("main");
  const x = graph.addInput(tensor(input, [samples, rows.length]), "x");
  const { min, max } = elemInfo(input);
  const value = tensorFrom(
    elemForRange(Math.min(min, 0), max + 1),
    [rows.length, rows[0]!.length],
    rows.flat(),
  );
  const t = Constant.build(graph, [], { value });
  graph.setOutputs([Threshold.build(graph, [x, t], { elem, bias: elemInfo(elem).min })]);
  return graph;
}

async function lower(
  graph: Graph,
  options: Partial<FoldOptions>,
  rules: readonly CostRule[] = [],
): Promise<Op> {
  const plugins = [fold({ clockMhz: 100, ...options }), definePlugin({ name: "rules", costRules: rules })];
  const compiler = createCompiler({ plugins });
  const compilation = compiler.start(createModule("net", graph));
  await compiler.run(compilation);
  return [...compilation.module.main.ops()].find((op) => hw.Threshold.is(op) || hw.Requantize.is(op))!;
}

const uniform = [Array.from({ length: 255 }, (_, k) => Math.ceil(3.7 * k - 400))];

describe("thresholds as a multiplication", () => {
  it("give the same code on every integer that there is, or stay thresholds", async () => {
    const seen = { multiplied: 0, even: 0, own: 0, compared: 0 };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 }), async (seed) => {
        const random = seededRandom(seed);
        const input = random() < 0.3 ? "u9" : "i10";
        const { min, max } = elemInfo(input);
        const elem = outputs[randomInteger(random, 0, outputs.length - 1)]!;
        const rows = uniformRows(random, elem, randomInteger(random, 1, 3), min, max);
        // Some have a step that no line has.
        if (random() < 0.3) {
          const row = rows[0]!;
          const k = row.length >> 1;
          row[k] = Math.min(row[k]! + 5, max + 1);
          row.sort((a, b) => a - b);
        }
        const source = thresholdGraph(input, elem, rows, max - min + 1);
        const op = await lower(source, { requantize: "always-if-exact" });
        const all = Array.from(
          { length: (max - min + 1) * rows.length },
          (_, i) => min + Math.floor(i / rows.length),
        );
        const x = tensorFrom(input, [max - min + 1, rows.length], all);
        const wanted = numbers(evaluate(source, [x])[0]!);
        const got = numbers(evaluate(op.graph, [x])[0]!);
        expect(Array.from(got)).toEqual(Array.from(wanted));
        if (!hw.Requantize.is(op)) seen.compared++;
        else {
          seen.multiplied++;
          if (op.attrs.ties === "even") seen.even++;
          if (op.operand(1).type.shape[0]! > 1) seen.own++;
        }
      }),
      { numRuns: 80, seed: 11 },
    );
    for (const [kind, count] of Object.entries(seen)) expect([kind, count > 2]).toEqual([kind, true]);
  });

  it("is a shift where a power of two does", async () => {
    const rows = [0, 5, -9].map((b) => Array.from({ length: 15 }, (_, k) => 8 * (k + 1) - 4 + b));
    const op = await lower(thresholdGraph("i10", "u4", rows), { requantize: "always-if-exact" });
    expect(op.def.name).toBe("hw.requantize");
    expect(hw.requantizeFactor(op)).toBe(1);
    expect(op.attrs).toMatchObject({ drop: 0, shift: 3, ties: "up", low: 0, high: 15, offset: 0 });
  });

  it("is not asked for with `never`, nor found where one threshold is off", async () => {
    expect((await lower(thresholdGraph("i10", "u8", uniform), { requantize: "never" })).def).toBe(
      hw.Threshold,
    );
    const off = [uniform[0]!.map((t, k) => (k === 99 ? t + 2 : t))];
    const op = await lower(thresholdGraph("i10", "u8", off), { requantize: "always-if-exact" });
    expect(op.def).toBe(hw.Threshold);
  });

  it("refuses a mode that there is not", () => {
    expect(() => fold({ clockMhz: 100, requantize: "sometimes" as "auto" })).toThrow(
      /`requantize` is "sometimes"/,
    );
  });
});

describe("which of both", () => {
  const device: Target = {
    name: "device",
    family: "test",
    device: "test",
    resources: { lutCount: 1000, ffCount: 1000, bramCount: 10, bramBits: 18_432, dspCount: 10 },
    defaultClockMhz: 100,
    lutInputs: 6,
    tools: {},
  };
  const rule = (op: CostRule["op"], lutCount: (op: Op) => number): CostRule => ({
    op,
    family: "test",
    source: "test",
    estimate: (o) => ({ lutCount: lutCount(o), ffCount: 0, bramCount: 0, dspCount: 0 }),
  });
  const chosen = async (compare: number, multiply: number): Promise<string> => {
    const rules = [rule(hw.Threshold, () => compare), rule(hw.Requantize, () => multiply)];
    const op = await lower(thresholdGraph("i10", "u8", uniform), { target: device }, rules);
    return op.def.name;
  };

  it("follows from the target's rules", async () => {
    expect(await chosen(100, 99)).toBe("hw.requantize");
    expect(await chosen(99, 100)).toBe("hw.threshold");
    expect(await chosen(99, 99)).toBe("hw.threshold");
  });

  it("is asked at the folding that the rate wants", async () => {
    const rows = Array.from({ length: 8 }, () => uniform[0]!);
    const pe = (op: Op): number => op.attrs["pe"] as number;
    // Comparing is the cheaper at PE 1 and the dearer from PE 4 on.
    const rules = [rule(hw.Threshold, (op) => 10 * pe(op)), rule(hw.Requantize, () => 30)];
    const at = async (targetCycles: number): Promise<string> =>
      (await lower(thresholdGraph("i10", "u8", rows), { target: device, targetCycles }, rules)).def.name;
    expect(await at(8)).toBe("hw.threshold");
    expect(await at(2)).toBe("hw.requantize");
  });
});

import {
  Constant,
  compareTensors,
  createModule,
  evaluateModule,
  Graph,
  makeTensor,
  numbers,
  randomInteger,
  seededRandom,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import * as q from "@gatefold/dialect-q";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { enumerate, enumerationLimit, type IntegerFunction, mirrored } from "../src/integer-function.js";
import { bisect, codeRange, endDirections, reach, tableDirection } from "../src/thresholds.js";
import { lower } from "./helpers/agree.js";

/** Staircases of some channels, each over its own range, up or down. */
const staircases: fc.Arbitrary<IntegerFunction> = fc
  .array(
    fc.record({
      lo: fc.integer({ min: -40, max: 20 }),
      steps: fc.array(fc.nat(3), { minLength: 1, maxLength: 40 }),
      start: fc.integer({ min: -4, max: 4 }),
      down: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((channels) => {
    const tables = channels.map(({ steps, start, down }) => {
      let code = start;
      const up = steps.map((s) => {
        code += s;
        return code;
      });
      return down ? up.reverse() : up;
    });
    return {
      channels: channels.length,
      lo: (c) => channels[c]!.lo,
      hi: (c) => channels[c]!.lo + tables[c]!.length - 1,
      at: (levels) =>
        Float64Array.from(levels, (n, i) => {
          const c = i % channels.length;
          const code = tables[c]![n - channels[c]!.lo];
          if (code === undefined) throw new RangeError(`${n} is outside channel ${c}`);
          return code;
        }),
    };
  });

describe("thresholds of monotone functions", () => {
  it("are the same by bisection as by the whole table, and never asked for outside of the range", () => {
    fc.assert(
      fc.property(staircases, (f) => {
        const tables = enumerate(f)!;
        const down = tables.map((table) => tableDirection(table) === "down");
        expect(endDirections(f).map((d) => d === "down")).toEqual(down);
        const g = mirrored(f, down);
        const { lo, hi } = codeRange(g);
        const span = { from: lo + 1, count: Math.max(1, hi - lo) };
        const whole = tables.map((table, c) => reach(table, down[c]!, g.lo(c), g.hi(c), span));
        expect(bisect(g, span)).toEqual(whole);
        // A threshold is the first integer that reaches its code.
        whole.forEach((row, c) => {
          row.forEach((t, k) => {
            for (let n = g.lo(c); n <= g.hi(c); n++) {
              const levels = Float64Array.from({ length: g.channels }, (_, d) => (d === c ? n : g.lo(d)));
              expect(g.at(levels)[c]! >= span.from + k).toBe(n >= t);
            }
          });
        });
      }),
    );
  });

  it("of an accumulator too wide to enumerate are exact at every boundary", async () => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor("u16", [1, 3]), "x");
    const constant = (values: readonly number[], shape: readonly number[]) =>
      Constant.build(graph, [], { value: tensorFrom("f32", shape, values) });
    const weights = [1, 2, 1024, -1, -3, 900];
    const real = nn.Dequantize.build(graph, [x, constant([2 ** -20], []), constant([0], [])]);
    const y = nn.MatMul.build(graph, [real, constant(weights, [3, 2])]);
    const squashed = nn.Tanh.build(graph, [nn.Mul.build(graph, [y, constant([0.11, -0.07], [2])])]);
    const parameters = [constant([1 / 16], []), constant([0], []), constant([5], [])];
    graph.setOutputs([nn.Quant.build(graph, [squashed, ...parameters])]);
    const { before, compilation } = await lower(createModule("wide", graph));
    const threshold = [...compilation.module.main.ops()].find((op) => q.Threshold.is(op))!;
    const product = q.MatMul.match(threshold.operand(0))!;
    const w = numbers(Constant.match(product.operand(1))!.attrs.value);
    const t = numbers(Constant.match(threshold.operand(1))!.attrs.value);
    const rowOf = (n: number): number[] => Array.from(w).slice(n * 3, n * 3 + 3);
    const reachOf = (n: number): number => 65535 * rowOf(n).reduce((all, v) => all + Math.abs(v), 0);
    expect(2 * (reachOf(0) + 1)).toBeGreaterThan(enumerationLimit);
    const random = seededRandom(5);
    let boundaries = 0;
    for (let i = 0; i < t.length; i++) {
      for (const side of [0, -1]) {
        const n = Math.floor(i / (t.length / 2));
        const inputs = inputsOfSum(t[i]! + side, rowOf(n), random);
        if (!inputs) continue;
        boundaries++;
        const row = [makeTensor("u16", [1, 3], Uint16Array.from(inputs))];
        const [was, is] = [evaluateModule(before, row)[0]!, evaluateModule(compilation.module, row)[0]!];
        expect(compareTensors(was, is, "bit-exact")).toBeUndefined();
      }
    }
    expect(boundaries).toBeGreaterThan(60);
  });
});

/** Inputs `x` with `x · w = sum`, found through the weight of least magnitude. */
function inputsOfSum(sum: number, w: ArrayLike<number>, random: () => number): readonly number[] | undefined {
  const order = [0, 1, 2].sort((a, b) => Math.abs(w[b]!) - Math.abs(w[a]!));
  for (let attempt = 0; attempt < 20_000; attempt++) {
    const x = [0, 0, 0];
    const [big, mid, small] = order as [number, number, number];
    x[mid] = randomInteger(random, 0, 65535);
    const left = sum - x[mid]! * w[mid]!;
    x[big] = Math.min(65535, Math.max(0, Math.round(left / w[big]!) - randomInteger(random, 0, 3)));
    const rest = (left - x[big]! * w[big]!) / w[small]!;
    if (Number.isInteger(rest) && rest >= 0 && rest <= 65535) {
      x[small] = rest;
      return x;
    }
  }
  return undefined;
}

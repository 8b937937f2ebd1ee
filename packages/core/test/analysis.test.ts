import {
  AnalysisManager,
  defineAnalysis,
  defineModel,
  evaluate,
  InterfaceTable,
  integerRanges,
  numbers,
  Ranged,
  rangeOfChannels,
} from "@gatefold/core";
import { graphOf, tensorOf } from "@gatefold/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Add, Marked, Neg } from "./dialect.js";
import { moduleOf } from "./helpers.js";

describe("analyses", () => {
  it("are kept until the graph changes", () => {
    let computed = 0;
    const count = defineAnalysis({
      name: "count",
      compute: (graph) => ({ ops: [...graph.ops()].length, run: ++computed }),
    });
    const { main } = moduleOf("%y = t.neg(%x)", "return %y");
    const manager = new AnalysisManager(new InterfaceTable());
    expect(manager.get(count, main)).toBe(manager.get(count, main));
    main.setOutputs(main.inputs);
    main.eraseDead();
    expect(manager.get(count, main)).toEqual({ ops: 1, run: 2 });
    expect(new AnalysisManager(new InterfaceTable()).get(count, main).run).toBe(3);
  });

  it("may use others, but not in a circle, and change nothing", () => {
    const { main } = moduleOf("return %x");
    const other = moduleOf("return %x, %x").main;
    const manager = new AnalysisManager(new InterfaceTable());
    const size = defineAnalysis<number>({ name: "size", compute: (graph) => graph.outputs.length });
    const twice = defineAnalysis<number>({
      name: "twice",
      compute: (graph, ctx) => ctx.get(size, graph) + ctx.get(size, other),
    });
    expect(manager.get(twice, main)).toBe(3);
    const loop = defineAnalysis<number>({
      name: "loop",
      compute: (graph, ctx): number => ctx.get(loop, graph),
    });
    expect(() => manager.get(loop, main)).toThrow("analyses need each other: loop → loop");
    const vandal = defineAnalysis<void>({ name: "vandal", compute: (graph) => graph.setOutputs([]) });
    expect(() => manager.get(vandal, main)).toThrow("`vandal` changed its graph");
  });
});

describe("integer ranges", () => {
  const ranges = (table = new InterfaceTable()) => new AnalysisManager(table);

  it("are of the type, exact for constants, and go through models", () => {
    const { main } = moduleOf(
      "%c = core.constant() {value = dense<tensor<2xi8>, [-1, 5]>}",
      "%a = t.add(%x, %c)",
      "%n = t.neg(%a)",
      "return %n",
    );
    const found = ranges().get(integerRanges, main);
    const [c, a, n] = [...main.ops()].map((op) => op.results[0]!);
    expect(found.of(main.inputs[0]!)).toEqual({ lo: -8, hi: 7 });
    expect(found.of(c!)).toEqual({ lo: -1, hi: 5 });
    expect(found.of(a!)).toEqual({ lo: -9, hi: 12 });
    // `t.neg` has no model: its type, i9 for the negative of the i9 that the add infers
    expect(found.of(n!)).toEqual({ lo: -512, hi: 511 });
    expect(() => found.of(moduleOf("return %x").main.inputs[0]!)).toThrow("not of graph `main`");
  });

  it("take models from plugins, with channels", () => {
    const channels = { axis: 0, lo: Float64Array.of(-7, -2), hi: Float64Array.of(1, 2) };
    const table = new InterfaceTable([
      defineModel(Neg, Ranged, { range: () => [rangeOfChannels(channels)] }),
    ]);
    const { main } = moduleOf("%n = t.neg(%x)", "return %n");
    expect(ranges(table).get(integerRanges, main).of(main.outputs[0]!)).toEqual({ lo: -7, hi: 2, channels });
  });

  it("find models that give nonsense", () => {
    const { main } = moduleOf("%n = t.neg(%x)", "return %n");
    const get = (range: () => readonly { lo: number; hi: number }[]) => () =>
      ranges(new InterfaceTable([defineModel(Neg, Ranged, { range })])).get(integerRanges, main);
    expect(get(() => [])).toThrow("`t.neg` gives 0 ranges for 1 results");
    expect(get(() => [{ lo: 1, hi: 0 }])).toThrow("empty interval 1 … 0");
    const channels = { axis: 0, lo: new Float64Array(3), hi: new Float64Array(3) };
    expect(get(() => [{ lo: 0, hi: 0, channels }])).toThrow(
      "gives 3 channels along axis 0, which has 2 elements",
    );
  });

  it("hold every value that evaluation gives", () => {
    const cases = graphOf([{ def: Add }, { def: Neg }, { def: Marked }]).chain((graph) =>
      fc.tuple(fc.constant(graph), fc.tuple(...graph.inputs.map((v) => tensorOf(v.type)))),
    );
    fc.assert(
      fc.property(cases, ([graph, inputs]) => {
        const found = ranges().get(integerRanges, graph);
        evaluate(graph, inputs, {
          onValue: (value, tensor) => {
            const { lo, hi } = found.of(value);
            for (const v of numbers(tensor)) expect(v >= lo && v <= hi).toBe(true);
          },
        });
      }),
    );
  });
});

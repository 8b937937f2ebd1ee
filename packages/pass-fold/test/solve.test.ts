import {
  Constant,
  type CostRule,
  createModule,
  createPassContext,
  divisors,
  elemForRange,
  Graph,
  InterfaceTable,
  type Op,
  tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { follows, Kernel, Mvu, type NamedKernel, namedKernels } from "@gatefold/dialect-hw";
import { Add, MatMul, Threshold } from "@gatefold/dialect-q";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mostRate } from "../src/budget.js";
import { type CostModel, costModel, unitsOf } from "../src/cost-model.js";
import { lowerKernels } from "../src/lower-kernels.js";
import { qLowerings } from "../src/lowering.js";
import { type FoldingProblem, foldingProblem, type GivenFolds } from "../src/problem.js";
import { type Fold, refold } from "../src/refold.js";
import { thresholdLowering } from "../src/requantize.js";
import { leastCost, reachableIntervals, sumResources } from "../src/solve.js";

const interfaces = new InterfaceTable([...qLowerings, thresholdLowering("never")]);
const none: GivenFolds = new Map();

interface Layer {
  readonly neurons: number;
  readonly threshold: boolean;
  /** Whether the layer keeps the width and its input is added to its result. */
  readonly residual: boolean;
}

const layers = fc.array(
  fc.record({ neurons: fc.constantFrom(1, 2, 3, 4, 6), threshold: fc.boolean(), residual: fc.boolean() }),
  { minLength: 1, maxLength: 3 },
);

/** A chain of dense layers, some with thresholds, some with a fork around them that joins again. */
function network(inputs: number, list: readonly Layer[]): Graph {
  const graph = new Graph("main");
  let x: Value = graph.addInput(tensor("u2", [1, inputs]), "x");
  for (const { neurons, threshold, residual } of list) {
    const width = x.type.shape[1]!;
    const count = residual ? width : neurons;
    const value = tensorFrom("i2", [count, width], new Array(count * width).fill(1));
    const w = Constant.build(graph, [], { value });
    let y = MatMul.build(graph, [x, w], { elem: elemForRange(-3 * width * 8, 3 * width * 8) });
    if (threshold) {
      const t = Constant.build(graph, [], {
        value: tensorFrom(
          "i8",
          [count, 3],
          Array.from({ length: count * 3 }, (_, i) => (i % 3) * 4),
        ),
      });
      y = Threshold.build(graph, [y, t], { elem: "u2" });
    }
    x = residual ? Add.build(graph, [x, y], { elem: elemForRange(-5000, 5000) }) : y;
  }
  graph.setOutputs([x]);
  return graph;
}

interface Lowered {
  readonly graph: Graph;
  readonly kernels: readonly NamedKernel[];
  readonly problem: FoldingProblem;
}

function lowered(source: Graph, model: CostModel, given = none): Lowered {
  const module = createModule("net", source);
  void lowerKernels({ clockMhz: 100 }).run(module, createPassContext({ interfaces }));
  const kernels = namedKernels(module.main, interfaces);
  return {
    graph: module.main,
    kernels,
    problem: foldingProblem(module.main, kernels, given, model, interfaces),
  };
}

interface Measured {
  readonly intervalCycles: number;
  readonly lutCount: number;
  readonly units: number;
}

/** What a folding really comes to: the folded graph, converters and all, priced op by op. */
function measure(graph: Graph, folds: ReadonlyMap<Op, Fold>, model: CostModel): Measured {
  const ops = namedKernels(
    refold(graph, (op) => folds.get(op) ?? {}, interfaces),
    interfaces,
  );
  const schedules = ops.map((k) => k.model.schedule(k.op));
  const resources = sumResources(ops.map((k, i) => model.of(k.op, schedules[i]!).resources));
  return {
    intervalCycles: Math.max(...schedules.map((s) => s.intervalCycles)),
    lutCount: resources.lutCount,
    units: unitsOf(resources, model.weights),
  };
}

/** Every folding in which thresholds keep the lanes of their unit. */
function everything({ graph, kernels }: Lowered, model: CostModel): Measured[] {
  const free = kernels.filter((k) => k.model.axes(k.op).length > 0 && !follows(k.op, k.model, interfaces));
  const all = free.reduce<Map<Op, Fold>[]>(
    (maps, { op, model: m }) =>
      m
        .axes(op)
        .reduce<Fold[]>(
          (list, axis) => list.flatMap((f) => divisors(axis.extent).map((v) => ({ ...f, [axis.name]: v }))),
          [{}],
        )
        .flatMap((f) => maps.map((map) => new Map([...map, [op, f]]))),
    [new Map()],
  );
  return all.map((folds) => {
    for (const { op, model: m } of kernels) {
      const owner = follows(op, m, interfaces);
      const axis =
        owner &&
        interfaces
          .get(owner.def, Kernel)!
          .axes(owner)
          .find((a) => a.results.includes(0))!;
      if (owner) folds.set(op, { [m.axes(op)[0]!.name]: folds.get(owner)![axis!.name]! });
    }
    return measure(graph, folds, model);
  });
}

const model = costModel([], undefined, interfaces);

const small = fc
  .tuple(fc.constantFrom(2, 3, 4, 6), layers)
  .filter(([n, list]) => list.length < 3 || (n <= 4 && list.every((l) => l.neurons <= 3)));

describe("the folding solver", () => {
  it("costs at every rate what the best of all foldings costs, on chains and on joins", () => {
    fc.assert(
      fc.property(small, ([inputs, list]) => {
        const net = lowered(network(inputs, list), model);
        const all = everything(net, model);
        const intervals = [...new Set(all.map((m) => m.intervalCycles))].sort((a, b) => a - b);
        expect(reachableIntervals(net.problem)[0]).toBe(intervals[0]);
        for (const cycles of [...intervals, Number.POSITIVE_INFINITY]) {
          const found = leastCost(net.problem, cycles, model.weights)!;
          const best = Math.min(...all.filter((m) => m.intervalCycles <= cycles).map((m) => m.units));
          expect(found.exact).toBe(true);
          expect(found.cost).toBeCloseTo(best, 6);
          const really = measure(net.graph, found.folds, model);
          expect(really.units).toBeCloseTo(found.cost, 6);
          expect(really.intervalCycles).toBe(found.intervalCycles);
          expect(found.intervalCycles).toBeLessThanOrEqual(cycles);
        }
        expect(leastCost(net.problem, intervals[0]! - 1, model.weights)).toBeUndefined();
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it("finds the fastest of all foldings within a number of LUTs", () => {
    fc.assert(
      fc.property(small, fc.double({ min: 0, max: 1, noNaN: true }), ([inputs, list], share) => {
        const net = lowered(network(inputs, list), model);
        const all = everything(net, model);
        const luts = all.map((m) => m.lutCount);
        const least = Math.min(...luts);
        const budget = Math.floor(least + share * (Math.max(...luts) - least));
        const found = mostRate(net.problem, { lutCount: budget }, model.weights);
        const best = Math.min(...all.filter((m) => m.lutCount <= budget).map((m) => m.intervalCycles));
        expect(found?.intervalCycles).toBe(best);
        expect(found!.resources.lutCount).toBeLessThanOrEqual(budget);
        expect(mostRate(net.problem, { lutCount: least - 1 }, model.weights)).toBeUndefined();
      }),
      { numRuns: 25, seed: 8 },
    );
  });

  it("keeps several resources of a budget at once, whatever it finds", () => {
    fc.assert(
      fc.property(
        small,
        fc.integer({ min: 50, max: 2000 }),
        fc.integer({ min: 0, max: 4 }),
        (spec, lutCount, bramCount) => {
          const net = lowered(network(...spec), model);
          const found = mostRate(net.problem, { lutCount, bramCount }, model.weights);
          if (!found) return;
          expect(found.resources.lutCount).toBeLessThanOrEqual(lutCount);
          expect(found.resources.bramCount).toBeLessThanOrEqual(bramCount);
        },
      ),
      { numRuns: 25, seed: 9 },
    );
  });

  it("leaves what is given, axis by axis, and folds the rest around it", () => {
    const source = network(6, [
      { neurons: 6, threshold: true, residual: false },
      { neurons: 4, threshold: false, residual: false },
    ]);
    const given = new Map([["MVAU_0", { PE: 3 }]]);
    const net = lowered(source, model, given);
    const found = leastCost(net.problem, 12, model.weights)!;
    const folds = new Map(net.kernels.map((k) => [k.name, found.folds.get(k.op)]));
    expect(folds.get("MVAU_0")?.["PE"]).toBe(3);
    expect(folds.get("MVAU_0_Thresholding")).toEqual({ PE: 3 });
    expect(found.intervalCycles).toBeLessThanOrEqual(12);
  });
});

describe("prices", () => {
  const rule: CostRule = {
    op: Mvu,
    family: "toy",
    source: "by hand",
    // A kernel whose neurons are dear and whose inputs are free.
    estimate: (op) => ({ lutCount: 1000 * (op.attrs["pe"] as number), dspCount: 2 }),
  };
  const device = {
    name: "toy-1",
    family: "toy",
    device: "toy",
    resources: { lutCount: 1000, ffCount: 1000, bramCount: 10, bramBits: 4096, dspCount: 4 },
    defaultClockMhz: 25,
    lutInputs: 4,
    tools: {},
  };

  it("come from the rules of the target's family, with the worth of its resources, else from the proxy", () => {
    const priced = costModel([rule], device, interfaces);
    expect(priced.weights).toEqual({ lutCount: 1, bramCount: 100, dspCount: 250 });
    const net = lowered(network(6, [{ neurons: 6, threshold: true, residual: false }]), priced);
    const found = leastCost(net.problem, 6, priced.weights)!;
    const byName = new Map(net.kernels.map((k) => [k.name, k]));
    expect(found.folds.get(byName.get("MVAU_0")!.op)).toEqual({ PE: 1, SIMD: 6 });
    expect(found.resources.dspCount).toBe(2);
    const sources = net.problem.kernels.map((p) => p.choices[0]!.cost.source);
    expect(sources).toEqual(["by hand", "architectural proxy"]);
    expect(
      costModel([rule], { ...device, family: "other" }, interfaces).of(
        byName.get("MVAU_0")!.op,
        byName.get("MVAU_0")!.model.schedule(byName.get("MVAU_0")!.op),
      ).source,
    ).toBe("architectural proxy");
  });

  it("of converters count: two lanes that agree cost less than two that do not", () => {
    expect(model.converter("u2", [1, 12], 3, 4).units).toBeGreaterThan(
      model.converter("u2", [1, 12], 2, 4).units,
    );
  });
});

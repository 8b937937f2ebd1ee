import {
  createModule,
  createPassContext,
  type Graph,
  InferError,
  InterfaceTable,
  type Op,
  sameShape,
} from "@gatefold/core";
import { axisValues, Kernel, type NamedKernel, namedKernels } from "@gatefold/dialect-hw";
import * as q from "@gatefold/dialect-q";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costModel } from "../src/cost-model.js";
import { lowerKernels } from "../src/lower-kernels.js";
import { qLowerings } from "../src/lowering.js";
import { foldingProblem } from "../src/problem.js";
import { type Fold, refold } from "../src/refold.js";
import { leastCost, reachableIntervals } from "../src/solve.js";
import { type ConvSpec, convLayer } from "./conv-layer.js";

const interfaces = new InterfaceTable(qLowerings);
const model = costModel([], undefined, interfaces);

interface Measured {
  readonly intervalCycles: number;
  readonly units: number;
}

/** What a folding comes to; `undefined` where kernels do not fit each other, as their types say. */
function measure(graph: Graph, folds: ReadonlyMap<Op, Fold>): Measured | undefined {
  let into: Graph;
  try {
    into = refold(graph, (op) => folds.get(op) ?? {}, interfaces);
  } catch (error) {
    if (error instanceof InferError) return undefined;
    throw error;
  }
  if (!into.outputs.every((v, i) => sameShape(v.type.shape, graph.outputs[i]!.type.shape))) return undefined;
  const ops = namedKernels(into, interfaces);
  const schedules = ops.map((k) => k.model.schedule(k.op));
  const costs = ops.map((k, i) => model.of(k.op, schedules[i]!));
  return {
    intervalCycles: Math.max(...schedules.map((s) => s.intervalCycles)),
    units: costs.reduce((sum, c) => sum + c.units, 0),
  };
}

function everything(graph: Graph, kernels: readonly NamedKernel[]): Measured[] {
  const all = kernels.reduce<Map<Op, Fold>[]>(
    (maps, { op }) => {
      const axes = interfaces.get(op.def, Kernel)!.axes(op);
      const folds = axes.reduce<Fold[]>(
        (list, axis) => list.flatMap((f) => axisValues(axis).map((v) => ({ ...f, [axis.name]: v }))),
        [{}],
      );
      return folds.flatMap((f) => maps.map((map) => new Map([...map, [op, f]])));
    },
    [new Map()],
  );
  return all.flatMap((folds) => measure(graph, folds) ?? []);
}

describe("the folding solver, with windows", () => {
  it("costs at every rate what the best of all foldings costs whose orders fit", () => {
    const specs: fc.Arbitrary<ConvSpec> = fc.record({
      size: fc.constantFrom(3, 4),
      channels: fc.constantFrom(2, 3, 4),
      kernel: fc.constantFrom([2, 2] as const, [3, 1] as const, [1, 1] as const, [1, 2] as const),
      depthwise: fc.boolean(),
      stride: fc.constantFrom(1, 2),
      pad: fc.constantFrom(0, 0, 1),
    });
    let parallel = 0;
    fc.assert(
      fc.property(specs, fc.boolean(), (spec, pools) => {
        const source = convLayer(spec, (g, x) =>
          pools && x.type.shape[1]! > 1 ? q.MaxPool.build(g, [x], { kernel: [2, 1] }) : x,
        );
        const module = createModule("net", source);
        void lowerKernels({ clockMhz: 100 }).run(module, createPassContext({ interfaces }));
        const kernels = namedKernels(module.main, interfaces);
        const problem = foldingProblem(module.main, kernels, new Map(), model, interfaces);
        const all = everything(module.main, kernels);
        const intervals = [...new Set(all.map((m) => m.intervalCycles))].sort((a, b) => a - b);
        expect(reachableIntervals(problem)[0]).toBe(intervals[0]);
        for (const cycles of [...intervals, Number.POSITIVE_INFINITY]) {
          const found = leastCost(problem, cycles, model.weights)!;
          const best = Math.min(...all.filter((m) => m.intervalCycles <= cycles).map((m) => m.units));
          expect(found.cost).toBeCloseTo(best, 6);
          const really = measure(module.main, found.folds)!;
          expect(really.units).toBeCloseTo(found.cost, 6);
          expect(really.intervalCycles).toBe(found.intervalCycles);
          for (const f of found.folds.values()) parallel += f["parallel_window"] ?? 0;
        }
      }),
      { numRuns: 25, seed: 5 },
    );
    expect(parallel).toBeGreaterThan(0);
  });
});

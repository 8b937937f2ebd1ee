import { Constant, cloneOp, Graph, type InterfaceTable, type Op } from "@gatefold/core";
import { axisValues, Kernel } from "@gatefold/dialect-hw";
import type { CostModel } from "./cost-model.js";
import type { KernelBuilder, KernelSite } from "./lowering.js";
import { type Fold, probe } from "./refold.js";

/**
 * Of several kernels that do the same, the one that costs least, the first of equals: each by its cheapest folding that
 * takes at most `cycles` a frame, or where none is as fast by its fastest. Kernels before and behind are not asked: they
 * may make it wider than it needs to be.
 */
export function cheapest(
  candidates: readonly KernelBuilder[],
  site: KernelSite,
  cycles: number,
  model: CostModel,
  interfaces: InterfaceTable,
): KernelBuilder {
  const priced = candidates.map((build) => ({ build, units: leastUnits(alone(build, site)) }));
  return priced.reduce((best, next) => (next.units < best.units ? next : best)).build;

  function leastUnits(op: Op): number {
    const kernel = interfaces.get(op.def, Kernel)!;
    const foldings = kernel
      .axes(op)
      .reduce<Fold[]>(
        (all, axis) => all.flatMap((f) => axisValues(axis).map((v) => ({ ...f, [axis.name]: v }))),
        [{}],
      )
      .map((fold) => {
        const folded = probe(op, fold, interfaces);
        const schedule = kernel.schedule(folded);
        return { folded, schedule };
      });
    const least = Math.min(...foldings.map((f) => f.schedule.intervalCycles));
    const allowed = foldings.filter((f) => f.schedule.intervalCycles <= Math.max(cycles, least));
    return Math.min(...allowed.map((f) => model.of(f.folded, f.schedule).units));
  }
}

/** The kernel in a graph of its own, fed by inputs of the types that it is to read. */
function alone(build: KernelBuilder, { operands, loc }: KernelSite): Op {
  const graph = new Graph("probe");
  const own = operands.map((v) =>
    Constant.match(v) ? cloneOp(v.op!, graph, new Map()).result() : graph.addInput(v.type),
  );
  const { op } = build({ graph, operands: own, loc });
  if (!op) throw new TypeError("a candidate gives a value that no kernel makes");
  return op;
}

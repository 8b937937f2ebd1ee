import {
  type CostRule,
  type ElemType,
  Graph,
  type InterfaceTable,
  type Op,
  type Resources,
  stream,
  type Target,
} from "@gatefold/core";
import { Kernel, kernelOf, type Schedule, WidthConverter } from "@gatefold/dialect-hw";
import { proxyCost } from "./proxy.js";

export const proxySource = "architectural proxy";

/** What one kernel costs; a resource that is not there is unknown. */
export interface FoldCost {
  readonly resources: Partial<Resources>;
  /** The rule's source, or that it is a proxy. */
  readonly source: string;
  /** The resources as one number: look-up tables, and what else it takes at its worth in look-up tables. */
  readonly units: number;
}

/** Worth of one of each resource in look-up tables. */
export type CostWeights = Readonly<Partial<Resources>>;

/** How foldings are priced. */
export interface CostModel {
  /** What an op costs whose token schedule is known already. */
  of(op: Op, schedule: Schedule): FoldCost;
  /** A width converter on a stream of this type. */
  converter(elem: ElemType, shape: readonly number[], from: number, to: number): FoldCost;
  readonly weights: CostWeights;
}

/** Look-up tables that a device has for each block RAM (36 Kb) and each DSP: those of a Zynq 7020. */
const defaultWeights: CostWeights = { lutCount: 1, bramCount: 380, dspCount: 242 };
const defaultBramBits = 36_864;

/** The worth of a block RAM or a DSP is the device's look-up tables for each of them: what is scarce is dear. */
function weightsOf(target: Target | undefined): CostWeights {
  if (!target) return defaultWeights;
  const { lutCount, bramCount, dspCount } = target.resources;
  return {
    lutCount: 1,
    bramCount: lutCount / Math.max(bramCount, 1),
    dspCount: lutCount / Math.max(dspCount, 1),
  };
}

export function unitsOf(resources: Partial<Resources>, weights: CostWeights): number {
  return Object.entries(weights).reduce(
    (sum, [key, weight]) => sum + weight * (resources[key as keyof Resources] ?? 0),
    0,
  );
}

/**
 * Prices kernels by the cost rules of the target's family; by the proxy what no rule gives a LUT count for. Ops that
 * are wires only cost nothing.
 */
export function costModel(
  rules: readonly CostRule[],
  target: Target | undefined,
  interfaces: InterfaceTable,
): CostModel {
  const weights = weightsOf(target);
  const bramBits = target?.resources.bramBits ?? defaultBramBits;
  const known = new Map(rules.filter((r) => r.family === target?.family).map((r) => [r.op, r]));
  const converters = new Map<string, FoldCost>();
  const priced = (resources: Partial<Resources>, source: string): FoldCost => ({
    resources,
    source,
    units: unitsOf(resources, weights),
  });
  const of = (op: Op, schedule: Schedule): FoldCost => {
    const model = interfaces.get(op.def, Kernel)!;
    if (model.view) return priced({ lutCount: 0, ffCount: 0, bramCount: 0, dspCount: 0 }, "wires only");
    const rule = known.get(op.def);
    const figures = rule?.estimate(op);
    if (figures?.lutCount !== undefined) return priced(figures, rule!.source);
    const { ffCount: _, dspCount: __, ...proxy } = proxyCost(op, model, schedule, bramBits);
    return priced({ ...proxy, ...figures }, rule ? `${rule.source}; ${proxySource}` : proxySource);
  };
  return {
    of,
    weights,
    converter(elem, shape, from, to) {
      const key = `${elem} ${shape} ${from} ${to}`;
      const found = converters.get(key);
      if (found) return found;
      const graph = new Graph("probe");
      const x = graph.addInput(stream(elem, shape, from));
      const op = WidthConverter.build(graph, [x], { lanes: to }).op!;
      const cost = of(op, kernelOf(op).schedule(op));
      converters.set(key, cost);
      return cost;
    },
  };
}

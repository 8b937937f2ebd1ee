import { type Graph, integerRanges, type Op, type PassContext } from "@gatefold/core";
import { namedKernels } from "@gatefold/dialect-hw";
import { type Budget, withinBudget } from "./budget.js";
import { wantedCycles } from "./choose.js";
import { chooseForms, edgesOf, type Forms } from "./choose-forms.js";
import { type CostModel, type CostWeights, type FoldCost, unitsOf } from "./cost-model.js";
import { readForms } from "./folding-file.js";
import { FormPrices, offerInterval, type Scale } from "./form-prices.js";
import { summarizeForms } from "./form-summaries.js";
import type { LayerForms } from "./implementation-summary.js";
import type { Offer } from "./implementations.js";
import { type Attempt, foldedLatency, withinLatency } from "./latency.js";
import { type Layer, layerForms } from "./layer-forms.js";
import { lowerGraph, type OpLowerer } from "./lower-graph.js";
import { budgetOf, type FoldOptions, findTarget } from "./options.js";
import { type FoldingProblem, foldingProblem } from "./problem.js";
import { leastCost, resourceKeys } from "./solve.js";

export interface Decision {
  readonly offers: readonly Offer[];
  readonly layers: readonly LayerForms[];
}

/**
 * How each layer is built, of what something offers: what costs least at the wanted rate, or within a latency; within a budget alone
 * what is fastest. Where nothing that was found keeps to a limit, the choice is the one that comes nearest, and folding says what
 * cannot be reached. Throws a `DiagnosticError` for forms that are wanted and not there.
 */
export function decideForms(
  graph: Graph,
  ctx: PassContext,
  options: FoldOptions,
  lowerOp: OpLowerer,
  model: CostModel,
): Decision {
  const { implementations, folding } = options;
  const given = readForms(folding);
  const wanted = { ...given, ...options.implementationOf };
  // A folding names kernels: those that it was written for.
  const usual = folding === undefined ? "auto" : "folded";
  const mode = options.implementation ?? usual;
  const asks = Object.keys(wanted).length > 0 || mode === "spatial";
  if (!implementations ? !asks : mode === "folded" && !asks) return { offers: [], layers: [] };
  const target = findTarget(options.target, ctx.targets);
  const { interfaces } = ctx;
  const ranges = ctx.analyses.get(integerRanges, graph);
  const site = { graph, ranges, interfaces, target, clockMhz: options.clockMhz };
  const none = { offers: () => ({ offers: [], refused: [] }) };
  const layers = layerForms(site, implementations ?? none, { mode, wanted });
  const prices = new FormPrices(lowerOp, model, interfaces);
  const choice = new FormChoice(graph, layers, prices, model, lowerOp, ctx);
  const { forms, scale } = choice.decide(options, budgetOf(options, target));
  return {
    offers: offersOf(forms),
    layers: summarizeForms(layers, forms, prices, scale),
  };
}

interface Chosen {
  readonly forms: Forms;
  /** What they were weighed by. */
  readonly scale: Scale;
}

const offersOf = (forms: Forms): Offer[] =>
  [...forms.values()].flatMap(({ offer }) => (offer ? [offer] : []));

/** The choice of all layers' forms for a graph, under whatever limits. */
class FormChoice {
  readonly #edges: ReturnType<typeof edgesOf>;

  constructor(
    private readonly graph: Graph,
    private readonly layers: readonly Layer[],
    private readonly prices: FormPrices,
    private readonly model: CostModel,
    private readonly lowerOp: OpLowerer,
    private readonly ctx: PassContext,
  ) {
    this.#edges = edgesOf(graph);
  }

  decide(options: FoldOptions, budget: Budget | undefined): Chosen {
    const { weights } = this.model;
    const cycles = wantedCycles(options);
    const isOpen = this.layers.some(({ forms }) => forms.length > 1);
    if (!isOpen) return this.at({ cycles, weights, latencyWeight: 0 });
    if (options.latencyCycles !== undefined) return this.#withinLatency(options.latencyCycles, cycles);
    if (!budget) return this.at({ cycles, weights, latencyWeight: 0 });
    if (Number.isFinite(cycles)) {
      return this.#fitting(cycles, budget) ?? this.at({ cycles, weights, latencyWeight: 0 });
    }
    return this.#fastest(budget) ?? this.at({ cycles, weights, latencyWeight: 0 });
  }

  at(scale: Scale): Chosen {
    return { forms: chooseForms(this.layers, this.#edges, this.prices, this.model, scale), scale };
  }

  /** The forms that keep to a budget at some cycles: of least cost, or of least of one of its resources. */
  #fitting(cycles: number, budget: Budget): Chosen | undefined {
    const { weights } = this.model;
    const alone = resourceKeys.filter((key) => budget[key] !== undefined).map((key) => ({ [key]: 1 }));
    const all: readonly CostWeights[] = [weights, ...alone];
    for (const each of all) {
      const chosen = this.at({ cycles, weights: each, latencyWeight: 0 });
      if (withinBudget(this.#problem(chosen.forms).problem, cycles, budget, weights)) return chosen;
    }
    return undefined;
  }

  /** The fastest forms that keep to a budget, by halves over the cycles that kernels and offers can take. */
  #fastest(budget: Budget): Chosen | undefined {
    const intervals = this.#intervals();
    let best: Chosen | undefined;
    for (let low = 0, high = intervals.length - 1; low <= high; ) {
      const middle = (low + high) >> 1;
      const found = this.#fitting(intervals[middle]!, budget);
      if (found) {
        best = found;
        high = middle - 1;
      } else low = middle + 1;
    }
    return best;
  }

  #withinLatency(limitCycles: number, mostCycles: number): Chosen {
    const { weights } = this.model;
    type Try = Attempt & { readonly chosen: Chosen };
    const { best, fastest } = withinLatency<Try>({
      limitCycles,
      mostCycles,
      intervals: this.#intervals(),
      attempt: (cycles, latencyWeight) => {
        const chosen = this.at({ cycles, weights, latencyWeight });
        const { problem, graph, laterCycles } = this.#problem(chosen.forms);
        const solution = leastCost(problem, cycles, weights, latencyWeight);
        if (!solution) return undefined;
        const { folds, resources } = solution;
        const latencyCycles = foldedLatency(graph, folds, this.ctx.interfaces) + laterCycles;
        return { chosen, latencyCycles, cost: unitsOf(resources, weights) };
      },
    });
    const found = best ?? fastest;
    return found?.chosen ?? this.at({ cycles: mostCycles, weights, latencyWeight: 0 });
  }

  /** Every number of cycles that a kernel or an offer takes at some folding, ascending. */
  #intervals(): number[] {
    const { problem } = this.#problem(new Map());
    const folded = problem.kernels.flatMap((part) => part.choices.map((c) => c.intervalCycles));
    const offered = this.layers.flatMap(({ forms }) =>
      forms.flatMap(({ offer }) => (offer ? [offerInterval(offer)] : [])),
    );
    return [...new Set([...folded, ...offered])].sort((a, b) => a - b);
  }

  /** The folding problem of the network in these forms: an offer's kernels cost its price. */
  #problem(forms: Forms): {
    readonly problem: FoldingProblem;
    readonly graph: Graph;
    /** Cycles of latency that offers ask for beyond what is built of them so far. */
    readonly laterCycles: number;
  } {
    const { interfaces } = this.ctx;
    const { graph, kernels } = lowerGraph(this.graph, this.lowerOp, offersOf(forms));
    const named = namedKernels(graph, interfaces);
    const problem = foldingProblem(graph, named, new Map(), this.model, interfaces);
    const costs = new Map<Op, FoldCost>();
    let laterCycles = 0;
    for (const [offer, ops] of kernels) {
      const { resources, latencyCycles } = this.prices.priceOf(offer);
      const [last, ...others] = [...ops].reverse();
      costs.set(last!, {
        resources,
        source: offer.form,
        units: unitsOf(resources, this.model.weights),
      });
      for (const op of others) costs.set(op, { resources: {}, source: offer.form, units: 0 });
      const part = problem.kernels.find(({ kernel }) => kernel.op === last);
      const { schedule } = part?.choices[0] ?? {};
      const built = schedule ? schedule.latencyCycles - schedule.intervalCycles + 1 : 0;
      laterCycles += Math.max(0, latencyCycles - built);
    }
    const priced = problem.kernels.map((part) => {
      const cost = costs.get(part.kernel.op);
      return cost ? { ...part, choices: part.choices.map((choice) => ({ ...choice, cost })) } : part;
    });
    return { problem: { ...problem, kernels: priced }, graph, laterCycles };
  }
}

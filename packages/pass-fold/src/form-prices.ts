import { type InterfaceTable, type Op, product, type Value } from "@gatefold/core";
import { namedKernels } from "@gatefold/dialect-hw";
import { type CostModel, type CostWeights, unitsOf } from "./cost-model.js";
import type { Offer, OfferPrice } from "./implementations.js";
import type { Form } from "./layer-forms.js";
import { lowerAlone, type OpLowerer } from "./lower-graph.js";
import { type FoldingProblem, foldingProblem } from "./problem.js";
import { leastCost, type Solution } from "./solve.js";

/** What forms are weighed by. */
export interface Scale {
  /** Cycles that a frame may take. */
  readonly cycles: number;
  readonly weights: CostWeights;
  /** What a cycle of latency costs. */
  readonly latencyWeight: number;
}

/** Vectors of a value: what passes a spatial circuit in as many cycles. */
export function vectorsIn(value: Value): number {
  return product(value.type.shape.slice(0, -1));
}

/** Cycles a frame of a spatial circuit: the vectors of its longest stream. */
export function offerInterval({ ops }: Offer): number {
  return Math.max(vectorsIn(ops[0]!.operand(0)), ...ops.map((op) => vectorsIn(op.result())));
}

/** What the forms of layers take; each offer is asked for its price once, kernels are folded as the scale wants it. */
export class FormPrices {
  readonly #problems = new Map<string, FoldingProblem | string>();
  readonly #prices = new Map<Offer, OfferPrice>();
  readonly #numbers = new Map<Op, number>();

  constructor(
    private readonly lowerOp: OpLowerer,
    private readonly model: CostModel,
    private readonly interfaces: InterfaceTable,
  ) {}

  /** The price of an offer that was asked for it. */
  known(offer: Offer): OfferPrice | undefined {
    return this.#prices.get(offer);
  }

  priceOf(offer: Offer): OfferPrice {
    const known = this.#prices.get(offer) ?? offer.price();
    this.#prices.set(offer, known);
    return known;
  }

  /** The kernels of some ops folded at least cost; `undefined` where they cannot keep the cycles, or there are none. */
  folded(ops: readonly Op[], { cycles, weights, latencyWeight }: Scale): Solution | undefined {
    const problem = this.problemOf(ops);
    return typeof problem === "string" ? undefined : leastCost(problem, cycles, weights, latencyWeight);
  }

  /** The folding problem of some ops alone; a text says which of them has no kernel. */
  problemOf(ops: readonly Op[]): FoldingProblem | string {
    const key = ops.map((op) => this.#number(op)).join(" ");
    const known = this.#problems.get(key);
    if (known !== undefined) return known;
    const graph = lowerAlone(ops, this.lowerOp);
    const problem =
      typeof graph === "string"
        ? graph
        : foldingProblem(graph, namedKernels(graph, this.interfaces), new Map(), this.model, this.interfaces);
    this.#problems.set(key, problem);
    return problem;
  }

  /** What a form costs: never less than this, at no effort. */
  atLeast({ offer, rest }: Form, scale: Scale): number {
    if (!offer) return this.#foldedCost(rest, scale);
    return (scale.weights.lutCount ?? 0) * offer.leastLuts + this.#foldedCost(rest, scale);
  }

  /** What a form costs; infinite where it cannot keep the cycles. */
  cost({ offer, rest }: Form, scale: Scale): number {
    const kernels = this.#foldedCost(rest, scale);
    if (!offer) return kernels;
    const interval = offerInterval(offer);
    if (interval > scale.cycles) return Number.POSITIVE_INFINITY;
    const { resources, latencyCycles } = this.priceOf(offer);
    return kernels + unitsOf(resources, scale.weights) + scale.latencyWeight * (latencyCycles + interval - 1);
  }

  #foldedCost(ops: readonly Op[], scale: Scale): number {
    if (ops.length === 0) return 0;
    return this.folded(ops, scale)?.cost ?? Number.POSITIVE_INFINITY;
  }

  #number(op: Op): number {
    const number = this.#numbers.get(op) ?? this.#numbers.size;
    this.#numbers.set(op, number);
    return number;
  }
}

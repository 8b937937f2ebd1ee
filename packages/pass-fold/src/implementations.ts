import type { Graph, IntegerRanges, InterfaceTable, Op, Resources, Target } from "@gatefold/core";
import type { KernelBuilder } from "./lowering.js";

/** What is known where offers are made. */
export interface OfferSite {
  readonly graph: Graph;
  readonly ranges: IntegerRanges;
  readonly interfaces: InterfaceTable;
  readonly target: Target | undefined;
  readonly clockMhz: number;
}

export interface OfferPrice {
  /** Of everything that `build` makes. */
  readonly resources: Partial<Resources>;
  /** From a vector's coming to its leaving. */
  readonly latencyCycles: number;
}

/**
 * A run of integer ops that one chain of kernels can replace. `ops` follow each other: the first alone reads the layer's input stream
 * (constants aside), each result but the last has one reader, the next op.
 */
export interface Offer {
  /** The layer: the network's node that its product comes from. */
  readonly layer: string;
  /** How it would be built: `table`, `adder-graph`, or a stranger's word. */
  readonly form: string;
  readonly ops: readonly Op[];
  /** A lower bound of `price().resources.lutCount` that takes no time. */
  readonly leastLuts: number;
  /** What it takes when built alone. May take seconds; called at most once. */
  price(): OfferPrice;
  /** Builds it on the stream of the layer's input, of one lane: the last op's result as a stream. Called at most once. */
  readonly build: KernelBuilder;
}

/** Why a layer cannot be built in a form. */
export interface Refusal {
  readonly layer: string;
  readonly form: string;
  readonly reason: string;
}

/** Ways to build layers other than kernel by kernel. */
export interface Implementations {
  /** Offers for layers of a graph of integer ops, any number for each, and why layers have none. */
  offers(site: OfferSite): { readonly offers: readonly Offer[]; readonly refused: readonly Refusal[] };
}

/** Which layers are built as offered: those where it costs less, none, or all. */
export type ImplementationMode = "auto" | "folded" | "spatial";

export const implementationModes: readonly ImplementationMode[] = ["auto", "folded", "spatial"];

/** The form of a layer that is built of kernels. */
export const foldedForm = "folded";

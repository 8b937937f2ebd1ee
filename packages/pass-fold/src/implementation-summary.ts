import { defineFact, type Fact, type Resources } from "@gatefold/core";

/** One way to build a layer, as it was weighed. */
export interface FormSummary {
  /** `folded`, or the offer's form. */
  readonly form: string;
  /** What it takes alone, in look-up tables' worth; absent where it was not asked for, or cannot be built at the wanted cycles. */
  readonly units: number | undefined;
  readonly resources: Partial<Resources> | undefined;
  /** Cycles from its first input beat to its last output beat, a frame. */
  readonly latencyCycles: number | undefined;
  /** Why it has no price, or was left out. */
  readonly reason: string | undefined;
}

/** How a layer is built, and how else it could have been. */
export interface LayerForms {
  /** The network's node. */
  readonly layer: string;
  readonly chosen: string;
  /** In the order in which they were offered; `folded` first. */
  readonly forms: readonly FormSummary[];
}

/** Of each layer that something makes offers for or refuses to; absent where nothing does. */
export const implementationSummary: Fact<readonly LayerForms[]> =
  defineFact<readonly LayerForms[]>("fold.implementations");

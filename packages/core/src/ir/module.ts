import type { Graph } from "./graph.js";

/**
 * What a compilation works on. `main` is the graph that becomes hardware; `head` maps the network's own inputs to the
 * codes that `main` reads, and `tail` maps what `main` gives to the network's own outputs. Head and tail run on the
 * host. Before lowering there is only `main`; at any time tail ∘ main ∘ head is the network.
 */
export interface Module {
  readonly name: string;
  main: Graph;
  head: Graph | undefined;
  tail: Graph | undefined;
}

export function createModule(name: string, main: Graph): Module {
  return { name, main, head: undefined, tail: undefined };
}

/** The graphs of a module in the order in which data passes them. */
export function moduleGraphs(module: Module): readonly Graph[] {
  return [module.head, module.main, module.tail].filter((g) => g !== undefined);
}

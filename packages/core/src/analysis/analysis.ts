import type { Graph } from "../ir/graph.js";
import type { InterfaceTable } from "../ir/interface.js";

export interface AnalysisContext {
  readonly interfaces: InterfaceTable;
  /** Another analysis of the same or another graph. */
  get<T>(analysis: Analysis<T>, graph: Graph): T;
}

/** Facts computed about a graph and never stored in it. */
export interface Analysis<T> {
  readonly name: string;
  compute(graph: Graph, ctx: AnalysisContext): T;
}

export function defineAnalysis<T>(analysis: Analysis<T>): Analysis<T> {
  return Object.freeze({
    name: analysis.name,
    compute: (graph: Graph, ctx: AnalysisContext) => analysis.compute(graph, ctx),
  });
}

interface Entry {
  readonly version: number;
  readonly value: unknown;
}

/** Computes analyses on demand and keeps each until its graph changes. */
export class AnalysisManager {
  readonly #cache = new WeakMap<Graph, Map<Analysis<unknown>, Entry>>();
  readonly #open: { readonly key: Analysis<unknown>; readonly graph: Graph }[] = [];
  readonly interfaces: InterfaceTable;

  constructor(interfaces: InterfaceTable) {
    this.interfaces = interfaces;
  }

  /** The analysis of the graph as it is now. Throws when analyses need each other in a circle. */
  get<T>(analysis: Analysis<T>, graph: Graph): T {
    const key = analysis as Analysis<unknown>;
    let entries = this.#cache.get(graph);
    if (!entries) {
      entries = new Map();
      this.#cache.set(graph, entries);
    }
    const hit = entries.get(key);
    if (hit && hit.version === graph.version) return hit.value as T;
    if (this.#open.some((o) => o.key === key && o.graph === graph)) {
      const names = [...this.#open.map((o) => o.key), key].map((a) => a.name);
      throw new Error(`analyses need each other: ${names.join(" → ")}`);
    }
    this.#open.push({ key, graph });
    try {
      const { version } = graph;
      const value = analysis.compute(graph, this);
      if (graph.version !== version) throw new Error(`the analysis \`${analysis.name}\` changed its graph`);
      entries.set(key, { version, value });
      return value;
    } finally {
      this.#open.pop();
    }
  }
}

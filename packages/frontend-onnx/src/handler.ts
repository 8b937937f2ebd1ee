import type { Value } from "@gatefold/core";
import type { NodeBuilder } from "./node-builder.js";

/** How one operator of ONNX is built, for a range of versions of its domain. */
export interface OnnxHandler {
  readonly op: string;
  /** Domains whose operator this is; `""` is ai.onnx. */
  readonly domains: readonly string[];
  /** First and last version of the domain, inclusive; every version when left out. */
  readonly since?: number;
  readonly until?: number;
  /**
   * Builds the node and returns its results in order. What it cannot build it refuses with `node.refuse(reason)`;
   * every refusal of the model is reported, not only the first.
   */
  build(node: NodeBuilder): Value | readonly Value[];
}

/** Handlers by operator. A later one wins over an earlier one where both fit. */
export class HandlerTable {
  readonly #byOp = new Map<string, OnnxHandler[]>();

  constructor(handlers: readonly OnnxHandler[]) {
    for (const handler of handlers) {
      const list = this.#byOp.get(handler.op) ?? [];
      list.unshift(handler);
      this.#byOp.set(handler.op, list);
    }
  }

  find(op: string, domain: string, version: number): OnnxHandler | undefined {
    return this.#byOp
      .get(op)
      ?.find(
        (h) =>
          h.domains.includes(domain) &&
          version >= (h.since ?? 0) &&
          version <= (h.until ?? Number.POSITIVE_INFINITY),
      );
  }

  /** What is known under an operator's name, in any domain and version. */
  named(op: string): readonly OnnxHandler[] {
    return this.#byOp.get(op) ?? [];
  }

  get ops(): readonly string[] {
    return [...this.#byOp.keys()];
  }
}

/** A handler of ai.onnx. */
export function handler(
  op: string,
  build: OnnxHandler["build"],
  range: { readonly since?: number; readonly until?: number } = {},
): OnnxHandler {
  return { op, domains: [""], build, ...range };
}

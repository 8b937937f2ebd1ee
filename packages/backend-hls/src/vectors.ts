import { createModule, drawInputs, evaluate, type Graph, numbers, type Tensor } from "@gatefold/core";
import type { HlsPort } from "./design.js";

/**
 * Recorded frames of the test bench, one file a port and one line a frame: integers in row-major order. Inputs are drawn,
 * half of them at the ends of their range, and the graph is evaluated on them.
 */
export function makeVectors(
  graph: Graph,
  inputs: readonly HlsPort[],
  outputs: readonly HlsPort[],
  options: { readonly frames: number; readonly seed: number },
): ReadonlyMap<string, string> {
  const drawn = drawInputs(createModule(graph.name, graph), { rows: options.frames, seed: options.seed });
  const rows = drawn.map((row) => ({ in: row, out: evaluate(graph, row) }));
  const print = (tensors: readonly Tensor[]): string =>
    tensors.map((t) => `${numbers(t).join(" ")}\n`).join("");
  return new Map([
    ...inputs.map(({ name }, i) => [`${name}.txt`, print(rows.map((r) => r.in[i]!))] as const),
    ...outputs.map(({ name }, i) => [`${name}.txt`, print(rows.map((r) => r.out[i]!))] as const),
  ]);
}

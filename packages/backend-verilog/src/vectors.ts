import { createModule, drawInputs, evaluate, type Graph, type Tensor } from "@gatefold/core";
import type { StreamPort } from "./design.js";
import { printMem } from "./print.js";
import { beatBytes, beatWords, packBeats } from "./stream-layout.js";

/** Recorded beats of a test bench: one memory file a port. */
export interface Vectors {
  readonly frames: number;
  readonly files: ReadonlyMap<string, string>;
}

/** Draws inputs, half of them at the ends of their range, and evaluates the graph on them. */
export function makeVectors(
  graph: Graph,
  inputs: readonly StreamPort[],
  outputs: readonly StreamPort[],
  options: { readonly frames: number; readonly seed: number },
): Vectors {
  const drawn = drawInputs(createModule(graph.name, graph), { rows: options.frames, seed: options.seed });
  const rows = drawn.map((row) => ({ in: row, out: evaluate(graph, row) }));
  const files = new Map<string, string>();
  const record = (port: StreamPort, tensors: readonly Tensor[]): void => {
    const words = tensors.flatMap((t) => [...beatWords(packBeats(t, port.type), beatBytes(port.type))]);
    files.set(`${port.prefix}.mem`, printMem(words, port.tdataBits));
  };
  inputs.forEach((port, i) => {
    record(
      port,
      rows.map((r) => r.in[i]!),
    );
  });
  outputs.forEach((port, i) => {
    record(
      port,
      rows.map((r) => r.out[i]!),
    );
  });
  return { frames: options.frames, files };
}

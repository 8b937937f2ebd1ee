import type { Module } from "@gatefold/core";
import { type PrunedLayer, type Pruner, prune as prunePlugin, pruneSummary } from "@gatefold/pass-prune";
import { defined } from "../defined.js";
import { checkOutputFile } from "../output/file.js";
import { counted } from "../print/numbers.js";
import {
  type AccuracyChange,
  accuracyChange,
  openNetwork,
  type RewriteOptions,
  runPlugin,
  writeNetwork,
} from "./float-network.js";

export interface PruneModelOptions extends RewriteOptions {
  /** Share of all weights that become 0, from 0 to 1. */
  readonly sparsity: number;
  /** Which weights go; the smallest of all layers together unless given. */
  readonly pruner?: Pruner | undefined;
  /** Layers to leave alone, by the name of the node. */
  readonly exclude?: readonly string[] | undefined;
}

export interface PruneResult {
  readonly file: string;
  readonly out: string | undefined;
  readonly layers: readonly PrunedLayer[];
  /** With `data` and `labels`. */
  readonly accuracy: AccuracyChange | undefined;
  readonly network: Module;
}

/** Zeroes weights of a trained network, and writes it as QONNX. Throws `DiagnosticError`. */
export async function prune(options: PruneModelOptions): Promise<PruneResult> {
  const { out, onEvent, sparsity, pruner, exclude } = options;
  if (out !== undefined) checkOutputFile(out);
  const { file, network } = await openNetwork(options);
  const plugin = prunePlugin({ sparsity, ...defined({ pruner, exclude }) });
  const { module, facts } = await runPlugin(network, plugin, "prune", options);
  const layers = facts.need(pruneSummary);
  const sum = (each: (layer: PrunedLayer) => number): number => layers.reduce((all, l) => all + each(l), 0);
  const total = sum(({ rows, columns }) => rows * columns);
  const share = (zeros: number): string => `${((100 * zeros) / total).toFixed(1)} %`;
  onEvent?.({
    kind: "done",
    stage: "prune",
    subject: counted(layers.length, "layer"),
    facts: [
      `${share(sum((l) => l.zeroCount))} of ${counted(total, "weight")} are 0`,
      `${share(sum((l) => l.zeroCountBefore))} before`,
    ],
  });
  const accuracy = await accuracyChange(network, module, options);
  await writeNetwork(module, options);
  return { file, out, layers, accuracy, network: module };
}

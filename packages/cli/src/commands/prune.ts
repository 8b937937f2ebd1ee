import { basename, extname } from "node:path";
import { type Granularity, magnitude, type PrunedLayer } from "@gatefold/pass-prune";
import { prune } from "../api/prune.js";
import { defined } from "../defined.js";
import { exitCodes } from "../exit-codes.js";
import { grouped } from "../print/numbers.js";
import type { Reporter } from "../print/reporter.js";
import { table } from "../print/table.js";
import type { CliCommand } from "./command.js";
import { needed, pruneFlags, readRewriteOptions } from "./compress-flags.js";
import { pathAt } from "./flags.js";

function print(layers: readonly PrunedLayer[], { line }: Reporter): void {
  const share = (zeros: number, { rows, columns }: PrunedLayer): string =>
    ((100 * zeros) / (rows * columns)).toFixed(1);
  const cells = layers.map((layer) => [
    layer.name,
    grouped(layer.rows),
    grouped(layer.columns),
    grouped(layer.rows * layer.columns - layer.zeroCount),
    share(layer.zeroCount, layer),
    share(layer.zeroCountBefore, layer),
  ]);
  const header = ["layer", "rows", "columns", "weights left", "zeros %", "before %"];
  for (const row of table(header, cells)) line(`  ${row}`);
}

/** The sparsity that a pattern N:M has by itself. */
const ownSparsity = (granularity: Granularity | undefined): number | undefined =>
  granularity?.kind === "n-of-m" ? 1 - granularity.n / granularity.m : undefined;

export const pruneCommand: CliCommand = {
  name: "prune",
  summary: "Zeroes the weights of a trained network that matter least, and writes it as QONNX.",
  argument: { name: "model", text: "an ONNX, QONNX or QCDQ file, or .gf text" },
  addFlags: pruneFlags,
  run: async ({ io, reporter, flags }, model) => {
    const granularity = flags["granularity"] as Granularity | undefined;
    const sparsity = needed<number>(
      flags["sparsity"] ?? ownSparsity(granularity),
      "--sparsity",
      "gatefold prune",
      "the share of all weights that become 0",
    );
    const scope = flags["scope"] as "global" | "layer" | undefined;
    const shared = await readRewriteOptions(io, flags, `out/${basename(model, extname(model))}.pruned.onnx`);
    const { network, layers, ...result } = await prune({
      ...shared,
      model: pathAt(io, model),
      sparsity,
      pruner: magnitude(defined({ granularity, scope })),
      exclude: flags["exclude"] as readonly string[] | undefined,
      onEvent: reporter.onEvent,
    });
    print(layers, reporter);
    return { exitCode: exitCodes.ok, json: { ...result, layers } };
  },
};

import {
  Constant,
  constantOf,
  defineFact,
  definePass,
  type Fact,
  type Module,
  makeTensor,
  numbers,
  type Op,
  type Pass,
  type PassContext,
  seededRandom,
  type Tensor,
} from "@gatefold/core";
import { type ConstantWeights, constantWeights } from "@gatefold/dialect-nn";
import { nothingToPrune, noZero, unknownLayer } from "./diagnostics.js";
import { magnitude } from "./magnitude.js";
import type { Pruner } from "./pruner.js";

export interface PruneOptions {
  /** Share of all weights that become 0, from 0 to 1. */
  readonly sparsity: number;
  /** Which weights go. Default: `magnitude()`, the smallest of all layers together. */
  readonly pruner?: Pruner;
  /** Layers to leave alone, by the name of the node. */
  readonly exclude?: readonly string[];
  /** For pruners that draw. Default: 0. */
  readonly seed?: number;
}

/** What a layer lost. */
export interface PrunedLayer {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Weights that are 0 now, and that were before. */
  readonly zeroCount: number;
  readonly zeroCountBefore: number;
}

/** What `prune` did, for reports. */
export const pruneSummary: Fact<readonly PrunedLayer[]> = defineFact<readonly PrunedLayer[]>("prune.summary");

/**
 * Zeroes the weights that a pruner names, after training. The function changes: measure the accuracy, and train on with the
 * masks where it fell.
 */
export function prunePass(options: PruneOptions): Pass {
  const pruner = options.pruner ?? magnitude();
  return definePass({
    name: "prune-weights",
    summary: "Weights that matter least become 0.",
    phase: "prune",
    semantics: "changes-numerics",
    run: (module, ctx) => run(module, ctx, options, pruner),
  });
}

function run(module: Module, ctx: PassContext, options: PruneOptions, pruner: Pruner): void {
  const all = constantWeights(module, ctx.interfaces);
  if (all.length === 0) throw nothingToPrune();
  const names = all.map(({ name }) => name);
  const excluded = new Set(options.exclude ?? []);
  for (const name of excluded) if (!names.includes(name)) throw unknownLayer(name, names);
  const layers = all.filter(({ name }) => !excluded.has(name));

  const before = layers.map(({ values }) => Uint8Array.from(values, (value) => (value === 0 ? 0 : 1)));
  const matrices = layers.map((layer, i) => ({
    name: layer.name,
    rows: layer.matrix.rows,
    columns: layer.matrix.columns,
    weights: layer.values,
    mask: before[i]!,
  }));
  const random = seededRandom(options.seed ?? 0);
  const masks = pruner.masks(matrices, options.sparsity, random);

  const replaced = new Map<Op, Tensor>();
  for (const [i, layer] of layers.entries()) {
    const old = replaced.get(layer.constant) ?? constantOf(layer.constant.result())!;
    const pruned = withZeros(old, layer, masks[i]!);
    requireZeros(layer, pruned, masks[i]!);
    replaced.set(layer.constant, pruned);
  }
  for (const [constant, value] of replaced) {
    const { graph } = constant;
    const fresh = Constant.build(graph, [], { value }, { before: constant, loc: constant.loc });
    fresh.name = constant.result().name;
    graph.replaceOp(constant, [fresh]);
  }
  const zeros = (mask: Uint8Array): number => mask.reduce((count, bit) => count + (bit === 0 ? 1 : 0), 0);
  ctx.facts.set(
    pruneSummary,
    layers.map(({ name, matrix }, i) => ({
      name,
      rows: matrix.rows,
      columns: matrix.columns,
      zeroCount: zeros(masks[i]!),
      zeroCountBefore: zeros(before[i]!),
    })),
  );
}

function withZeros(tensor: Tensor, { places }: ConstantWeights, mask: Uint8Array): Tensor {
  const data = numbers(tensor).slice();
  for (const [i, place] of places.entries()) if (mask[i] === 0) data[place] = 0;
  return makeTensor(tensor.elem, tensor.shape, data);
}

/** A quantizer between the constant and the op may have no code for 0 (bipolar weights). */
function requireZeros({ op, matrix, asRead }: ConstantWeights, pruned: Tensor, mask: Uint8Array): void {
  const read = numbers(asRead(pruned));
  for (const [i, bit] of mask.entries()) {
    const value = read[matrix.at(Math.floor(i / matrix.columns), i % matrix.columns)]!;
    if (bit === 0 && value !== 0) throw noZero(op, value);
  }
}

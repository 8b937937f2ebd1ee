import { finnLutPerMac } from "@gatefold/analysis-cost";
import type { Layer, Tap } from "../layer.js";
import type { Model } from "../model.js";
import { snapshotOf } from "../prune/snapshot.js";
import { elementCount, Tape, type Tensor } from "../tape.js";
import { namedRandom } from "../trainer/random.js";
import { type CostLayer, enclosedBits } from "./bops.js";

const realBits = 32;

/** What a forward run showed of the layers' quantizers. */
interface Seen {
  readonly activationBits: number;
  readonly effectiveWeightBits: number;
  readonly keptWeights: number;
}

function effectiveBits(value: Tensor, scale: Float32Array): number {
  // Scales of a layer's channels lie along the last axis of its weights.
  const { data } = value;
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += enclosedBits(Math.round(data[i]! / scale[i % scale.length]!));
  return sum;
}

function countNonZero(data: Float32Array): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) count++;
  return count;
}

/** Width of what comes into the network: its input quantizer's, or 32 for reals. */
export function inputBitsOf(model: Model): number {
  return model.layers[0]?.outputBits ?? realBits;
}

/**
 * What each layer with weights costs, as the model is now: masks, widths, codes of the weights.
 *
 * A layer reads the activation that was quantized last before it; until there is one, `inputBits`, by default the width of
 * the input's own quantizer (32: reals). In a residual
 * block the shortcut follows the branch, so its first layer counts with the width at the branch's end.
 */
export function costLayers(
  model: Model,
  { inputBits = inputBitsOf(model) }: { readonly inputBits?: number } = {},
): readonly CostLayer[] {
  const tape = new Tape(model.kernels);
  const seen = new Map<string, Seen>();
  let activationBits = inputBits;
  const tap = ({ layer, site, bits = realBits }: Tap, value: Tensor, scale: Float32Array): Tensor => {
    if (site === "activation") activationBits = bits;
    else {
      const keptWeights = countNonZero(value.data);
      seen.set(layer, { activationBits, effectiveWeightBits: effectiveBits(value, scale), keptWeights });
    }
    return value;
  };
  // A quantizer takes its first scale from what it sees first, which a row of zeros must not be.
  const before = snapshotOf(model);
  const x = tape.tensor([1, ...model.inputShape]);
  model.kernels.fill(x.data, 0);
  const random = namedRandom(0, "cost");
  model.forward({ tape, mode: "evaluate", moments: "running", random, tap }, x);
  tape.reset();
  before.restore(model);
  return model.layers.flatMap((layer) => costOf(layer, seen.get(layer.name), inputBits));
}

function costOf(
  { name, matrix, parameters }: Layer,
  seen: Seen | undefined,
  inputBits: number,
): readonly CostLayer[] {
  if (!matrix) return [];
  const { weight, rows, columns, positions, weightBits } = matrix;
  const biases = parameters.filter(({ role }) => role === "bias").map(({ tensor }) => tensor.data);
  const biasCount = biases.reduce((sum, data) => sum + data.length, 0);
  const keptWeights = seen?.keptWeights ?? countNonZero(weight.tensor.data);
  const real = weightBits === realBits;
  return [
    {
      name,
      rows,
      columns,
      positions,
      weightBits,
      activationBits: seen?.activationBits ?? inputBits,
      keptWeights,
      kept: countNonZero(weight.tensor.data) + biases.reduce((sum, data) => sum + countNonZero(data), 0),
      total: elementCount(weight.tensor.shape) + biasCount,
      effectiveWeightBits: real ? undefined : seen?.effectiveWeightBits,
    },
  ];
}

/** Share of the weights whose code is not 0. */
export function density(layers: readonly CostLayer[]): number {
  const all = layers.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  return layers.reduce((sum, { keptWeights }) => sum + keptWeights, 0) / all;
}

/**
 * LUT × cycles of a frame on folded matrix–vector units: `Σ MACs · LUT per MAC` by FINN's formula. Folded units multiply by
 * zeros too, so zeros in the weights save nothing here.
 */
export function lutMacs(layers: readonly CostLayer[]): number {
  return layers.reduce(
    (sum, { rows, columns, positions, weightBits, activationBits }) =>
      sum + rows * columns * positions * finnLutPerMac(weightBits, activationBits),
    0,
  );
}

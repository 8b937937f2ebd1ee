import type { Model } from "../model.js";
import { elementCount, Tape, type Tensor } from "../tape.js";
import { loadBatch } from "../trainer/evaluate.js";
import { namedRandom } from "../trainer/random.js";
import { type Samples, sampleSet } from "../trainer/samples.js";

/** What neurons gave on a number of samples: `[rows, neurons]`, a row a sample, or a sample and pixel. */
export interface NeuronOutputs {
  readonly name: string;
  readonly neurons: number;
  readonly outputs: Float32Array;
}

/** Entropy of a layer's states, and of the network. */
export interface NeuralEfficiency {
  /** Geometric mean over the layers. */
  readonly efficiency: number;
  readonly layers: readonly {
    readonly name: string;
    readonly neurons: number;
    readonly entropyBits: number;
    /** Entropy by number of neurons. */
    readonly efficiency: number;
    /** Rows that the entropy is estimated from: it cannot exceed log2 of them, so compare only figures of equal numbers. */
    readonly rows: number;
  }[];
}

/** Entropy in bits of the states (which neurons are above 0) over the rows. */
function stateEntropy({ neurons, outputs }: NeuronOutputs): number {
  const rows = outputs.length / neurons;
  const counts = new Map<string, number>();
  const units = new Uint16Array(Math.ceil(neurons / 16));
  for (let row = 0; row < rows; row++) {
    units.fill(0);
    for (let i = 0; i < neurons; i++) if (outputs[row * neurons + i]! > 0) units[i >> 4]! |= 1 << (i & 15);
    const state = String.fromCharCode(...units);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / rows) * Math.log2(count / rows);
  return entropy;
}

/**
 * How much of the states that neurons could take a network uses: per layer the entropy of the pattern "output above 0",
 * divided by the number of neurons; over layers the geometric mean. Outputs are those before the activation.
 *
 * Source: Schaub & Hotaling, "Assessing intelligence in artificial neural networks", arXiv:2006.02909.
 */
export function neuralEfficiency(layers: readonly NeuronOutputs[]): NeuralEfficiency {
  const each = layers.map((layer) => {
    const entropyBits = stateEntropy(layer);
    const { name, neurons, outputs } = layer;
    return { name, neurons, entropyBits, efficiency: entropyBits / neurons, rows: outputs.length / neurons };
  });
  const logs = each.reduce((sum, { efficiency }) => sum + Math.log(efficiency), 0);
  return { efficiency: Math.exp(logs / each.length), layers: each };
}

/**
 * Artificial intelligence quotient: `(efficiency · performance^beta)^(1 / (beta + 1))`; the performance is a share such as
 * accuracy, or the AUC in Ps and Qs, and beta, 2 unless given, its weight. Source: as `neuralEfficiency`, section 3.
 */
export function aiq(efficiency: number, performance: number, beta = 2): number {
  return (efficiency * performance ** beta) ** (1 / (beta + 1));
}

/** Runs a network as it is exported and keeps what the named layers give. Throws `TrainError` `bad-data`. */
export function layerOutputs(
  model: Model,
  samples: Samples,
  names: readonly string[],
  { batch = 256 }: { readonly batch?: number } = {},
): readonly NeuronOutputs[] {
  const outputs = elementCount(model.outputShape);
  const set = sampleSet("samples", samples, model.inputShape, outputs);
  const layers = model.layers.filter(({ name }) => names.includes(name));
  const kept = layers.map((layer) => new Float32Array(set.count * elementCount(layer.outputShape)));
  const tape = new Tape(model.kernels);
  const random = namedRandom(0, "layer-outputs");
  for (let from = 0; from < set.count; from += batch) {
    const rows = Uint32Array.from({ length: Math.min(batch, set.count - from) }, (_, i) => from + i);
    let value: Tensor = loadBatch(tape, set, model.inputShape, outputs, rows).x;
    for (const layer of model.layers) {
      value = layer.forward({ tape, mode: "evaluate", moments: "running", random }, value);
      const at = layers.indexOf(layer);
      if (at >= 0) kept[at]!.set(value.data, from * elementCount(layer.outputShape));
    }
    tape.reset();
  }
  return layers.map((layer, i) => ({
    name: layer.name,
    neurons: layer.outputShape.at(-1)!,
    outputs: kept[i]!,
  }));
}

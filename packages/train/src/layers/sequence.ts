import type { Value } from "@gatefold/core";
import type { Random } from "@gatefold/datasets";
import { TrainError } from "../error.js";
import type { ExportBuilder, Layer, LayerContext, LayerSpec, Step } from "../layer.js";
import type { Parameter, StateBuffer } from "../parameter.js";
import type { Tensor } from "../tape.js";

/** Layers that run one after the other. */
export interface Sequence {
  readonly layers: readonly Layer[];
  readonly outputShape: readonly number[];
  readonly parameters: readonly Parameter[];
  readonly buffers: readonly StateBuffer[];
  forward(step: Step, x: Tensor): Tensor;
  emit(builder: ExportBuilder, x: Value): Value;
}

/**
 * Builds the layers, each behind the one before it. One without a name is called by its type and a number, `dense1`; within a
 * branch the branch's name comes first. Initial values depend on the random numbers given and the layer's name alone.
 *
 * Throws `TrainError`: `train/bad-name` for a name that two have, and what the layers throw.
 */
export function buildSequence(specs: readonly LayerSpec[], context: LayerContext): Sequence {
  const layers: Layer[] = [];
  const taken = new Set(specs.flatMap(({ name }) => (name === undefined ? [] : [name])));
  const counts = new Map<string, number>();
  const prefix = context.name === "" ? "" : `${context.name}.`;
  const nameOf = (spec: LayerSpec): string => {
    if (spec.name !== undefined) return spec.name;
    for (;;) {
      const count = (counts.get(spec.type) ?? 0) + 1;
      counts.set(spec.type, count);
      if (!taken.has(`${spec.type}${count}`)) return `${spec.type}${count}`;
    }
  };
  let shape = context.inputShape;
  for (const spec of specs) {
    const name = `${prefix}${nameOf(spec)}`;
    if (layers.some((layer) => layer.name === name)) {
      throw new TrainError(
        "train/bad-name",
        `Two layers are called ${name}.`,
        "give each layer a name of its own",
      );
    }
    const layer = spec.build({ ...context, name, inputShape: shape, random: streamOf(context.random, name) });
    layers.push(layer);
    shape = layer.outputShape;
  }
  return {
    layers,
    outputShape: shape,
    parameters: layers.flatMap((layer) => layer.parameters),
    buffers: layers.flatMap((layer) => layer.buffers),
    forward: (step, x) => layers.reduce((value, layer) => layer.forward(step, value), x),
    emit: (builder, x) => layers.reduce((value, layer) => layer.emit(builder, value), x),
  };
}

/** Every layer, those inside of another in front of it. */
export function flattened(layers: readonly Layer[]): readonly Layer[] {
  return layers.flatMap((layer) => [...flattened(layer.children ?? []), layer]);
}

/** Random numbers of a name. */
function streamOf(random: Random, name: string): Random {
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return random.stream(hash >>> 0);
}

import { random } from "@gatefold/datasets";
import { jsKernels } from "../../src/engine/js-kernels.js";
import { activation, batchNorm, dense } from "../../src/layers/index.js";
import { adam } from "../../src/optim/adam.js";
import { int } from "../../src/quantizers/int.js";
import type { TrainOptions } from "../../src/trainer/options.js";
import type { Samples } from "../../src/trainer/samples.js";

/** Three clouds in six dimensions that overlap a little. */
export function blobs(seed: number, count: number): Samples {
  const rng = random(seed);
  const x = new Float32Array(count * 6);
  const y = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    y[i] = rng.below(3);
    for (let k = 0; k < 6; k++) x[i * 6 + k] = (k % 3 === y[i] ? 1.2 : 0) + rng.normal() * 0.8;
  }
  return { x: { shape: [count, 6], data: x }, y };
}

/** A small quantized network on the clouds; an engine of its own each time. */
export function training(more: Partial<TrainOptions> = {}): TrainOptions {
  return {
    model: {
      input: { shape: [6] },
      layers: [
        dense({ outputs: 12, weights: int({ bits: 4, scale: { kind: "learned" } }) }),
        batchNorm(),
        activation({ kind: "relu", quantizer: int({ bits: 4, signed: false, scale: { kind: "learned" } }) }),
        dense({ outputs: 3, weights: int({ bits: 4, scale: { kind: "learned" } }), bias: true }),
      ],
    },
    data: { train: blobs(1, 330), validation: blobs(2, 200) },
    optimizer: adam({ rate: 0.02 }),
    epochs: 3,
    batch: 50,
    seed: 7,
    engine: jsKernels({ memoryMegabytes: 16 }),
    ...more,
  };
}

/** Every number that a model has learnt, by name. */
export function valuesOf(model: {
  readonly parameters: readonly { readonly name: string; readonly tensor: { readonly data: Float32Array } }[];
  readonly buffers: readonly { readonly name: string; readonly data: Float32Array }[];
}): ReadonlyMap<string, Float32Array> {
  return new Map([
    ...model.parameters.map(({ name, tensor }): [string, Float32Array] => [name, tensor.data.slice()]),
    ...model.buffers.map(({ name, data }): [string, Float32Array] => [name, data.slice()]),
  ]);
}

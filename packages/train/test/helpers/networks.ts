import { random } from "@gatefold/datasets";
import { type BuiltModel, buildModel } from "../../src/build-model.js";
import type { Kernels } from "../../src/engine/kernels.js";
import type { LayerSpec, Step } from "../../src/layer.js";
import {
  activation,
  averagePool2d,
  batchNorm,
  conv2d,
  dense,
  depthwiseConv2d,
  dropout,
  flatten,
  globalAveragePool,
  maxPool2d,
  residual,
  tensorNorm,
} from "../../src/layers/index.js";
import type { QuantizerSpec } from "../../src/quantizer.js";
import { a2q, binary, dorefa, int, pact, ternary } from "../../src/quantizers/index.js";
import { Tape, type Tensor } from "../../src/tape.js";

export interface Network {
  readonly shape: readonly number[];
  readonly input: QuantizerSpec;
  readonly layers: readonly LayerSpec[];
}

const constant = (value: number): { kind: "constant"; value: number } => ({ kind: "constant", value });

/** Weights and unsigned activations of `bits` bits with scales that are powers of two. */
const fixedWeights = (bits: number): QuantizerSpec =>
  int({ bits, scale: { kind: "statistics", of: "absmax" }, powerOfTwo: true });
const fixedRelu = (bits: number, scale: number): LayerSpec =>
  activation({ kind: "relu", quantizer: int({ bits, signed: false, scale: constant(scale) }) });
const fixedIdentity = (bits: number, scale: number): LayerSpec =>
  activation({ kind: "identity", quantizer: int({ bits, signed: false, scale: constant(scale) }) });

const learned: QuantizerSpec = int({ bits: 4, scale: { kind: "learned" }, per: "channel" });
const learnedRelu = (bits: number): LayerSpec =>
  activation({ kind: "relu", quantizer: int({ bits, signed: false, scale: { kind: "learned" } }) });

const sign = (): LayerSpec => activation({ kind: "hardtanh", quantizer: binary() });

/** Networks whose scales are powers of two: nothing but batch normalization is rounded. */
export const exactNetworks: Readonly<Record<string, Network>> = {
  "MLP W1A1": {
    shape: [24],
    input: binary(),
    layers: [
      dense({ outputs: 16, weights: binary() }),
      batchNorm(),
      sign(),
      dropout({ rate: 0.25 }),
      dense({ outputs: 16, weights: binary() }),
      batchNorm(),
      sign(),
      dense({ outputs: 5, weights: binary() }),
      tensorNorm(),
    ],
  },
  "MLP W2A2": {
    shape: [16],
    input: int({ bits: 2, scale: constant(0.5) }),
    layers: [
      dense({ outputs: 20, weights: fixedWeights(2) }),
      batchNorm(),
      fixedRelu(2, 0.5),
      dense({ outputs: 5, weights: fixedWeights(2), bias: true }),
    ],
  },
  "MLP W4A4, fan-in 6": {
    shape: [16],
    input: int({ bits: 8, signed: false, scale: constant(1 / 64) }),
    layers: [
      dense({
        outputs: 20,
        weights: fixedWeights(4),
        mask: (rows, columns, draw) =>
          Array.from({ length: rows }, () => {
            const chosen = new Set(draw.permutation(columns).subarray(0, 6));
            return Array.from({ length: columns }, (_, c) => Number(chosen.has(c)));
          }).flat(),
      }),
      batchNorm(),
      fixedRelu(4, 0.25),
      dense({ outputs: 12, weights: fixedWeights(4) }),
      batchNorm({ affine: false }),
      fixedRelu(4, 0.25),
      dense({ outputs: 5, weights: fixedWeights(4) }),
    ],
  },
  "CNN W1A1, padding -1": {
    shape: [8, 8, 3],
    input: int({ bits: 8, scale: constant(1 / 128) }),
    layers: [
      conv2d({ outputs: 8, kernel: 3, weights: binary() }),
      batchNorm(),
      sign(),
      conv2d({ outputs: 8, kernel: 3, padding: 1, padValue: -1, weights: binary() }),
      batchNorm(),
      sign(),
      maxPool2d({ kernel: 2 }),
      flatten(),
      dense({ outputs: 5, weights: binary() }),
    ],
  },
  "residual W4A4": {
    shape: [8, 8, 3],
    input: int({ bits: 8, scale: constant(1 / 64) }),
    layers: [
      conv2d({ outputs: 6, kernel: 3, padding: 1, weights: fixedWeights(4) }),
      batchNorm(),
      fixedRelu(4, 0.25),
      residual({
        branch: [
          conv2d({ outputs: 6, kernel: 3, padding: 1, weights: fixedWeights(4) }),
          batchNorm(),
          activation({ kind: "identity", quantizer: int({ bits: 4, scale: constant(0.25) }) }),
        ],
      }),
      fixedRelu(4, 0.25),
      residual({
        branch: [
          conv2d({ outputs: 10, kernel: 3, stride: 2, padding: "same", weights: fixedWeights(4) }),
          batchNorm(),
        ],
        shortcut: [conv2d({ outputs: 10, kernel: 1, stride: 2, weights: fixedWeights(4) }), batchNorm()],
        quantizer: int({ bits: 4, scale: constant(0.25) }),
      }),
      fixedRelu(4, 0.25),
      globalAveragePool(),
      dense({ outputs: 5, weights: fixedWeights(4) }),
    ],
  },
  "depthwise and average pool W4A4": {
    shape: [9, 9, 4],
    input: int({ bits: 8, scale: constant(1 / 64) }),
    layers: [
      depthwiseConv2d({ kernel: 3, padding: 1, stride: 2, weights: fixedWeights(4) }),
      batchNorm(),
      fixedRelu(4, 0.25),
      conv2d({ outputs: 8, kernel: 1, weights: fixedWeights(4), bias: true }),
      batchNorm(),
      fixedRelu(4, 0.25),
      averagePool2d({ kernel: 2, stride: 1 }),
      fixedIdentity(4, 0.25),
      conv2d({ outputs: 6, kernel: [2, 3], dilation: [2, 1], weights: fixedWeights(4) }),
      batchNorm(),
      fixedRelu(4, 0.25),
      flatten(),
      dense({ outputs: 5, weights: fixedWeights(4) }),
    ],
  },
};

/** Networks with scales that are any reals: float32 and float64 may differ where a sum lies on a threshold. */
export const learnedNetworks: Readonly<Record<string, Network>> = {
  "MLP W4A4 learned, per channel": {
    shape: [16],
    input: int({ bits: 8, scale: { kind: "learned" } }),
    layers: [
      dense({ outputs: 24, weights: learned }),
      batchNorm(),
      learnedRelu(4),
      dense({ outputs: 24, weights: learned }),
      batchNorm(),
      learnedRelu(4),
      dense({ outputs: 5, weights: learned }),
    ],
  },
  "MLP of all quantizers": {
    shape: [16],
    input: int({ bits: 6, scale: { kind: "statistics", of: "absmax" } }),
    layers: [
      dense({ outputs: 20, weights: ternary({ per: "channel" }) }),
      batchNorm(),
      activation({ kind: "relu", quantizer: pact({ bits: 3, alpha: 2.5 }) }),
      dense({ outputs: 20, weights: dorefa({ bits: 3 }) }),
      batchNorm(),
      activation({ kind: "relu", quantizer: dorefa({ bits: 3 }) }),
      dense({ outputs: 20, weights: binary({ scale: "mean", per: "channel" }) }),
      batchNorm(),
      activation({
        kind: "relu",
        quantizer: int({ bits: 3, signed: false, scale: { kind: "statistics", of: "mean" } }),
      }),
      dense({ outputs: 5, weights: a2q({ bits: 5, accumulatorBits: 9, inputBits: 3 }) }),
    ],
  },
  "CNN W4A4 learned, residual": {
    shape: [6, 6, 3],
    input: int({ bits: 8, scale: { kind: "learned" } }),
    layers: [
      conv2d({ outputs: 8, kernel: 3, weights: learned }),
      batchNorm(),
      learnedRelu(4),
      residual({
        branch: [conv2d({ outputs: 8, kernel: 3, padding: 1, weights: learned }), batchNorm()],
        quantizer: int({ bits: 4, scale: { kind: "learned" } }),
      }),
      learnedRelu(4),
      flatten(),
      dense({ outputs: 5, weights: learned }),
    ],
  },
};

export function stepOf(kernels: Kernels, init: Partial<Step> = {}): Step {
  return { tape: new Tape(kernels), mode: "evaluate", moments: "batch", random: random(7), ...init };
}

/** Samples between -2 and 2 in the engine's memory. */
export function samplesOf(kernels: Kernels, shape: readonly number[], count: number, seed: number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = kernels.alloc(size * count);
  const draw = random(seed);
  for (let i = 0; i < data.length; i++) data[i] = Math.fround(draw.between(-2, 2));
  return { shape: [count, ...shape], data, needsGrad: false, grad: undefined };
}

/** A model with moments, factors and shifts as training leaves them. */
export function settledModel(network: Network, kernels: Kernels, seed = 1): BuiltModel {
  const spec = { input: { shape: network.shape, quantizer: network.input }, layers: network.layers };
  const model = buildModel(spec, kernels, random(seed));
  const draw = random(seed, 99);
  for (const { role, tensor } of model.parameters) {
    for (let i = 0; i < tensor.data.length; i++) {
      if (role === "gamma") tensor.data[i] = draw.between(0.25, 1.5) * (draw.uniform() < 0.2 ? -1 : 1);
      if (role === "beta" || role === "bias") tensor.data[i] = draw.between(-0.5, 0.75);
    }
  }
  const x = samplesOf(kernels, network.shape, 32, seed + 1);
  for (let i = 0; i < 15; i++) {
    const step = stepOf(kernels, { mode: "train", random: random(i) });
    model.forward(step, x);
    step.tape.reset();
  }
  return model;
}

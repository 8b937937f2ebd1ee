/** The fully connected networks of FINN's and Brevitas' examples: bits of weights and activations, inputs as wide as activations. */
import { activation, adam, batchNorm, binary, cosine, dense, int, ternary } from "@gatefold/train";

/** Codes of 1 bit are ±1; of more bits, signed codes that reach to ±1. */
const codes = (bits) =>
  bits === 1
    ? binary()
    : int({ bits, narrow: true, scale: { kind: "constant", value: 1 / (2 ** (bits - 1) - 1) } });

const weights = (bits) => (bits === 1 ? binary() : ternary());

export function mlp({ widths, weightBits, activationBits }) {
  const hidden = widths.flatMap((outputs) => [
    dense({ outputs, weights: weights(weightBits) }),
    batchNorm(),
    activation({ kind: "hardtanh", quantizer: codes(activationBits) }),
  ]);
  return {
    input: { shape: [784], quantizer: codes(activationBits) },
    layers: [...hidden, dense({ outputs: 10, weights: weights(weightBits) }), batchNorm()],
  };
}

export const networks = {
  "tfc-w1a1": { widths: [64, 64, 64], weightBits: 1, activationBits: 1 },
  "tfc-w1a2": { widths: [64, 64, 64], weightBits: 1, activationBits: 2 },
  "tfc-w2a2": { widths: [64, 64, 64], weightBits: 2, activationBits: 2 },
  "sfc-w1a1": { widths: [256, 256, 256], weightBits: 1, activationBits: 1 },
};

export const recipe = {
  optimizer: adam({ rate: 0.02 }),
  schedule: cosine(),
  batch: 100,
  loss: "cross-entropy",
};

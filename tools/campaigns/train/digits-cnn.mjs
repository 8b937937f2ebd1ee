/** The convolutional network for UCI's handwritten digits that the fault campaigns train: 3×3 convolutions of 16, 16 and 32 channels. */
import { activation, batchNorm, binary, conv2d, dense, flatten, int, ternary } from "@gatefold/train";

const learned = { kind: "learned" };

const weights = (bits) =>
  bits === 1 ? binary() : bits === 2 ? ternary() : int({ bits, narrow: true, scale: learned });

/** 1 bit is ±1, more are codes from 0. */
const quantized = (bits) =>
  bits === 1
    ? activation({ kind: "hardtanh", quantizer: binary() })
    : activation({
        kind: "relu",
        quantizer: int({ bits, signed: false, scale: learned }),
      });

export function digitsCnn({ weightBits, activationBits }) {
  const convolution = (outputs) => [
    conv2d({ outputs, kernel: 3, weights: weights(weightBits) }),
    batchNorm(),
    quantized(activationBits),
  ];
  return {
    input: {
      shape: [8, 8, 1],
      quantizer: int({ bits: 5, signed: false, scale: { kind: "constant", value: 1 / 16 } }),
    },
    layers: [
      ...convolution(16),
      ...convolution(16),
      ...convolution(32),
      flatten(),
      dense({ outputs: 10, weights: weights(weightBits) }),
      batchNorm(),
    ],
  };
}

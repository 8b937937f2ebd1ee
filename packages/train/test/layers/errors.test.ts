import { random } from "@gatefold/datasets";
import { describe, expect, it } from "vitest";
import { buildModel } from "../../src/build-model.js";
import { jsKernels } from "../../src/engine/js-kernels.js";
import { TrainError } from "../../src/error.js";
import type { LayerSpec } from "../../src/layer.js";
import {
  activation,
  batchNorm,
  conv2d,
  dense,
  dropout,
  globalAveragePool,
  maxPool2d,
  residual,
} from "../../src/layers/index.js";
import { a2q, binary, dorefa, int, pact, ternary } from "../../src/quantizers/index.js";

const kernels = jsKernels({ memoryMegabytes: 16 });
const constant = (value: number): { kind: "constant"; value: number } => ({ kind: "constant", value });

const build = (shape: readonly number[], ...layers: readonly LayerSpec[]): unknown =>
  buildModel({ input: { shape }, layers }, kernels, random(1));

const anything = { kind: "learned" } as const;
const mistakes: readonly (readonly [what: string, code: string, words: RegExp, run: () => unknown])[] = [
  ["no outputs", "bad-option", /outputs of dense1 is 0/, () => build([4], dense({ outputs: 0 }))],
  [
    "half an output",
    "bad-option",
    /outputs of fc is 2\.5/,
    () => build([4], dense({ name: "fc", outputs: 2.5 })),
  ],
  ["an empty model", "bad-option", /no layers/, () => build([4])],
  ["two axes", "bad-shape", /\[4, 4\]/, () => build([4, 4], dense({ outputs: 1 }))],
  ["a size of 0", "bad-shape", /\[0\]/, () => build([0], dense({ outputs: 1 }))],
  [
    "dense on images",
    "bad-shape",
    /dense1 takes features.*\[4, 4, 1\]/,
    () => build([4, 4, 1], dense({ outputs: 1 })),
  ],
  [
    "conv on features",
    "bad-shape",
    /conv2d1 takes images/,
    () => build([4], conv2d({ outputs: 1, kernel: 1 })),
  ],
  ["pool on features", "bad-shape", /takes images/, () => build([4], globalAveragePool())],
  ["a window too large", "bad-shape", /5 × 5/, () => build([4, 4, 1], conv2d({ outputs: 1, kernel: 5 }))],
  [
    "a stride of 0",
    "bad-option",
    /stride.* is 0/,
    () => build([4, 4, 1], maxPool2d({ kernel: 2, stride: 0 })),
  ],
  ["a kernel of 0", "bad-option", /kernel.* is 0/, () => build([4, 4, 1], maxPool2d({ kernel: 0 }))],
  [
    "negative padding",
    "bad-option",
    /padding.* is -1/,
    () => build([4, 4, 1], maxPool2d({ kernel: 2, padding: -1 })),
  ],
  [
    "an unknown padding",
    "bad-option",
    /padding.* is full/,
    () => build([4, 4, 1], maxPool2d({ kernel: 2, padding: "full" as "same" })),
  ],
  [
    "another pad value",
    "bad-option",
    /padValue.* is 1\./,
    () => build([4, 4, 1], conv2d({ outputs: 1, kernel: 1, padValue: 1 as 0 })),
  ],
  [
    "an unknown activation",
    "bad-option",
    /kind of activation1 is gelu.*\n.*relu, hardtanh, identity/,
    () => build([4], activation({ kind: "gelu" as "relu" })),
  ],
  [
    "an unknown init",
    "bad-option",
    /init of dense1 is zeros/,
    () => build([4], dense({ outputs: 1, init: "zeros" as "he" })),
  ],
  [
    "a mask of another size",
    "bad-mask",
    /dense1 has 7 elements for 8/,
    () => build([4], dense({ outputs: 2, mask: new Float32Array(7) })),
  ],
  [
    "a mask of halves",
    "bad-mask",
    /is 0\.5/,
    () => build([4], dense({ outputs: 2, mask: new Float32Array(8).fill(0.5) })),
  ],
  [
    "one name twice",
    "bad-name",
    /called fc/,
    () => build([4], dense({ name: "fc", outputs: 2 }), dense({ name: "fc", outputs: 2 })),
  ],
  ["a full dropout", "bad-option", /rate of dropout1 is 1/, () => build([4], dropout({ rate: 1 }))],
  ["momentum 0", "bad-option", /momentum of batchNorm1 is 0/, () => build([4], batchNorm({ momentum: 0 }))],
  ["a negative epsilon", "bad-option", /epsilon/, () => build([4], batchNorm({ epsilon: -1 }))],
  [
    "branches of two shapes",
    "bad-shape",
    /\[2, 2, 3\].*\[4, 4, 3\]/,
    () => build([4, 4, 3], residual({ branch: [conv2d({ outputs: 3, kernel: 3 })] })),
  ],
  ["17 bits", "bad-bits", /`int` has 17 bits/, () => int({ bits: 17, scale: anything })],
  ["1 bit with a sign", "bad-bits", /1 bits.*\n.*binary/, () => int({ bits: 1, scale: anything })],
  ["half a bit", "bad-bits", /2\.5/, () => int({ bits: 2.5, scale: anything })],
  ["a scale of 0", "bad-option", /scale of `int` is 0/, () => int({ bits: 4, scale: constant(0) })],
  ["a scale of NaN", "bad-option", /NaN/, () => int({ bits: 4, scale: constant(Number.NaN) })],
  [
    "a power of two of 0.3",
    "bad-option",
    /0\.3.*no power of two/,
    () => int({ bits: 4, scale: constant(0.3), powerOfTwo: true }),
  ],
  ["a negative alpha", "bad-option", /alpha of `pact`/, () => pact({ bits: 2, alpha: -1 })],
  ["pact of 0 bits", "bad-bits", /`pact` has 0 bits/, () => pact({ bits: 0 })],
  ["dorefa of 0 bits", "bad-bits", /dorefa/, () => dorefa({ bits: 0 })],
  [
    "a2q of no accumulator",
    "bad-bits",
    /accumulator.*1 bits/,
    () => a2q({ bits: 4, inputBits: 4, accumulatorBits: 1 }),
  ],
  ["a2q too narrow", "bad-bits", /cannot hold/, () => a2q({ bits: 4, inputBits: 8, accumulatorBits: 8 })],
  [
    "scales for other channels",
    "bad-option",
    /2 constant scales for 3 channels/,
    () =>
      build(
        [4],
        dense({
          outputs: 3,
          weights: int({ bits: 4, scale: { kind: "constant", value: [1, 2] }, per: "channel" }),
        }),
      ),
  ],
  [
    "ternary activations",
    "bad-role",
    /ternary.*activation1/,
    () => build([4], activation({ kind: "relu", quantizer: ternary() })),
  ],
  ["pact weights", "bad-role", /pact/, () => build([4], dense({ outputs: 1, weights: pact({ bits: 2 }) }))],
  [
    "binary activations by mean",
    "bad-role",
    /mean/,
    () => build([4], activation({ kind: "relu", quantizer: binary({ scale: "mean" }) })),
  ],
  [
    "a2q activations",
    "bad-role",
    /a2q/,
    () =>
      build([4], activation({ kind: "relu", quantizer: a2q({ bits: 4, inputBits: 2, accumulatorBits: 9 }) })),
  ],
];

describe("mistakes are named", () => {
  it.each(mistakes)("%s", (_, code, words, run) => {
    let caught: unknown;
    try {
      run();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(TrainError);
    expect((caught as TrainError).code).toBe(`train/${code}`);
    expect((caught as TrainError).message).toMatch(words);
  });

  it("a batch of another shape", () => {
    const model = buildModel({ input: { shape: [4] }, layers: [dense({ outputs: 1 })] }, kernels, random(1));
    const x = { shape: [1, 5], data: new Float32Array(5), needsGrad: false, grad: undefined };
    expect(() => model.forward({} as never, x)).toThrow(/\[1, 5\].*\[4\]/);
  });
});

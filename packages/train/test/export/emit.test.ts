import { Constant, evaluate, makeTensor, numbers, type Op } from "@gatefold/core";
import { random } from "@gatefold/datasets";
import { BipolarQuant, Quant } from "@gatefold/dialect-nn";
import { describe, expect, it } from "vitest";
import { buildModel } from "../../src/build-model.js";
import { jsKernels } from "../../src/engine/js-kernels.js";
import { exportModel } from "../../src/export/export-model.js";
import type { LayerSpec } from "../../src/layer.js";
import { activation, batchNorm, conv2d, dense } from "../../src/layers/index.js";
import type { QuantizerSpec } from "../../src/quantizer.js";
import { binary, dorefa, int, pact, ternary } from "../../src/quantizers/index.js";
import { observeModel } from "../helpers/compare.js";
import { samplesOf, stepOf } from "../helpers/networks.js";

const build = (shape: readonly number[], ...layers: readonly LayerSpec[]) =>
  buildModel({ input: { shape }, layers }, jsKernels({ memoryMegabytes: 32 }), random(4));

const opsOf = (model: ReturnType<typeof build>): readonly Op[] => [
  ...exportModel(model, { name: "net" }).main.ops(),
];

/** What the quantizer on a layer's constant weights gives, by the reference evaluator. */
function evaluatedWeights(ops: readonly Op[]): number[] {
  const op = ops.find((one) => Quant.is(one) || BipolarQuant.is(one))!;
  const operands = op.operands.map((v) => Constant.match(v)!.attrs.value);
  return Array.from(numbers(op.def.evaluate!(operands, op.attrs as never)[0]!), Math.fround);
}

describe("quantizers of activations and their QONNX ops agree on every value, halves included", () => {
  const quantizers: Readonly<Record<string, QuantizerSpec>> = {
    "int 3, unsigned, 0.25": int({ bits: 3, signed: false, scale: { kind: "constant", value: 0.25 } }),
    "int 4, signed, 0.3": int({ bits: 4, scale: { kind: "constant", value: 0.3 } }),
    "int 4, narrow, 1/16": int({ bits: 4, narrow: true, scale: { kind: "constant", value: 1 / 16 } }),
    "int 1, unsigned": int({ bits: 1, signed: false, scale: { kind: "constant", value: 1 } }),
    "int per channel": int({ bits: 4, scale: { kind: "learned" }, per: "channel" }),
    "binary 0.5": binary({ scale: 0.5 }),
    "pact 3": pact({ bits: 3, alpha: 1.75 }),
    "dorefa 3": dorefa({ bits: 3 }),
  };
  it.each(Object.entries(quantizers))("%s", (_, quantizer) => {
    const model = build([12], activation({ kind: "identity", quantizer }));
    const x = samplesOf(model.kernels, [12], 400, 9);
    // A third of the values on a grid of sixteenths: ties of every scale that is a power of two, and zeros.
    for (let i = 0; i < x.data.length; i += 3) x.data[i] = Math.round(x.data[i]! * 16) / 16;
    const { output } = observeModel(model, x);
    const { main } = exportModel(model, { name: "net" });
    for (let n = 0; n < 400; n++) {
      const sample = makeTensor("f32", [1, 12], x.data.slice(n * 12, (n + 1) * 12));
      const found = Float32Array.from(numbers(evaluate(main, [sample])[0]!), (v) => v + 0);
      expect(found).toEqual(output.slice(n * 12, (n + 1) * 12).map((v) => v + 0));
    }
  });
});

it.each(["relu", "hardtanh"] as const)("%s stands in front of its quantizer", (kind) => {
  const quantizer = int({ bits: 5, scale: { kind: "constant", value: 0.125 } });
  const model = build([8], activation({ kind, quantizer }));
  const x = samplesOf(model.kernels, [8], 50, 9);
  const { output } = observeModel(model, x);
  const { main } = exportModel(model, { name: "net" });
  const found = Array.from({ length: 50 }, (_, n) => {
    const sample = makeTensor("f32", [1, 8], x.data.slice(n * 8, (n + 1) * 8));
    return Array.from(numbers(evaluate(main, [sample])[0]!), (v) => v + 0);
  });
  expect(found.flat()).toEqual(Array.from(output, (v) => v + 0));
});

describe("weights in the file are the model's weights", () => {
  const quantizers: Readonly<Record<string, QuantizerSpec>> = {
    "int 4 per channel": int({ bits: 4, scale: { kind: "learned" }, per: "channel" }),
    "int 8 absmax": int({ bits: 8, scale: { kind: "statistics", of: "absmax" } }),
    binary: binary(),
    "binary, mean per channel": binary({ scale: "mean", per: "channel" }),
    ternary: ternary({ per: "channel" }),
    dorefa: dorefa({ bits: 4 }),
  };
  it.each(Object.entries(quantizers))("dense, %s, half of them pruned", (_, weights) => {
    const mask = Float32Array.from({ length: 40 }, (__, i) => (i * 7) % 2);
    const model = build([8], dense({ outputs: 5, weights, mask }));
    let expected: Float32Array | undefined;
    const step = stepOf(model.kernels, {
      tap: (__, value) => {
        expected = value.data.slice();
        return value;
      },
    });
    model.forward(step, samplesOf(model.kernels, [8], 1, 1));
    const found = evaluatedWeights(opsOf(model));
    expect(found.map((v) => v + 0)).toEqual(Array.from(expected!, (v) => v + 0));
    expect(found.filter((v) => v === 0).length).toBeGreaterThanOrEqual(20);
  });

  it("conv2d: [kH, kW, in, out] becomes [out, in, kH, kW], with a scale for each output", () => {
    const weights = int({ bits: 6, scale: { kind: "statistics", of: "absmax" }, per: "channel" });
    const model = build([5, 5, 3], conv2d({ outputs: 4, kernel: [2, 3], weights }));
    const { at } = model.layers[0]!.matrix!;
    let expected: Float32Array | undefined;
    const step = stepOf(model.kernels, {
      tap: (__, value) => {
        expected = value.data.slice();
        return value;
      },
    });
    model.forward(step, samplesOf(model.kernels, [5, 5, 3], 1, 1));
    const found = evaluatedWeights(opsOf(model));
    for (let o = 0; o < 4; o++) {
      for (let c = 0; c < 3; c++) {
        for (let k = 0; k < 6; k++) expect(found[(o * 3 + c) * 6 + k]).toBe(expected![at(o, k * 3 + c)]);
      }
    }
  });

  it("pruned binary weights are written as {-1, 0, 1} in two bits, whole ones as one bit", () => {
    const mask = Float32Array.of(1, 0, 1, 1);
    const whole = opsOf(build([2], dense({ outputs: 2, weights: binary() })));
    const pruned = opsOf(build([2], dense({ outputs: 2, weights: binary(), mask })));
    expect(whole.some((op) => BipolarQuant.is(op))).toBe(true);
    expect(pruned.some((op) => Quant.is(op))).toBe(true);
  });
});

describe("what cannot be exported says so", () => {
  it("a scale that waits for data", () => {
    const quantizer = int({ bits: 4, scale: { kind: "learned" } });
    const model = build([4], activation({ kind: "relu", quantizer }));
    expect(() => exportModel(model, { name: "net" })).toThrow(/activation1\.quantizer.*train\/no-scale/);
  });

  it("batch normalization without running statistics", () => {
    const model = build([4], batchNorm({ runningStatistics: false }));
    expect(() => exportModel(model, { name: "net" })).toThrow(/batchNorm1.*train\/no-export/);
  });
});

import { random } from "@gatefold/datasets";
import { describe, expect, it } from "vitest";
import { type BuiltModel, buildModel } from "../../src/build-model.js";
import { jsKernels } from "../../src/engine/js-kernels.js";
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
import { squaredHinge } from "../../src/ops/index.js";
import { binary, int } from "../../src/quantizers/index.js";
import type { Tensor } from "../../src/tape.js";
import { samplesOf, stepOf } from "../helpers/networks.js";

const kernels: Kernels = jsKernels({ memoryMegabytes: 64 });

function model(shape: readonly number[], layers: readonly LayerSpec[], seed = 1): BuiltModel {
  return buildModel({ input: { shape }, layers }, kernels, random(seed));
}

function outputOf(built: BuiltModel, x: Tensor, init: Partial<Step> = {}): Float32Array {
  return built.forward(stepOf(kernels, init), x).data.slice();
}

const parameterOf = (built: BuiltModel, name: string): Float32Array =>
  built.parameters.find((p) => p.name === name)!.tensor.data;

const maximum = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, v) => Math.max(most, Math.abs(v)), 0);

describe("layers with weights", () => {
  it("dense: each output is the product with its row of the matrix, and the bias", () => {
    const built = model([5], [dense({ outputs: 3, bias: true })]);
    const bias = parameterOf(built, "dense1.bias");
    bias.set([1, 2, 3]);
    const x = samplesOf(kernels, [5], 4, 2);
    const y = outputOf(built, x);
    const { at, weight, rows, columns, positions, weightBits } = built.layers[0]!.matrix!;
    expect([rows, columns, positions, weightBits]).toEqual([3, 5, 1, 32]);
    for (let n = 0; n < 4; n++) {
      for (let r = 0; r < 3; r++) {
        let sum = bias[r]!;
        for (let c = 0; c < 5; c++) sum += x.data[n * 5 + c]! * weight.tensor.data[at(r, c)]!;
        expect(y[n * 3 + r]).toBeCloseTo(sum, 5);
      }
    }
  });

  it("conv2d: padding of -1, stride and dilation, against the definition", () => {
    const spec = conv2d({
      outputs: 2,
      kernel: [2, 3],
      stride: [2, 1],
      dilation: [1, 2],
      padding: { top: 1, left: 2, bottom: 0, right: 1 },
      padValue: -1,
    });
    const built = model([5, 6, 3], [spec]);
    const [outH, outW] = built.outputShape as [number, number, number];
    expect(built.outputShape).toEqual([3, 5, 2]);
    const x = samplesOf(kernels, [5, 6, 3], 1, 3);
    const y = outputOf(built, x);
    const { at, weight } = built.layers[0]!.matrix!;
    for (let oh = 0; oh < outH; oh++) {
      for (let ow = 0; ow < outW; ow++) {
        for (let o = 0; o < 2; o++) {
          let sum = 0;
          for (let k = 0; k < 18; k++) {
            const [kh, kw, c] = [Math.floor(k / 9), Math.floor(k / 3) % 3, k % 3];
            const [h, w] = [oh * 2 - 1 + kh, ow - 2 + kw * 2];
            const inside = h >= 0 && h < 5 && w >= 0 && w < 6;
            sum += (inside ? x.data[(h * 6 + w) * 3 + c]! : -1) * weight.tensor.data[at(o, k)]!;
          }
          expect(y[(oh * outW + ow) * 2 + o]).toBeCloseTo(sum, 4);
        }
      }
    }
  });

  it("depthwise: each channel by itself", () => {
    const built = model([3, 3, 2], [depthwiseConv2d({ kernel: 3 })]);
    const x = samplesOf(kernels, [3, 3, 2], 1, 3);
    const y = outputOf(built, x);
    const { at, weight, rows, columns } = built.layers[0]!.matrix!;
    expect([rows, columns, y.length]).toEqual([2, 9, 2]);
    for (let c = 0; c < 2; c++) {
      let sum = 0;
      for (let k = 0; k < 9; k++) sum += x.data[k * 2 + c]! * weight.tensor.data[at(c, k)]!;
      expect(y[c]).toBeCloseTo(sum, 5);
    }
  });

  it.each([
    [7, 2, 4],
    [8, 2, 4],
    [6, 1, 6],
    [5, 3, 2],
  ])("same padding of %i pixels at stride %i gives %i", (size, stride, out) => {
    const built = model([size, size, 1], [conv2d({ outputs: 1, kernel: 3, stride, padding: "same" })]);
    expect(built.outputShape).toEqual([out, out, 1]);
  });

  it("same padding puts the odd pixel at the end", () => {
    const built = model([4, 4, 1], [conv2d({ outputs: 1, kernel: 3, stride: 2, padding: "same" })]);
    const { weight, at } = built.layers[0]!.matrix!;
    weight.tensor.data.fill(0);
    weight.tensor.data[at(0, 0)] = 1;
    const x = samplesOf(kernels, [4, 4, 1], 1, 3);
    const firstOfEachWindow = [0, 2, 8, 10].map((i) => x.data[i]);
    expect(Array.from(outputOf(built, x))).toEqual(firstOfEachWindow);
  });

  it("a mask holds weights at 0 in the run, also where the quantizer has no 0, and lets their gradient be seen", () => {
    const mask = [1, 0, 1, 0, 1, 1];
    const built = model([3], [dense({ outputs: 2, weights: binary(), mask })]);
    const { weight, at } = built.layers[0]!.matrix!;
    let seen: Float32Array | undefined;
    const x = samplesOf(kernels, [3], 4, 2);
    const step = stepOf(kernels, {
      tap: (_, value) => {
        seen = value.data;
        return value;
      },
    });
    const y = built.forward(step, x);
    step.tape.gradOf(y).fill(1);
    step.tape.backward({ shape: [], data: kernels.alloc(1), needsGrad: true, grad: kernels.alloc(1) });
    mask.forEach((keep, i) => {
      const place = at(Math.floor(i / 3), i % 3);
      expect(Math.abs(seen![place]!)).toBe(keep);
      expect(weight.tensor.data[place] !== 0).toBe(keep === 1);
      expect(weight.tensor.grad![place]).not.toBe(0);
    });
  });

  it("a mask may be drawn: a fan-in of 2", () => {
    const spec = dense({
      outputs: 8,
      mask: (rows, columns, draw) =>
        Array.from({ length: rows }, () => {
          const chosen = draw.permutation(columns).subarray(0, 2);
          return Array.from({ length: columns }, (_, c) => Number(chosen.includes(c)));
        }).flat(),
    });
    const { weight, at, rows, columns } = model([6], [spec]).layers[0]!.matrix!;
    for (let r = 0; r < rows; r++) {
      const kept = Array.from({ length: columns }, (_, c) => weight.tensor.data[at(r, c)]!).filter(
        (w) => w !== 0,
      );
      expect(kept.length).toBe(2);
    }
  });

  it("first weights depend on the seed and the layer's name alone", () => {
    const small = parameterOf(model([4], [dense({ name: "a", outputs: 3 })]), "a.weight");
    const inside = model(
      [4],
      [dense({ outputs: 4 }), dense({ name: "a", outputs: 3 }), dense({ outputs: 9 })],
    );
    expect(parameterOf(inside, "a.weight")).toEqual(small);
    expect(parameterOf(model([4], [dense({ name: "a", outputs: 3 })], 2), "a.weight")).not.toEqual(small);
    expect(parameterOf(model([4], [dense({ name: "b", outputs: 3 })]), "b.weight")).not.toEqual(small);
  });

  it("first weights fill their limits", () => {
    const largest = (spec: LayerSpec): number => maximum(model([50], [spec]).parameters[0]!.tensor.data);
    expect(largest(dense({ outputs: 40 }))).toBeCloseTo(Math.sqrt(6 / 50), 2);
    expect(largest(dense({ outputs: 40, init: "glorot" }))).toBeCloseTo(Math.sqrt(6 / 90), 2);
    expect(largest(dense({ outputs: 40, init: { limit: 3 } }))).toBeCloseTo(3, 1);
    expect(largest(dense({ outputs: 40, weights: binary() }))).toBeCloseTo(1, 2);
  });
});

describe("batchNorm", () => {
  it("normalizes each channel by the batch while training, and by running moments in evaluation", () => {
    const built = model([4, 4, 2], [batchNorm({ momentum: 1 })]);
    const x = samplesOf(kernels, [4, 4, 2], 8, 4);
    for (let i = 0; i < x.data.length; i++) x.data[i] = x.data[i]! * (1 + (i % 2)) + 3 * (i % 2);
    const trained = outputOf(built, x, { mode: "train" });
    for (const c of [0, 1]) {
      const own = trained.filter((_, i) => i % 2 === c);
      const mean = own.reduce((s, v) => s + v, 0) / own.length;
      const variance = own.reduce((s, v) => s + (v - mean) ** 2, 0) / own.length;
      expect(mean).toBeCloseTo(0, 5);
      expect(variance).toBeCloseTo(1, 3);
    }
    const held = built.buffers.map(({ data }) => data.slice());
    const evaluated = outputOf(built, x);
    evaluated.forEach((v, i) => {
      expect(v).toBeCloseTo(trained[i]!, 1);
    });
    outputOf(built, samplesOf(kernels, [4, 4, 2], 8, 5), { mode: "train", moments: "running" });
    expect(built.buffers.map(({ data }) => data)).toEqual(held);
  });

  it("without running statistics it takes the batch's in evaluation; without affine it has no parameters", () => {
    const built = model([3], [batchNorm({ affine: false, runningStatistics: false })]);
    expect([built.parameters.length, built.buffers.length]).toEqual([0, 0]);
    const y = outputOf(built, samplesOf(kernels, [3], 16, 4));
    expect(y.reduce((s, v) => s + v, 0)).toBeCloseTo(0, 4);
  });

  it("tensorNorm keeps the order of all elements", () => {
    const built = model([6], [tensorNorm()]);
    const x = samplesOf(kernels, [6], 5, 4);
    const y = outputOf(built, x, { mode: "train" });
    const order = (data: Float32Array): number[] => [...data.keys()].sort((a, b) => data[a]! - data[b]!);
    expect(order(y)).toEqual(order(x.data));
    expect(built.parameters.map(({ tensor }) => tensor.data.length)).toEqual([1, 1]);
  });
});

describe("models", () => {
  it("names layers by type and number, branches behind their layer, and lists every layer", () => {
    const built = model(
      [4, 4, 2],
      [
        conv2d({ outputs: 2, kernel: 1, name: "conv2d1" }),
        conv2d({ outputs: 2, kernel: 1 }),
        residual({ branch: [conv2d({ outputs: 2, kernel: 1 }), batchNorm()] }),
        globalAveragePool(),
      ],
    );
    expect(built.layers.map(({ name }) => name)).toEqual([
      "conv2d1",
      "conv2d2",
      "residual1.branch.conv2d1",
      "residual1.branch.batchNorm1",
      "residual1",
      "globalAveragePool1",
    ]);
    const names = built.parameters.map(({ name }) => name);
    expect(names).toEqual([
      "conv2d1.weight",
      "conv2d2.weight",
      "residual1.branch.conv2d1.weight",
      "residual1.branch.batchNorm1.gamma",
      "residual1.branch.batchNorm1.beta",
    ]);
    expect(built.layers.filter(({ matrix }) => matrix).length).toBe(3);
  });

  it("taps see each quantized weight and activation in the order of the layers, and may change it", () => {
    const quantizer = int({ bits: 2, signed: false, scale: { kind: "constant", value: 0.5 } });
    const layers = [
      dense({ outputs: 4, weights: binary() }),
      activation({ kind: "relu", quantizer }),
      residual({ branch: [dense({ outputs: 4 })], quantizer }),
    ];
    const built = buildModel({ input: { shape: [4], quantizer: binary() }, layers }, kernels, random(1));
    const seen: string[] = [];
    const x = samplesOf(kernels, [4], 3, 4);
    const plain = outputOf(built, x, {
      tap: ({ layer, site, codes }, value, scale) => {
        seen.push(`${layer} ${site} ${codes?.low}..${codes?.high} ${scale[0]}`);
        return value;
      },
    });
    expect(seen).toEqual([
      "dense1 weight -1..1 1",
      "activation1 activation 0..3 0.5",
      "residual1.branch activation 0..3 0.5",
      "residual1.shortcut activation 0..3 0.5",
    ]);
    const stuck = outputOf(built, x, {
      tap: ({ layer }, value) =>
        layer === "activation1" ? { ...value, data: value.data.map(() => 1.5) } : value,
    });
    expect(stuck.subarray(0, 4)).toEqual(stuck.subarray(4, 8));
    expect(plain.subarray(0, 4)).not.toEqual(plain.subarray(4, 8));
  });

  it("pools and flatten keep pixels in rows, channels innermost", () => {
    const built = model([4, 4, 1], [maxPool2d({ kernel: 2 }), averagePool2d({ kernel: [2, 1] }), flatten()]);
    const data = kernels.alloc(16);
    data.set(Array.from({ length: 16 }, (_, i) => i));
    const y = outputOf(built, { shape: [1, 4, 4, 1], data, needsGrad: false, grad: undefined });
    expect(Array.from(y)).toEqual([9, 11]);
  });

  it("dropout does nothing in evaluation", () => {
    const built = model([50], [dropout({ rate: 0.5 })]);
    const x = samplesOf(kernels, [50], 2, 4);
    expect(outputOf(built, x)).toEqual(x.data);
    const dropped = outputOf(built, x, { mode: "train" });
    expect(dropped.filter((v) => v === 0).length).toBeGreaterThan(20);
  });

  it("learns: a quantized convolutional network separates two classes", () => {
    const own = jsKernels({ memoryMegabytes: 64 });
    const weights = int({ bits: 4, scale: { kind: "learned" }, per: "channel" });
    const acts = int({ bits: 3, signed: false, scale: { kind: "learned" } });
    const built = buildModel(
      {
        input: { shape: [6, 6, 1], quantizer: int({ bits: 8, scale: { kind: "constant", value: 1 / 64 } }) },
        layers: [
          conv2d({ outputs: 6, kernel: 3, padding: 1, weights }),
          batchNorm(),
          activation({ kind: "relu", quantizer: acts }),
          residual({
            branch: [depthwiseConv2d({ kernel: 3, padding: 1, weights }), batchNorm()],
            quantizer: int({ bits: 4, scale: { kind: "learned" } }),
          }),
          activation({ kind: "relu", quantizer: acts }),
          averagePool2d({ kernel: 2 }),
          flatten(),
          dense({ outputs: 2, weights: binary({ scale: "mean" }), init: "he" }),
          tensorNorm(),
        ],
      },
      own,
      random(3),
    );
    // Does the left or the right half of the image hold more?
    const x = samplesOf(own, [6, 6, 1], 128, 9);
    const labels = own.alloc(128);
    for (let n = 0; n < 128; n++) {
      let balance = 0;
      for (let i = 0; i < 36; i++) balance += x.data[n * 36 + i]! * (i % 6 < 3 ? 1 : -1);
      labels[n] = balance > 0 ? 1 : 0;
    }
    const y: Tensor = { shape: [128], data: labels, needsGrad: false, grad: undefined };
    const correct = (): number => {
      const step = stepOf(own);
      const out = built.forward(step, x).data;
      let right = 0;
      for (let n = 0; n < 128; n++) right += Number(out[n * 2 + 1]! > out[n * 2]!) === labels[n] ? 1 : 0;
      step.tape.reset();
      return right / 128;
    };
    for (let epoch = 0; epoch < 60; epoch++) {
      const step = stepOf(own, { mode: "train", random: random(epoch) });
      for (const { tensor } of built.parameters) tensor.grad!.fill(0);
      step.tape.backward(squaredHinge(step.tape, built.forward(step, x), y));
      for (const { tensor, project } of built.parameters) {
        for (let i = 0; i < tensor.data.length; i++)
          tensor.data[i]! -= 0.4 * (1 - epoch / 60) * tensor.grad![i]!;
        project?.(tensor.data);
      }
      step.tape.reset();
    }
    expect(correct()).toBeGreaterThan(0.9);
    expect(built.parameters.every(({ tensor }) => maximum(tensor.grad!) > 0)).toBe(true);
  });
});

import { random } from "@gatefold/datasets";
import { describe, expect, it } from "vitest";
import { jsKernels } from "../../src/engine/js-kernels.js";
import type { Step } from "../../src/layer.js";
import type { Quantizer, QuantizerContext, QuantizerSpec } from "../../src/quantizer.js";
import { a2q, binary, dorefa, int, pact, ternary } from "../../src/quantizers/index.js";
import { truncatedCodes } from "../../src/quantizers/l1-ball.js";
import {
  dorefaCode,
  dorefaSlope,
  pactAlphaSlope,
  scaleGradientFactor,
  signSlope,
  ternaryCode,
  uniformCode,
  uniformScaleSlope,
  uniformSlope,
} from "../../src/quantizers/surrogates.js";
import type { Tensor } from "../../src/tape.js";
import { stepOf } from "../helpers/networks.js";

const channels = 4;
const rows = 50;

interface Run {
  readonly quantizer: Quantizer;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Of Σ g·y. */
  readonly g: Float32Array;
  readonly dx: Float32Array;
  readonly scale: Float32Array;
}

/** Runs a quantizer forward and backward on random values, with a random gradient. */
function run(
  spec: QuantizerSpec,
  role: QuantizerContext["role"],
  init: Partial<Step> = {},
  given?: Float32Array,
): Run {
  const kernels = jsKernels({ memoryMegabytes: 16 });
  const quantizer = spec.build({ name: "q", kernels, role, channels, inner: 1 });
  const draw = random(11);
  const size = given?.length ?? rows * channels;
  const data = kernels.alloc(size);
  for (let i = 0; i < size; i++) data[i] = given?.[i] ?? draw.between(-1.5, 1.5);
  const x: Tensor = { shape: [size / channels, channels], data, needsGrad: true, grad: undefined };
  const step = stepOf(kernels, { mode: "train", ...init });
  const y = quantizer.forward(step, x);
  const g = Float32Array.from(data, () => draw.between(-1, 1));
  const gradient = step.tape.gradOf(y);
  gradient.set(g);
  step.tape.backward({ shape: [], data: kernels.alloc(1), needsGrad: true, grad: kernels.alloc(1) });
  return {
    quantizer,
    x: data,
    y: y.data,
    g,
    dx: x.grad ?? new Float32Array(size),
    scale: quantizer.scale().slice(),
  };
}

const scaleAt = (scale: Float32Array, i: number): number => scale[i % scale.length]!;
const learned = { kind: "learned" } as const;
const absmax = { kind: "statistics", of: "absmax" } as const;

const weightQuantizers: Readonly<Record<string, QuantizerSpec>> = {
  "int constant": int({ bits: 3, scale: { kind: "constant", value: 0.3 } }),
  "int absmax per channel": int({ bits: 4, scale: absmax, per: "channel" }),
  "int mean, power of two": int({ bits: 4, scale: { kind: "statistics", of: "mean" }, powerOfTwo: true }),
  "int learned": int({ bits: 2, scale: learned }),
  "int learned per channel": int({ bits: 8, scale: learned, per: "channel", narrow: false }),
  binary: binary(),
  "binary mean per channel": binary({ scale: "mean", per: "channel" }),
  ternary: ternary(),
  "ternary per channel": ternary({ per: "channel" }),
  "dorefa 1 bit": dorefa({ bits: 1 }),
  "dorefa 3 bits": dorefa({ bits: 3 }),
  a2q: a2q({ bits: 4, accumulatorBits: 12, inputBits: 4 }),
};

const activationQuantizers: Readonly<Record<string, QuantizerSpec>> = {
  "int unsigned": int({ bits: 3, signed: false, scale: { kind: "constant", value: 0.2 } }),
  "int learned": int({ bits: 4, scale: learned }),
  "int running, power of two": int({ bits: 4, signed: false, scale: absmax, powerOfTwo: true }),
  binary: binary({ scale: 0.5 }),
  pact: pact({ bits: 3, alpha: 1.1 }),
  dorefa: dorefa({ bits: 2 }),
};

describe("every quantizer gives code · scale, exactly in float32, with codes in its range", () => {
  const all = [
    ...Object.entries(weightQuantizers).map(([name, spec]) => ["weight", name, spec] as const),
    ...Object.entries(activationQuantizers).map(([name, spec]) => ["activation", name, spec] as const),
  ];
  it.each(all)("%s: %s", (role, _, spec) => {
    const { quantizer, y, scale } = run(spec, role);
    const { low, high } = quantizer.codes;
    const seen = new Set<number>();
    y.forEach((v, i) => {
      const code = Math.round(v / scaleAt(scale, i));
      expect(v).toBe(Math.fround(code * scaleAt(scale, i)));
      expect(code).toBeGreaterThanOrEqual(low);
      expect(code).toBeLessThanOrEqual(high);
      seen.add(code);
    });
    expect(seen.size).toBeGreaterThan(1);
  });
});

describe("backward passes are the surrogates'", () => {
  it.each([undefined, "channel"] as const)("int learned: LSQ, scales per %s", (per) => {
    const spec = int({ bits: 3, scale: { kind: "learned", initial: 0.23 }, per: per ?? "tensor" });
    const { quantizer, x, y, g, dx, scale } = run(spec, "weight");
    const expected = new Float64Array(scale.length);
    x.forEach((v, i) => {
      const s = scaleAt(scale, i);
      expect(y[i]! + 0).toBe(Math.fround(uniformCode(v, s, quantizer.codes) * s) + 0);
      expect(dx[i]! + 0).toBe(uniformSlope(v, s, quantizer.codes) * g[i]! + 0);
      expected[i % scale.length]! += g[i]! * uniformScaleSlope(v, s, quantizer.codes);
    });
    const factor = scaleGradientFactor(x.length / scale.length, quantizer.codes.high);
    const { tensor } = quantizer.parameters[0]!;
    expected.forEach((sum, c) => {
      // The effective scale is 0.23 rounded to 12 bits, and the slope of the rounding is their ratio.
      expect(tensor.grad![c]!).toBeCloseTo((sum * factor * scale[c]!) / 0.23, 5);
    });
  });

  it("int learned on activations counts the features of one sample", () => {
    const spec = int({ bits: 3, scale: { kind: "learned", initial: 0.25 } });
    const { quantizer, x, g } = run(spec, "activation");
    let sum = 0;
    x.forEach((v, i) => {
      sum += g[i]! * uniformScaleSlope(v, 0.25, quantizer.codes);
    });
    expect(quantizer.parameters[0]!.tensor.grad![0]!).toBeCloseTo(sum / Math.sqrt(channels * 3), 4);
  });

  it("int learned, power of two: the gradient is scaled by the ratio", () => {
    const spec = int({ bits: 3, scale: { kind: "learned", initial: 0.3 }, powerOfTwo: true });
    const { quantizer, x, g, scale } = run(spec, "weight");
    expect(scale[0]).toBe(0.25);
    let sum = 0;
    x.forEach((v, i) => {
      sum += g[i]! * uniformScaleSlope(v, 0.25, quantizer.codes);
    });
    const factor = scaleGradientFactor(x.length, 3);
    expect(quantizer.parameters[0]!.tensor.grad![0]!).toBeCloseTo(
      (sum * factor * 0.25) / Math.fround(0.3),
      5,
    );
  });

  it("binary", () => {
    const { x, y, g, dx } = run(binary({ scale: 0.5 }), "activation");
    x.forEach((v, i) => {
      expect(y[i]).toBe(v >= 0 ? 0.5 : -0.5);
      expect(dx[i]! + 0).toBe(signSlope(v) * g[i]! + 0);
    });
  });

  it("binary at 0 is positive", () => {
    const { y } = run(binary(), "activation", {}, Float32Array.of(0, -0, -1e-30, 1e-30));
    expect(Array.from(y)).toEqual([1, 1, -1, 1]);
  });

  it("ternary", () => {
    const { x, y, g, dx, scale } = run(ternary(), "weight");
    const threshold = (0.7 * x.reduce((sum, v) => sum + Math.abs(v), 0)) / x.length;
    const beyond = x.filter((v) => Math.abs(v) > threshold);
    expect(scale[0]).toBeCloseTo(beyond.reduce((sum, v) => sum + Math.abs(v), 0) / beyond.length, 5);
    x.forEach((v, i) => {
      expect(y[i]! + 0).toBe(ternaryCode(v, threshold) * scale[0]! + 0);
    });
    expect(dx).toEqual(g);
  });

  it("pact", () => {
    const { quantizer, x, y, g, dx, scale } = run(pact({ bits: 3, alpha: 1.1 }), "activation");
    expect(scale[0]).toBeCloseTo(1.1 / 7, 3);
    let sum = 0;
    x.forEach((v, i) => {
      expect(y[i]! + 0).toBe(Math.fround(uniformCode(v, scale[0]!, quantizer.codes) * scale[0]!) + 0);
      expect(dx[i]! + 0).toBe((v >= 0 && v <= 7 * scale[0]! ? g[i]! : 0) + 0);
      sum += g[i]! * pactAlphaSlope(v, Math.fround(1.1));
    });
    expect(quantizer.parameters[0]!.tensor.grad![0]!).toBeCloseTo(sum, 4);
  });

  it("dorefa weights", () => {
    const { x, y, g, dx, scale } = run(dorefa({ bits: 3 }), "weight");
    const largest = Math.tanh(x.reduce((most, v) => Math.max(most, Math.abs(v)), 0));
    x.forEach((v, i) => {
      expect(y[i]).toBe(Math.fround(dorefaCode(v, largest, 3) * scale[0]!));
      expect(dx[i]).toBeCloseTo(g[i]! * dorefaSlope(v, largest), 5);
    });
  });

  it("a2q: codes toward zero, LSQ's gradient", () => {
    const spec = a2q({
      bits: 3,
      accumulatorBits: 16,
      inputBits: 2,
      scale: { kind: "learned", initial: 0.25 },
    });
    const { quantizer, x, y, g, dx, scale } = run(spec, "weight");
    const expected = new Float64Array(channels);
    x.forEach((v, i) => {
      const q = v / 0.25;
      const code = Math.trunc(Math.min(Math.max(q, -3), 3));
      expect(y[i]! + 0).toBe(code * 0.25 + 0);
      const inside = Math.abs(q) <= 3;
      expect(dx[i]! + 0).toBe((inside ? g[i]! : 0) + 0);
      expected[i % channels]! += g[i]! * (code - (inside ? q : 0)) * scaleGradientFactor(rows, 3);
    });
    expect(scale.length).toBe(channels);
    expected.forEach((sum, c) => {
      expect(quantizer.parameters[0]!.tensor.grad![c]!).toBeCloseTo(sum, 4);
    });
  });
});

describe("scales", () => {
  it("absmax puts the largest value of each channel on the highest code", () => {
    const { quantizer, x, y } = run(weightQuantizers["int absmax per channel"]!, "weight");
    for (let c = 0; c < channels; c++) {
      const own = x.filter((_, i) => i % channels === c);
      const most = own.reduce((best, v) => (Math.abs(v) > Math.abs(best) ? v : best));
      const at = x.indexOf(most);
      expect(Math.abs(Math.round(y[at]! / quantizer.scale()[c]!))).toBe(quantizer.codes.high);
    }
  });

  it("a learned scale starts at 2·mean|v|/√high, once", () => {
    const { quantizer, x, scale } = run(int({ bits: 4, scale: learned }), "weight");
    const mean = x.reduce((sum, v) => sum + Math.abs(v), 0) / x.length;
    expect(scale[0]).toBeCloseTo((2 * mean) / Math.sqrt(7), 3);
    const kernels = jsKernels({ memoryMegabytes: 16 });
    const before = quantizer.parameters[0]!.tensor.data[0];
    quantizer.forward(stepOf(kernels), {
      shape: [1, channels],
      data: kernels.alloc(channels).fill(100),
      needsGrad: false,
      grad: undefined,
    });
    expect(quantizer.parameters[0]!.tensor.data[0]).toBe(before);
  });

  it("activations run a mean of the batches' scales while training, and evaluation keeps it", () => {
    const kernels = jsKernels({ memoryMegabytes: 16 });
    const context = { name: "q", kernels, role: "activation", channels: 1, inner: 1 } as const;
    const quantizer = int({ bits: 3, signed: false, scale: absmax }).build(context);
    const batch = (largest: number): Tensor => ({
      shape: [2, 1],
      data: Float32Array.of(0.5, largest),
      needsGrad: false,
      grad: undefined,
    });
    const train = stepOf(kernels, { mode: "train" });
    quantizer.forward(train, batch(7));
    expect(quantizer.scale()[0]).toBe(1);
    quantizer.forward(train, batch(14));
    const now = quantizer.buffers[0]!.data[0]!;
    expect(now).toBeCloseTo(1.1, 6);
    const held = quantizer.forward(stepOf(kernels), batch(70));
    expect(quantizer.buffers[0]!.data[0]).toBe(now);
    expect(held.data[1]).toBeCloseTo(7.7, 2);
    quantizer.forward(stepOf(kernels, { mode: "train", moments: "running" }), batch(70));
    expect(quantizer.buffers[0]!.data[0]).toBe(now);
  });

  it("pruned weights take no part in means", () => {
    const kernels = jsKernels({ memoryMegabytes: 16 });
    const context = { name: "q", kernels, role: "weight", channels: 1, inner: 1 } as const;
    const data = kernels.alloc(4);
    data.set([0, 0.5, 0, -1.5]);
    const x: Tensor = { shape: [4, 1], data, needsGrad: true, grad: undefined };
    const quantizer = binary({ scale: "mean" }).build(context);
    quantizer.forward(stepOf(kernels), x, Float32Array.of(0, 1, 0, 1));
    expect(quantizer.scale()[0]).toBe(1);
    quantizer.forward(stepOf(kernels), x);
    expect(quantizer.scale()[0]).toBe(0.5);
  });

  it("nor in the first value of a learned scale", () => {
    const kernels = jsKernels({ memoryMegabytes: 16 });
    const context = { name: "q", kernels, role: "weight", channels: 1, inner: 1 } as const;
    const data = kernels.alloc(4);
    data.set([0, 0.5, 0, -1.5]);
    const x: Tensor = { shape: [4, 1], data, needsGrad: true, grad: undefined };
    const quantizer = int({ bits: 2, scale: learned }).build(context);
    quantizer.forward(stepOf(kernels), x, Float32Array.of(0, 1, 0, 1));
    expect(quantizer.parameters[0]!.tensor.data[0]).toBe(2);
  });

  it("a channel of zeros does no harm, and its scale waits for data", () => {
    const spec = int({ bits: 4, scale: learned, per: "channel" });
    const values = Float32Array.from({ length: 8 }, (_, i) => (i % channels === 1 ? 0 : 0.5 - i / 8));
    const { quantizer, y, dx, g } = run(spec, "weight", {}, values);
    expect(y.every(Number.isFinite) && dx.every(Number.isFinite)).toBe(true);
    expect(dx[1]).toBe(g[1]);
    const { data, grad } = quantizer.parameters[0]!.tensor;
    expect([data[1], grad![1]]).toEqual([0, 0]);
    quantizer.parameters[0]!.project!(data);
    expect(data[1]).toBe(0);
    data[0] = -3;
    quantizer.parameters[0]!.project!(data);
    expect(data[0]).toBe(2 ** -24);
  });

  it("constant scales of activations are short, those of weights as given", () => {
    const spec = int({ bits: 4, scale: { kind: "constant", value: 0.3 } });
    expect(run(spec, "weight").scale[0]).toBe(Math.fround(0.3));
    expect(run(spec, "input").scale[0]).toBe(Math.fround(0.3));
    expect(run(spec, "activation").scale[0]).toBe(2458 / 2 ** 13);
  });
});

it("truncation shrinks a channel beyond its bound evenly before it cuts", () => {
  const bound = { codes: { low: -7, high: 7 }, radius: 4 };
  const x = Float32Array.of(5.5, -2.5);
  expect(Array.from(truncatedCodes(x, Float32Array.of(1), { count: 1, inner: 1 }, bound))).toEqual([3, 0]);
});

it("truncation leaves values on the grid where they are", () => {
  const scale = Float32Array.of(Math.fround(0.1));
  const x = Float32Array.from([-3, -1, 0, 2, 3], (c) => c * scale[0]!);
  const bound = { codes: { low: -7, high: 7 }, radius: 100 };
  expect(Array.from(truncatedCodes(x, scale, { count: 1, inner: 1 }, bound))).toEqual([-3, -1, 0, 2, 3]);
});

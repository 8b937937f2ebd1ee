import { random } from "@gatefold/datasets";
import { describe, expect, it } from "vitest";
import { jsKernels } from "../../src/engine/js-kernels.js";
import type { QuantizerSpec } from "../../src/quantizer.js";
import { a2q, int, largestL1 } from "../../src/quantizers/index.js";
import { projectOntoL1Ball, shrinkage } from "../../src/quantizers/l1-ball.js";
import { stepOf } from "../helpers/networks.js";

const channels = 3;

interface Case {
  readonly fanIn: number;
  readonly inputBits: number;
  readonly inputSigned: boolean;
  readonly accumulatorBits: number;
}

/** Codes `[fanIn, channels]` of large random weights. */
function codesOf(spec: QuantizerSpec, fanIn: number, seed: number): number[] {
  const kernels = jsKernels({ memoryMegabytes: 16 });
  const quantizer = spec.build({ name: "q", kernels, role: "weight", channels, inner: 1, fanIn });
  const draw = random(seed);
  const data = kernels.alloc(fanIn * channels);
  for (let i = 0; i < data.length; i++) data[i] = draw.between(-1, 1) * (draw.uniform() < 0.2 ? 6 : 1);
  const y = quantizer.forward(stepOf(kernels), {
    shape: [fanIn, channels],
    data,
    needsGrad: false,
    grad: undefined,
  });
  const scale = quantizer.scale();
  return Array.from(y.data, (v, i) => Math.round(v / scale[i % scale.length]!));
}

/** Largest |sum| at any point of any channel's sum, over every input there is. */
function largestPartialSum(codes: readonly number[], { fanIn, inputBits, inputSigned }: Case): number {
  const levels = 2 ** inputBits;
  const first = inputSigned ? -(levels / 2) : 0;
  let most = 0;
  for (let c = 0; c < channels; c++) {
    for (let input = 0; input < levels ** fanIn; input++) {
      let sum = 0;
      for (let k = 0, rest = input; k < fanIn; k++, rest = Math.floor(rest / levels)) {
        sum += codes[k * channels + c]! * (first + (rest % levels));
        most = Math.max(most, Math.abs(sum));
      }
    }
  }
  return most;
}

const cases: readonly Case[] = [
  { fanIn: 6, inputBits: 2, inputSigned: false, accumulatorBits: 5 },
  { fanIn: 5, inputBits: 2, inputSigned: true, accumulatorBits: 4 },
  { fanIn: 5, inputBits: 3, inputSigned: false, accumulatorBits: 6 },
  { fanIn: 10, inputBits: 1, inputSigned: false, accumulatorBits: 4 },
];

describe("a2q never overflows its accumulator, over all inputs", () => {
  it.each(cases)("$fanIn inputs of $inputBits bits in $accumulatorBits bits", (one) => {
    const { accumulatorBits, fanIn } = one;
    const limit = 2 ** (accumulatorBits - 1) - 1;
    const free = int({ bits: 4, scale: { kind: "learned" }, per: "channel" });
    let overflowing = 0;
    let used = 0;
    for (let seed = 0; seed < 8; seed++) {
      const codes = codesOf(a2q({ bits: 4, ...one }), fanIn, seed);
      const most = largestPartialSum(codes, one);
      expect(most).toBeLessThanOrEqual(limit);
      used = Math.max(used, most);
      if (largestPartialSum(codesOf(free, fanIn, seed), one) > limit) overflowing++;
    }
    // The bound matters, and is not met by zeroing the weights.
    expect(overflowing).toBeGreaterThan(4);
    expect(used).toBeGreaterThan(limit / 2);
  });

  it("the bound by hand", () => {
    expect(largestL1({ accumulatorBits: 8, inputBits: 4 })).toBe(Math.floor(127 / 15));
    expect(largestL1({ accumulatorBits: 8, inputBits: 4, inputSigned: true })).toBe(Math.floor(127 / 8));
  });
});

describe("the projection onto the L1 ball", () => {
  it("leaves what is inside, and brings the rest onto the sphere", () => {
    expect(shrinkage([1, 2, 0.5], 4)).toBe(0);
    const draw = random(5);
    for (let n = 0; n < 200; n++) {
      const sizes = Array.from({ length: 1 + draw.below(12) }, () => draw.uniform() * 4);
      const radius = draw.uniform() * 6;
      const theta = shrinkage(sizes, radius);
      const after = sizes.reduce((sum, v) => sum + Math.max(v - theta, 0), 0);
      const total = sizes.reduce((sum, v) => sum + v, 0);
      expect(after).toBeCloseTo(Math.min(total, radius), 9);
    }
  });

  it("is the nearest point: no random point of the ball is nearer", () => {
    const draw = random(6);
    const from = Float32Array.of(1.5, -0.75, 0.25, -2);
    const to = from.slice();
    projectOntoL1Ball(to, { count: 1, inner: 1 }, () => 2);
    const distance = (p: ArrayLike<number>): number => Math.hypot(...Array.from(from, (v, i) => v - p[i]!));
    for (let n = 0; n < 2000; n++) {
      const point = Array.from(from, () => draw.between(-1, 1));
      const norm = point.reduce((sum, v) => sum + Math.abs(v), 0);
      const onBall = point.map((v) => (v * 2 * draw.uniform()) / norm);
      expect(distance(onBall)).toBeGreaterThanOrEqual(distance(to) - 1e-6);
    }
  });

  it("after a step, the stored weights lie in the ball of each channel's scale", () => {
    const kernels = jsKernels({ memoryMegabytes: 16 });
    const spec = a2q({ bits: 4, accumulatorBits: 6, inputBits: 2, scale: { kind: "constant", value: 0.25 } });
    const quantizer = spec.build({ name: "q", kernels, role: "weight", channels: 1, inner: 1 });
    const weights = Float32Array.of(2, -2, 1, 0.5);
    quantizer.project!(weights);
    const norm = weights.reduce((sum, v) => sum + Math.abs(v), 0);
    expect(norm).toBeCloseTo(0.25 * largestL1({ accumulatorBits: 6, inputBits: 2 }), 5);
  });
});

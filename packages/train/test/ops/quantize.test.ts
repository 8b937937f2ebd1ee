import { random } from "@gatefold/datasets";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ops, Tape, type Tensor } from "../../src/index.js";
import { engines } from "./engines.js";
import { avoid, checkGradients, leaf } from "./gradient.js";

describe.each(engines)("quantizers on $name", ({ create }) => {
  const tape = new Tape(create());
  const scalar = (value: number, needsGrad = false): Tensor => leaf(tape.kernels, [1], [value], needsGrad);

  it("quantizeUniform rounds halves to even, then clips", () => {
    tape.reset();
    const x = leaf(tape.kernels, [8], [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 99]);
    const y = ops.quantizeUniform(tape, x, scalar(1), { low: -2, high: 3 });
    expect([...y.data].map((v) => v + 0)).toEqual([-2, -2, 0, 0, 2, 2, 3, 3]);
    const half = ops.quantizeUniform(tape, x, scalar(0.5), { low: -4, high: 3 });
    expect([...half.data].map((v) => v + 0)).toEqual([-2, -1.5, -0.5, 0.5, 1.5, 1.5, 1.5, 1.5]);
  });

  it("dx is that of clip, dscale that of LSQ", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        fc.nat(),
        (rows, channels, inner, shared, seed) => {
          tape.reset();
          const [low, high] = [-3, 2];
          const rng = random(seed);
          const x = leaf(tape.kernels, [rows, channels, inner], rng);
          const scales = Array.from({ length: shared ? 1 : channels }, () => rng.between(0.1, 0.4));
          const scale = leaf(tape.kernels, [scales.length], scales);
          const factor = 0.25;
          const y = ops.quantizeUniform(tape, x, scale, { inner, low, high, scaleGradientFactor: factor });
          const r = leaf(tape.kernels, y.shape, rng, false);
          tape.backward(ops.sum(tape, ops.multiply(tape, y, r)));
          const dscale = scales.map(() => 0);
          for (let i = 0; i < x.data.length; i++) {
            const c = shared ? 0 : Math.floor(i / inner) % channels;
            const v = Math.fround(x.data[i]! / scale.data[c]!);
            const code = Math.round(y.data[i]! / scale.data[c]!);
            const inside = v >= low && v <= high;
            expect(Math.abs(code - Math.min(Math.max(v, low), high))).toBeLessThan(0.50001);
            expect(x.grad![i]).toBe(inside ? r.data[i]! : 0);
            dscale[c]! += factor * r.data[i]! * (inside ? code - v : code);
          }
          for (const [c, each] of dscale.entries()) expect(scale.grad![c]).toBeCloseTo(each, 4);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("binarize is ±scale with the gradient of hardtanh, or all of it", () => {
    tape.reset();
    const x = leaf(tape.kernels, [1, 6], [-1.5, -1, -0.2, 0, 0.7, 1.2]);
    const scale = leaf(tape.kernels, [1], [0.5]);
    const y = ops.binarize(tape, x, scale);
    expect([...y.data]).toEqual([-0.5, -0.5, -0.5, 0.5, 0.5, 0.5]);
    tape.backward(ops.sum(tape, y));
    expect([...x.grad!]).toEqual([0, 1, 1, 1, 1, 0]);
    expect([...scale.grad!]).toEqual([0]);
    const all = leaf(tape.kernels, [1, 6], x.data);
    tape.backward(ops.sum(tape, ops.binarize(tape, all, scalar(1), { limit: Number.POSITIVE_INFINITY })));
    expect([...all.grad!]).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("binarize's surrogate by central differences", () => {
    tape.reset();
    const x = leaf(tape.kernels, [4, 9], random(8));
    for (let i = 0; i < x.data.length; i++) x.data[i]! *= 2;
    avoid(x.data, -1, 1);
    checkGradients(
      tape,
      [x],
      (t, [a]) => ops.binarize(t, a!, scalar(1)),
      (t, [a]) => ops.hardtanh(t, a!),
    );
  });

  it("straightThrough has the values of one and the gradient of the other", () => {
    tape.reset();
    const x = leaf(tape.kernels, [2, 3], random(1));
    const y = leaf(tape.kernels, [2, 3], random(2), false);
    const result = ops.straightThrough(tape, x, y);
    expect([...result.data]).toEqual([...y.data]);
    checkGradients(
      tape,
      [x],
      (t, [a]) => ops.straightThrough(t, a!, y),
      (t, [a]) => ops.scale(t, a!, 1),
    );
    expect(y.grad).toBeUndefined();
  });

  it("says when channels do not divide the elements, or codes are no range", () => {
    tape.reset();
    const x = leaf(tape.kernels, [2, 3], random(1));
    const two = leaf(tape.kernels, [2], [1, 1]);
    expect(() => ops.quantizeUniform(tape, x, two, { inner: 2, low: 0, high: 1 })).toThrow(/2 channels of 2/);
    expect(() => ops.quantizeUniform(tape, x, scalar(1), { low: 1, high: 0 })).toThrow(/from 1 to 0/);
  });
});

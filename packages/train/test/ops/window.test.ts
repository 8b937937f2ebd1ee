import { random } from "@gatefold/datasets";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ops, Tape, type Tensor } from "../../src/index.js";
import { engines } from "./engines.js";
import { checkGradients, leaf } from "./gradient.js";

const few = fc.integer({ min: 1, max: 3 });
const pad = fc.integer({ min: 0, max: 2 });

/** A window and images that it fits into. */
const shapes = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  channels: fc.integer({ min: 1, max: 6 }),
  outputs: fc.integer({ min: 1, max: 5 }),
  kernel: fc.tuple(few, few),
  more: fc.tuple(fc.nat(4), fc.nat(4)),
  strides: fc.tuple(few, few),
  dilations: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  pads: fc.tuple(pad, pad, pad, pad),
  padValue: fc.constantFrom(0, -1, 0.5),
  seed: fc.nat(),
});

type Shapes = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

const imageOf = ({ batch, channels, kernel, more, dilations }: Shapes): number[] => [
  batch,
  dilations[0] * (kernel[0] - 1) + 1 + more[0],
  dilations[1] * (kernel[1] - 1) + 1 + more[1],
  channels,
];

/** What each place of each window sees: the definition, pixel by pixel. */
function eachPlace(
  x: Tensor,
  y: Tensor,
  s: Shapes,
  visit: (n: number, oy: number, ox: number, tap: number, at: number | undefined) => void,
): void {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const [batch, outHeight, outWidth] = y.shape as [number, number, number];
  for (let n = 0; n < batch; n++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++)
        for (let tap = 0; tap < s.kernel[0] * s.kernel[1]; tap++) {
          const iy = oy * s.strides[0] - s.pads[0] + Math.floor(tap / s.kernel[1]) * s.dilations[0];
          const ix = ox * s.strides[1] - s.pads[1] + (tap % s.kernel[1]) * s.dilations[1];
          const inside = iy >= 0 && iy < height && ix >= 0 && ix < width;
          visit(n, oy, ox, tap, inside ? ((n * height + iy) * width + ix) * channels : undefined);
        }
}

describe.each(engines)("windows on $name", ({ create }) => {
  const tape = new Tape(create());

  it("conv2d is its definition and has both gradients", () => {
    fc.assert(
      fc.property(shapes, (s) => {
        tape.reset();
        const x = leaf(tape.kernels, imageOf(s), random(s.seed));
        const w = leaf(tape.kernels, [...s.kernel, s.channels, s.outputs], random(s.seed, 1));
        const y = ops.conv2d(tape, x, w, s);
        const expected = new Float64Array(y.data.length);
        eachPlace(x, y, s, (n, oy, ox, tap, at) => {
          const row = ((n * y.shape[1]! + oy) * y.shape[2]! + ox) * s.outputs;
          for (let c = 0; c < s.channels; c++)
            for (let o = 0; o < s.outputs; o++)
              expected[row + o]! +=
                (at === undefined ? s.padValue : x.data[at + c]!) *
                w.data[(tap * s.channels + c) * s.outputs + o]!;
        });
        for (let i = 0; i < expected.length; i++) expect(y.data[i]).toBeCloseTo(expected[i]!, 4);
        if (y.data.length * x.data.length < 4000) {
          tape.reset();
          const again = [
            leaf(tape.kernels, imageOf(s), random(s.seed)),
            leaf(tape.kernels, w.shape, random(s.seed, 1)),
          ];
          checkGradients(tape, again, (t, [a, b]) => ops.conv2d(t, a!, b!, s));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("depthwiseConv2d is its definition and has both gradients", () => {
    fc.assert(
      fc.property(shapes, (s) => {
        tape.reset();
        const x = leaf(tape.kernels, imageOf(s), random(s.seed));
        const w = leaf(tape.kernels, [...s.kernel, s.channels], random(s.seed, 1));
        const y = ops.depthwiseConv2d(tape, x, w, s);
        const expected = new Float64Array(y.data.length);
        eachPlace(x, y, s, (n, oy, ox, tap, at) => {
          const row = ((n * y.shape[1]! + oy) * y.shape[2]! + ox) * s.channels;
          for (let c = 0; c < s.channels; c++)
            expected[row + c]! +=
              (at === undefined ? s.padValue : x.data[at + c]!) * w.data[tap * s.channels + c]!;
        });
        for (let i = 0; i < expected.length; i++) expect(y.data[i]).toBeCloseTo(expected[i]!, 4);
        checkGradients(tape, [x, w], (t, [a, b]) => ops.depthwiseConv2d(t, a!, b!, s));
      }),
      { numRuns: 30 },
    );
  });

  it("maxPool takes the largest inside the image", () => {
    fc.assert(
      fc.property(shapes, (s) => {
        tape.reset();
        const image = imageOf(s);
        // Distinct values 1/16 apart: a central difference does not change which is the largest.
        const order = random(s.seed).permutation(image.reduce((a, b) => a * b));
        const x = leaf(
          tape.kernels,
          image,
          Float32Array.from(order, (v) => v / 16),
        );
        const y = ops.maxPool(tape, x, s.kernel, s);
        const expected = new Float64Array(y.data.length).fill(Number.NEGATIVE_INFINITY);
        eachPlace(x, y, s, (n, oy, ox, _tap, at) => {
          if (at === undefined) return;
          const row = ((n * y.shape[1]! + oy) * y.shape[2]! + ox) * s.channels;
          for (let c = 0; c < s.channels; c++)
            expected[row + c] = Math.max(expected[row + c]!, x.data[at + c]!);
        });
        expect([...y.data]).toEqual([...expected]);
        if (expected.includes(Number.NEGATIVE_INFINITY)) return;
        checkGradients(tape, [x], (t, [a]) => ops.maxPool(t, a!, s.kernel, s), undefined, 5e-3);
      }),
      { numRuns: 30 },
    );
  });

  it("averagePool and globalAveragePool", () => {
    fc.assert(
      fc.property(shapes, (s) => {
        tape.reset();
        const x = leaf(tape.kernels, imageOf(s), random(s.seed));
        const y = ops.averagePool(tape, x, s.kernel, s);
        const expected = new Float64Array(y.data.length);
        eachPlace(x, y, s, (n, oy, ox, _tap, at) => {
          if (at === undefined) return;
          const row = ((n * y.shape[1]! + oy) * y.shape[2]! + ox) * s.channels;
          for (let c = 0; c < s.channels; c++)
            expected[row + c]! += x.data[at + c]! / (s.kernel[0] * s.kernel[1]);
        });
        for (let i = 0; i < expected.length; i++) expect(y.data[i]).toBeCloseTo(expected[i]!, 5);
        checkGradients(tape, [x], (t, [a]) => ops.averagePool(t, a!, s.kernel, s));
        tape.reset();
        const image = leaf(tape.kernels, imageOf(s), random(s.seed));
        expect(ops.globalAveragePool(tape, image).shape).toEqual([s.batch, 1, 1, s.channels]);
        checkGradients(tape, [image], (t, [a]) => ops.globalAveragePool(t, a!));
      }),
      { numRuns: 20 },
    );
  });

  it("the first of equals gets the gradient of maxPool", () => {
    tape.reset();
    const x = leaf(tape.kernels, [1, 2, 2, 1], [3, 3, 3, 3]);
    const y = ops.sum(tape, ops.maxPool(tape, x, [2, 2]));
    tape.backward(y);
    expect([...x.grad!]).toEqual([1, 0, 0, 0]);
  });

  it("says when a window does not fit or a size is no size", () => {
    tape.reset();
    const x = leaf(tape.kernels, [1, 4, 4, 1], random(1));
    expect(() => ops.maxPool(tape, x, [5, 5])).toThrow(/5 × 5 does not fit.*4 × 4/);
    expect(() => ops.maxPool(tape, x, [2, 2], { strides: [0, 1] })).toThrow(/is 0.*train\/bad-option/s);
    expect(() => ops.conv2d(tape, x, x)).toThrow(/train\/bad-shape/);
  });
});

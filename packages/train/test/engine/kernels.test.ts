import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkAgreement, type Run, reference, results, single } from "./agreement.js";

const seed = fc.nat();
const runs = { numRuns: 15 };

describe("the WebAssembly engine agrees with the reference, to the bit for any number of threads", () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 100, max: 300 }));

  it("gemm", () => {
    fc.assert(
      fc.property(
        size,
        size,
        size,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        seed,
        (m, n, k, transposeA, transposeB, accumulate, s) => {
          checkAgreement(
            s,
            (kernels, array) => {
              const c = array(m * n);
              const args = {
                m,
                n,
                k,
                a: array(m * k),
                b: array(k * n),
                c,
                transposeA,
                transposeB,
                accumulate,
              };
              kernels.gemm(args);
              return [c];
            },
            k,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([
    [144, 32, 9001, true, false],
    [7, 1030, 300, false, true],
    [100, 64, 784, false, false],
  ])("gemm %d × %d × %d", (m, n, k, transposeA, transposeB) => {
    const run: Run = (kernels, array) => {
      const c = array(m * n);
      kernels.gemm({ m, n, k, a: array(m * k), b: array(k * n), c, transposeA, transposeB });
      return [c];
    };
    checkAgreement(1, run, k);
  });

  const length = fc.oneof(fc.integer({ min: 0, max: 70 }), fc.constant(70001));
  const elementwise: Record<string, (n: number) => Run> = {
    fill: (n) => (kernels, array) => {
      const y = array(n);
      kernels.fill(y, 0.3);
      return [y];
    },
    copy: (n) => (kernels, array) => {
      const [x, y] = [array(n), array(n)];
      kernels.copy(x, y);
      return [y];
    },
    axpy: (n) => (kernels, array) => {
      const [x, y] = [array(n), array(n)];
      kernels.axpy(0.7, x, y);
      return [y];
    },
    multiply: (n) => (kernels, array) => {
      const [a, b, y, z] = [array(n), array(n), array(n), array(n)];
      kernels.multiply(a, b, y);
      kernels.multiply(a, b, z, true);
      return [y, z];
    },
    clip: (n) => (kernels, array) => {
      const [x, y, z] = [array(n), array(n), array(n)];
      kernels.clip(x, y, -0.25, 0.5);
      kernels.clip(x, z, 0, Number.POSITIVE_INFINITY);
      return [y, z];
    },
    clipBackward: (n) => (kernels, array) => {
      const [x, dy, dx, closed] = [array(n), array(n), array(n), array(n)];
      for (let i = 0; i < n; i++) x[i] = Math.round(x[i]! * 8) / 8;
      kernels.clipBackward(x, dy, dx, -0.25, 0.5, false);
      kernels.clipBackward(x, dy, closed, -0.25, 0.5, true);
      return [dx, closed];
    },
    adam: (n) => (kernels, array, rng) => {
      const [parameter, gradient, first, second] = [array(n), array(n), array(n), array(n)];
      for (let i = 0; i < n; i++) second[i] = second[i]! ** 2;
      const step = 1 + rng.below(50);
      const rates = { rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.1 };
      kernels.adam({ parameter, gradient, first, second, step, ...rates });
      return [parameter, first, second];
    },
    sgd: (n) => (kernels, array, rng) => {
      const [parameter, gradient, velocity] = [array(n), array(n), array(n)];
      const nesterov = rng.uniform() < 0.5;
      kernels.sgd({ parameter, gradient, velocity, rate: 0.1, momentum: 0.9, decay: 0.01, nesterov });
      return [parameter, velocity];
    },
  };
  it.each(Object.entries(elementwise))("%s", (_name, run) => {
    fc.assert(
      fc.property(length, seed, (n, s) => {
        checkAgreement(s, run(n));
      }),
      { numRuns: 8 },
    );
  });

  const rows = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant(2501));
  const columns = fc.integer({ min: 1, max: 39 });
  const byColumn: Record<string, (r: number, c: number) => Run> = {
    addRow: (r, c) => (kernels, array) => {
      const [x, b, y] = [array(r * c), array(c), array(r * c)];
      kernels.addRow(x, b, y);
      kernels.addRow(x, b, x);
      return [y, x];
    },
    scaleRow: (r, c) => (kernels, array) => {
      const [x, s, y] = [array(r * c), array(c), array(r * c)];
      kernels.scaleRow(x, s, y);
      return [y];
    },
    columnSum: (r, c) => (kernels, array) => {
      const [x, out] = [array(r * c), array(c)];
      kernels.columnSum(x, out);
      return [out];
    },
    columnDot: (r, c) => (kernels, array) => {
      const [a, b, out] = [array(r * c), array(r * c), array(c)];
      kernels.columnDot(a, b, out);
      return [out];
    },
    moments: (r, c) => (kernels, array) => {
      const [x, mean, variance] = [array(r * c), array(c), array(c)];
      for (let i = 0; i < x.length; i++) x[i] = x[i]! + 5;
      kernels.moments(x, mean, variance);
      return [mean, variance];
    },
    normalize: (r, c) => (kernels, array) => {
      const [x, mean, inverse, gamma, beta] = [array(r * c), array(c), array(c), array(c), array(c)];
      const [xhat, y] = [array(r * c), array(r * c)];
      kernels.normalize({ x, mean, inverse, gamma, beta, xhat, y });
      return [xhat, y];
    },
    normalizeBackward: (r, c) => (kernels, array, rng) => {
      const [xhat, dy, dx] = [array(r * c), array(r * c), array(r * c)];
      const [inverse, gamma, dgamma, dbeta] = [array(c), array(c), array(c), array(c)];
      const batch = rng.uniform() < 0.7;
      const through = rng.uniform() < 0.8 ? dx : undefined;
      kernels.normalizeBackward({ xhat, inverse, gamma, dy, dx: through, dgamma, dbeta, batch });
      return [dx, dgamma, dbeta];
    },
  };
  it.each(Object.entries(byColumn))("%s", (_name, run) => {
    fc.assert(
      fc.property(rows, columns, seed, (r, c, s) => {
        checkAgreement(s, run(r, c), r);
      }),
      runs,
    );
  });

  const layout = fc.record({
    repeats: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(300)),
    channels: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 21 })),
    inner: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 19 })),
  });

  it("quantize and sign are equal to the bit on both engines", () => {
    fc.assert(
      fc.property(layout, seed, ({ repeats, channels, inner }, s) => {
        const run: Run = (kernels, array, rng) => {
          const x = array(repeats * channels * inner);
          const [scale, y, z] = [array(channels), array(x.length), array(x.length)];
          // Powers of two make exact halves; other scales make what float32 division makes.
          for (let c = 0; c < channels; c++) scale[c] = rng.uniform() < 0.5 ? 0.125 : 0.05 + rng.uniform();
          for (let i = 0; i < x.length; i++) if (rng.uniform() < 0.3) x[i] = (rng.below(64) - 32) / 16;
          kernels.quantize(x, scale, inner, -4, 3, y);
          kernels.sign(x, scale, inner, z);
          // Adding 0 makes +0 of -0.
          return [y.map((v) => v + 0), z];
        };
        const [expected, found] = [results(reference, s, run), results(single, s, run)];
        expect(found.map((each) => [...each])).toEqual(expected.map((each) => [...each]));
        checkAgreement(s, run);
      }),
      runs,
    );
  });

  it("quantizeBackward", () => {
    fc.assert(
      fc.property(
        layout,
        fc.boolean(),
        fc.boolean(),
        seed,
        ({ repeats, channels, inner }, withX, withScale, s) => {
          checkAgreement(
            s,
            (kernels, array, rng) => {
              const x = array(repeats * channels * inner);
              const [dy, dx, scale, dscale] = [
                array(x.length),
                array(x.length),
                array(channels),
                array(channels),
              ];
              for (let c = 0; c < channels; c++) scale[c] = 0.1 + rng.uniform();
              const into = withX ? dx : undefined;
              kernels.quantizeBackward(x, scale, inner, -4, 3, dy, into, withScale ? dscale : undefined);
              return [dx, dscale];
            },
            4 * repeats * inner,
          );
        },
      ),
      runs,
    );
  });

  it("a shared scale that spans many chunks", () => {
    const run: Run = (kernels, array) => {
      const x = array(100003);
      const [dy, dx, dscale, scale] = [array(x.length), array(x.length), array(1), array(1)];
      scale[0] = 0.2;
      kernels.quantizeBackward(x, scale, 1, -4, 3, dy, dx, dscale);
      return [dx, dscale];
    };
    checkAgreement(3, run, 100003);
  });
});

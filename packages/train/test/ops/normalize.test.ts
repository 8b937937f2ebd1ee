import { random } from "@gatefold/datasets";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ops, Tape } from "../../src/index.js";
import { engines } from "./engines.js";
import { checkGradients, leaf } from "./gradient.js";

describe.each(engines)("batchNorm on $name", ({ create }) => {
  const tape = new Tape(create());

  it.each(["batch", "running"] as const)("gradients with %s moments", (mode) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 12 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(),
        (rows, channels, seed) => {
          tape.reset();
          const running = {
            mean: leaf(tape.kernels, [channels], random(seed, 3)).data,
            variance: leaf(tape.kernels, [channels], new Float32Array(channels).fill(0.7)).data,
          };
          const inputs = [
            leaf(tape.kernels, [rows, channels], random(seed)),
            leaf(tape.kernels, [channels], random(seed, 1)),
            leaf(tape.kernels, [channels], random(seed, 2)),
          ];
          checkGradients(
            tape,
            inputs,
            (t, [x, gamma, beta]) => ops.batchNorm(t, x!, gamma!, beta!, { mode, running, epsilon: 0.1 }),
            undefined,
            5e-3,
          );
        },
      ),
      { numRuns: 15 },
    );
  });

  it("gives mean 0 and variance 1, and moves the running moments by PyTorch's rule", () => {
    tape.reset();
    const x = leaf(tape.kernels, [4, 1], [1, 2, 3, 6]);
    const gamma = leaf(tape.kernels, [1], [1]);
    const beta = leaf(tape.kernels, [1], [0]);
    const running = {
      mean: leaf(tape.kernels, [1], [10]).data,
      variance: leaf(tape.kernels, [1], [1]).data,
    };
    const y = ops.batchNorm(tape, x, gamma, beta, { mode: "batch", running, momentum: 0.1, epsilon: 0 });
    const deviation = Math.sqrt(3.5);
    expect([...y.data].map((v) => v * deviation)).toEqual([-2, -1, 0, 3].map((v) => expect.closeTo(v, 5)));
    expect(running.mean[0]).toBeCloseTo(0.9 * 10 + 0.1 * 3, 5);
    expect(running.variance[0]).toBeCloseTo(0.9 * 1 + 0.1 * (14 / 3), 5);
    const fixed = ops.batchNorm(tape, x, gamma, beta, {
      mode: "running",
      running,
      momentum: 0.1,
      epsilon: 0,
    });
    expect(fixed.data[0]).toBeCloseTo((1 - running.mean[0]!) / Math.sqrt(running.variance[0]!), 5);
    expect(running.mean[0]).toBeCloseTo(9.3, 5);
  });
});

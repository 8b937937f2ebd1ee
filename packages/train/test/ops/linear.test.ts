import { random } from "@gatefold/datasets";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ops, Tape } from "../../src/index.js";
import { engines } from "./engines.js";
import { checkGradients, leaf } from "./gradient.js";

const size = fc.integer({ min: 1, max: 9 });

describe.each(engines)("dense ops on $name", ({ create }) => {
  const tape = new Tape(create());

  it("matmul is rows times columns, with both gradients", () => {
    fc.assert(
      fc.property(size, size, size, fc.nat(), (n, k, m, seed) => {
        tape.reset();
        const rng = random(seed);
        const x = leaf(tape.kernels, [n, k], rng);
        const w = leaf(tape.kernels, [k, m], rng);
        const y = ops.matmul(tape, x, w);
        expect(y.shape).toEqual([n, m]);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < m; j++) {
            let sum = 0;
            for (let p = 0; p < k; p++) sum += x.data[i * k + p]! * w.data[p * m + j]!;
            expect(y.data[i * m + j]).toBeCloseTo(sum, 5);
          }
        }
        tape.reset();
        const again = [
          leaf(tape.kernels, [n, k], random(seed)),
          leaf(tape.kernels, [k, m], random(seed + 1)),
        ];
        checkGradients(tape, again, (t, [a, b]) => ops.matmul(t, a!, b!));
      }),
      { numRuns: 20 },
    );
  });

  it("addBias has both gradients", () => {
    fc.assert(
      fc.property(size, size, fc.nat(), (n, m, seed) => {
        tape.reset();
        const inputs = [leaf(tape.kernels, [n, m], random(seed)), leaf(tape.kernels, [m], random(seed + 1))];
        checkGradients(tape, inputs, (t, [x, b]) => ops.addBias(t, x!, b!));
      }),
      { numRuns: 20 },
    );
  });

  it("an operand that wants no gradient gets none", () => {
    tape.reset();
    const inputs = [leaf(tape.kernels, [3, 4], random(1), false), leaf(tape.kernels, [4, 2], random(2))];
    checkGradients(tape, inputs, (t, [x, w]) => ops.matmul(t, x!, w!));
    const swapped = [leaf(tape.kernels, [3, 4], random(1)), leaf(tape.kernels, [4, 2], random(2), false)];
    checkGradients(tape, swapped, (t, [x, w]) => ops.matmul(t, x!, w!));
  });

  it("names both shapes when they do not fit", () => {
    tape.reset();
    const x = leaf(tape.kernels, [3, 4], random(1));
    expect(() => ops.matmul(tape, x, x)).toThrow(/\[3, 4\] and \[3, 4\].*train\/bad-shape/s);
    expect(() => ops.addBias(tape, x, leaf(tape.kernels, [3], random(1)))).toThrow(/3 elements.*4 channels/);
  });
});

import { random } from "@gatefold/datasets";
import { describe, expect, it } from "vitest";
import { ops, Tape, type Tensor } from "../../src/index.js";
import { engines } from "./engines.js";
import { avoid, checkGradients, leaf } from "./gradient.js";

type Op = (tape: Tape, inputs: readonly Tensor[]) => Tensor;

const unary: Record<string, Op> = {
  relu: (t, [x]) => ops.relu(t, x!),
  hardtanh: (t, [x]) => ops.hardtanh(t, x!),
  clip: (t, [x]) => ops.clip(t, x!, -0.5, 0.25),
  scale: (t, [x]) => ops.scale(t, x!, -3),
  sum: (t, [x]) => ops.sum(t, x!),
  mean: (t, [x]) => ops.mean(t, x!),
  flatten: (t, [x]) => ops.flatten(t, x!),
  softmax: (t, [x]) => ops.softmax(t, x!),
  sigmoid: (t, [x]) => ops.sigmoid(t, x!),
  l1: (t, [x]) => ops.l1(t, [x!]),
  dropout: (t, [x]) => ops.dropout(t, x!, 0.4, random(5)),
  override: (t, [x]) => ops.overrideChannels(t, x!, [1, 0, 0, 1, 1, 1], [9, 8, 7, 6, 5, 4]),
  "the same tensor twice": (t, [x]) => ops.multiply(t, x!, ops.add(t, x!, x!)),
};

describe.each(engines)("pointwise ops on $name", ({ create }) => {
  const tape = new Tape(create());

  it.each(Object.entries(unary))("gradient of %s", (_name, op) => {
    tape.reset();
    const x = leaf(tape.kernels, [2, 5, 3], random(3));
    for (let i = 0; i < x.data.length; i++) x.data[i]! *= 2;
    avoid(x.data, -1, -0.5, 0, 0.25, 1);
    checkGradients(tape, [x], op);
  });

  it.each(["add", "multiply"] as const)("gradients of %s", (name) => {
    tape.reset();
    const inputs = [leaf(tape.kernels, [3, 7], random(1)), leaf(tape.kernels, [3, 7], random(2))];
    checkGradients(tape, inputs, (t, [a, b]) => ops[name](t, a!, b!));
  });

  it("gradients of concat, and its order", () => {
    tape.reset();
    const inputs = [1, 3, 2].map((c) => leaf(tape.kernels, [2, 2, c], random(c)));
    const y = ops.concat(tape, inputs);
    expect(y.shape).toEqual([2, 2, 6]);
    expect([...y.data.slice(6, 12)]).toEqual(
      inputs.flatMap((x, i) => [...x.data.slice([1, 3, 2][i], 2 * [1, 3, 2][i]!)]),
    );
    tape.reset();
    const again = [1, 3, 2].map((c) => leaf(tape.kernels, [2, 2, c], random(c)));
    checkGradients(tape, again, (t, parts) => ops.concat(t, parts));
  });

  it("overridden channels hold the value, for their sample alone", () => {
    tape.reset();
    const x = leaf(tape.kernels, [2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const y = ops.overrideChannels(tape, x, [1, 0, 1, 1, 1, 0], [0, -1, 0, 0, 0, -2]);
    expect([...y.data]).toEqual([1, -1, 3, 4, -1, 6, 7, 8, -2, 10, 11, -2]);
  });

  it("clip passes the gradient at its limits, relu and hardtanh do not", () => {
    const gradients = (op: Op): number[] => {
      tape.reset();
      const x = leaf(tape.kernels, [5], [-1, 0, 0.5, 1, 2]);
      tape.backward(ops.sum(tape, op(tape, [x])));
      return [...x.grad!];
    };
    expect(gradients((t, [x]) => ops.clip(t, x!, -1, 1))).toEqual([1, 1, 1, 1, 0]);
    expect(gradients((t, [x]) => ops.hardtanh(t, x!))).toEqual([0, 1, 1, 0, 0]);
    expect(gradients((t, [x]) => ops.relu(t, x!))).toEqual([0, 0, 1, 1, 1]);
  });

  it("dropout keeps the mean and says what rates there are", () => {
    tape.reset();
    const x = leaf(tape.kernels, [20000], new Float32Array(20000).fill(1));
    const y = ops.dropout(tape, x, 0.25, random(9)).data;
    expect(y.reduce((a, b) => a + b) / y.length).toBeCloseTo(1, 1);
    expect(y.filter((v) => v === 0).length / y.length).toBeCloseTo(0.25, 1);
    expect(() => ops.dropout(tape, x, 1, random(9))).toThrow(/rate is 1/);
  });
});

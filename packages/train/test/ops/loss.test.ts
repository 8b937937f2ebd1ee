import { random } from "@gatefold/datasets";
import { describe, expect, it } from "vitest";
import { ops, Tape, type Tensor } from "../../src/index.js";
import { engines } from "./engines.js";
import { checkGradients, leaf } from "./gradient.js";

describe.each(engines)("losses on $name", ({ create }) => {
  const tape = new Tape(create());
  const logits = (): Tensor => leaf(tape.kernels, [3, 4], random(4));
  const index = (): Tensor => leaf(tape.kernels, [3], [2, 0, 3], false);
  const oneHot = (): Tensor => leaf(tape.kernels, [3, 4], [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1], false);

  it("softmaxCrossEntropy is -log of the right class's probability", () => {
    tape.reset();
    const x = logits();
    const p = ops.softmax(tape, x).data;
    const expected = -(Math.log(p[2]!) + Math.log(p[4]!) + Math.log(p[11]!)) / 3;
    expect(ops.softmaxCrossEntropy(tape, x, index()).data[0]).toBeCloseTo(expected, 5);
    expect(ops.softmaxCrossEntropy(tape, x, oneHot()).data[0]).toBeCloseTo(expected, 5);
    for (let n = 0; n < 3; n++) expect(p.slice(4 * n, 4 * n + 4).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    checkGradients(tape, [x], (t, [a]) => ops.softmaxCrossEntropy(t, a!, index()));
    const soft = leaf(tape.kernels, [3, 4], [0.1, 0.2, 0.3, 0.4, 1, 0, 0, 0, 0.5, 0, 0.2, 0], false);
    checkGradients(tape, [logits()], (t, [a]) => ops.softmaxCrossEntropy(t, a!, soft));
  });

  it("softmaxCrossEntropy of huge logits is finite", () => {
    tape.reset();
    const x = leaf(tape.kernels, [1, 3], [5000, -5000, 0]);
    const y = ops.softmaxCrossEntropy(tape, x, leaf(tape.kernels, [1], [1], false));
    expect(y.data[0]).toBeCloseTo(10000, 0);
    tape.backward(y);
    expect([...x.grad!]).toEqual([1, -1, 0]);
  });

  it.each(["sigmoid", "softmax"] as const)("binaryCrossEntropy after %s", (name) => {
    tape.reset();
    const p = ops[name](tape, logits()).data;
    const target = oneHot().data;
    let expected = 0;
    for (let i = 0; i < 12; i++) expected -= Math.log(target[i] ? p[i]! : 1 - p[i]!) / 12;
    const run = (t: Tape, [a]: readonly Tensor[]): Tensor =>
      ops.binaryCrossEntropy(t, ops[name](t, a!), index());
    expect(run(tape, [logits()]).data[0]).toBeCloseTo(expected, 5);
    checkGradients(tape, [logits()], run);
  });

  it("squaredHinge takes ±1 and 0/1 alike", () => {
    tape.reset();
    const x = logits();
    const target = [...oneHot().data].map((v) => 2 * v - 1);
    let expected = 0;
    for (let i = 0; i < 12; i++) expected += Math.max(0, 1 - target[i]! * x.data[i]!) ** 2 / 12;
    for (const labels of [index(), oneHot(), leaf(tape.kernels, [3, 4], target, false)]) {
      expect(ops.squaredHinge(tape, x, labels).data[0]).toBeCloseTo(expected, 5);
    }
    checkGradients(tape, [x], (t, [a]) => ops.squaredHinge(t, a!, index()));
  });

  it("says which label is none", () => {
    tape.reset();
    const labels = leaf(tape.kernels, [3], [0, 4, 1], false);
    expect(() => ops.softmaxCrossEntropy(tape, logits(), labels)).toThrow(/sample 1 has label 4.*4 classes/);
    expect(() => ops.squaredHinge(tape, logits(), leaf(tape.kernels, [2], [0, 0]))).toThrow(
      /train\/bad-shape/,
    );
  });
});

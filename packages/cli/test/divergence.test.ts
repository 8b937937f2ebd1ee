import { expect, it } from "vitest";
import { Comparison, type Place } from "../src/against/divergence.js";

const place = (tensor: string, shape: readonly number[], more: Partial<Place> = {}): Place => ({
  tensor,
  node: tensor,
  kernel: "q.conv",
  nodes: [tensor],
  shape,
  channelAxis: shape.length - 1,
  exact: true,
  ...more,
});

it("shows the first place in the order of the graph, not the first that was seen", () => {
  const comparison = new Comparison([place("a", [1, 2]), place("b", [1, 2])], 1);
  comparison.add(1, 0, [1, 2], [0, 0]);
  expect(comparison.first()?.tensor).toBe("b");
  comparison.add(0, 3, [1, 2], [1, 3]);
  expect(comparison.first()).toEqual({
    tensor: "a",
    node: "a",
    kernel: "q.conv",
    nodes: ["a"],
    sample: 3,
    position: [],
    channel: 1,
    expected: 2,
    got: 3,
    differingCount: 1,
    elementCount: 2,
    differingSamples: 1,
  });
  expect([comparison.differs(0), comparison.firstPlace()]).toEqual([true, 0]);
});

it("says row, column and channel of an image, in either layout, and the sample of a batch", () => {
  const shape = [2, 3, 4, 5];
  const elements = new Int32Array(120);
  const other = elements.slice();
  other[60 + 1 * 20 + 2 * 5 + 3] = 9;
  const last = new Comparison([place("x", shape)], 2);
  last.add(0, 7, elements, other);
  expect(last.first()).toMatchObject({ sample: 15, position: [1, 2], channel: 3 });
  const first = new Comparison([place("x", shape, { channelAxis: 1 })], 2);
  first.add(0, 7, elements, other);
  expect(first.first()).toMatchObject({ sample: 15, position: [2, 3], channel: 1 });
  const whole = new Comparison([place("x", shape)], 1);
  whole.add(0, 7, elements, other);
  expect(whole.first()).toMatchObject({ sample: 7, position: [1, 1, 2], channel: 3 });
});

it("counts elements that one side lacks, and samples, and takes reals within 1e-9", () => {
  const comparison = new Comparison([place("x", [1, 4], { exact: false })], 1);
  comparison.add(0, 0, [1, 2, 3, 4], [1 + 1e-12, 2, 3, Number.NaN]);
  comparison.add(0, 1, [1, 2, 3, 4], [1, 2]);
  comparison.add(0, 2, [1n, 2n], [1, 2]);
  expect(comparison.first()).toMatchObject({
    channel: 3,
    differingCount: 3,
    elementCount: 10,
    differingSamples: 2,
  });
  const short = new Comparison([place("x", [1, 4])], 1);
  short.add(0, 0, [5], []);
  expect(short.first()).toMatchObject({ expected: 5, got: undefined });
});

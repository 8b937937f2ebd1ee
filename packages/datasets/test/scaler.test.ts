import { describe, expect, test } from "vitest";
import {
  type DatasetArray,
  datasetArray,
  minMaxScaler,
  random,
  restoreScaler,
  standardScaler,
} from "../src/index.js";
import { expectDatasetError } from "./expect-error.js";

/** Samples of two columns around `centre`, and a third that never changes. */
function drawn(seed: number, centre: number, rows = 500): DatasetArray {
  const rng = random(seed);
  const data = Float64Array.from({ length: rows * 3 }, (_, i) =>
    i % 3 === 2 ? 7 : centre + (i % 3 === 0 ? 4 : 1) * rng.normal(),
  );
  return datasetArray("float64", [rows, 3], data);
}

const column = (array: DatasetArray, c: number): number[] =>
  Array.from(array.data as Float32Array).filter((_, i) => i % 3 === c);
const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

describe("scalers", () => {
  const train = drawn(1, 10);
  // the test set is drawn elsewhere: its own mean would hide that
  const test20 = drawn(2, 20);

  test("standard: mean 0 and deviation 1 on what it was fitted on", () => {
    const scaled = standardScaler(train).apply(train);
    for (const c of [0, 1]) {
      const values = column(scaled, c);
      expect(mean(values)).toBeCloseTo(0, 5);
      expect(mean(values.map((x) => x * x))).toBeCloseTo(1, 5);
    }
    expect(new Set(column(scaled, 2))).toEqual(new Set([0]));
  });

  test("test data are scaled by the figures of the training data, not by their own", () => {
    const scaled = standardScaler(train).apply(test20);
    // 10 above the mean of the training data, in deviations of the training data: 10/4 and 10/1
    expect(mean(column(scaled, 0))).toBeCloseTo(2.5, 0);
    expect(mean(column(scaled, 1))).toBeGreaterThan(9);
    const range = minMaxScaler(train).apply(test20);
    expect(Math.max(...column(range, 1))).toBeGreaterThan(1.5);
  });

  test("min-max: the range on what it was fitted on", () => {
    const scaled = minMaxScaler(train, { low: -1, high: 1 }).apply(train);
    expect(Math.min(...column(scaled, 0))).toBeCloseTo(-1, 6);
    expect(Math.max(...column(scaled, 0))).toBeCloseTo(1, 6);
    expect(new Set(column(scaled, 2))).toEqual(new Set([-1]));
  });

  test("is saved as JSON, restored, and undone", () => {
    const scaler = standardScaler(train);
    const again = restoreScaler(JSON.parse(JSON.stringify(scaler)));
    expect(again.apply(test20)).toEqual(scaler.apply(test20));
    const back = scaler.invert(scaler.apply(test20)).data as Float32Array;
    back.forEach((x, i) => {
      expect(x).toBeCloseTo(test20.data[i] as number, 4);
    });
  });

  test("what makes no sense is refused", () => {
    const narrow = datasetArray("float32", [2, 2], new Float32Array(4));
    expectDatasetError(
      () => standardScaler(train).apply(narrow),
      "datasets/bad-argument",
      /fitted on 3 columns/,
    );
    expectDatasetError(
      () => standardScaler(datasetArray("float32", [0, 2], new Float32Array(0))),
      "datasets/bad-argument",
    );
    expectDatasetError(
      () => standardScaler(datasetArray("int64", [1], BigInt64Array.of(1n))),
      "datasets/bad-argument",
    );
    expectDatasetError(() => minMaxScaler(train, { low: 1, high: 1 }), "datasets/bad-argument", /range/);
  });
});

import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Digits, digits, loadArray } from "../src/index.js";
import { expectDatasetError } from "./expect-error.js";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Accuracy of "the class whose mean image is nearest": the weakest classifier worth the name. */
function nearestMean(train: Digits, test: Digits): number {
  const pixels = train.images.data.length / train.labels.data.length;
  const means = Array.from({ length: 10 }, () => new Float64Array(pixels));
  const counts = new Float64Array(10);
  for (const [i, label] of train.labels.data.entries()) {
    counts[label]!++;
    for (let p = 0; p < pixels; p++) means[label]![p]! += train.images.data[i * pixels + p]!;
  }
  let correct = 0;
  for (const [i, label] of test.labels.data.entries()) {
    const distances = means.map((mean, digit) => {
      let sum = 0;
      for (let p = 0; p < pixels; p++)
        sum += (mean[p]! / counts[digit]! - test.images.data[i * pixels + p]!) ** 2;
      return sum;
    });
    if (distances.indexOf(Math.min(...distances)) === label) correct++;
  }
  return correct / test.labels.data.length;
}

describe("digits", () => {
  test("the bytes are those of every other run and machine", () => {
    const { images, labels } = digits({ seed: 1, count: 200 });
    expect(images.shape).toEqual([200, 16, 16]);
    expect(labels.shape).toEqual([200]);
    expect(sha256(images.data)).toMatchInlineSnapshot(
      `"8bf9a35f0454a88737eed7b7052e12fe7eace1f483f7a2542f132b542680213e"`,
    );
    expect(sha256(labels.data)).toMatchInlineSnapshot(
      `"b9bf6eae70cd36eaf3b0d3e575df92c3d4ba89a34434edef796ee2eb299d670f"`,
    );
    expect(sha256(digits({ seed: 1, count: 20, size: 28 }).images.data)).toMatchInlineSnapshot(
      `"41160278e888d5919998ff2d0d771eaad038e0476007a0f17c0f98eaedb238c3"`,
    );
  });

  test("a longer set begins with the shorter one; another seed shares no image", () => {
    const long = digits({ seed: 4, count: 60 });
    const short = digits({ seed: 4, count: 25 });
    expect(sha256(long.images.data.subarray(0, 25 * 256))).toBe(sha256(short.images.data));
    const image = (set: Digits, i: number) => sha256(set.images.data.subarray(i * 256, (i + 1) * 256));
    const other = digits({ seed: 5, count: 60 });
    const all = new Set(Array.from({ length: 60 }, (_, i) => [image(long, i), image(other, i)]).flat());
    expect(all.size).toBe(120);
  });

  test("labels are spread evenly and every image has ink and paper", () => {
    const { images, labels } = digits({ seed: 6, count: 3000 });
    const counts = new Array<number>(10).fill(0);
    for (const label of labels.data) counts[label]!++;
    for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(70);
    for (let i = 0; i < 3000; i++) {
      const image = images.data.subarray(i * 256, (i + 1) * 256);
      expect(image.filter((p) => p > 64).length).toBeGreaterThan(6);
      expect(image.filter((p) => p < 100).length).toBeGreaterThan(128);
    }
  });

  test("it is a task: far from chance and far from solved for the nearest class mean", () => {
    const accuracy = nearestMean(digits({ seed: 7, count: 2000 }), digits({ seed: 8, count: 1000 }));
    expect(accuracy).toBeGreaterThan(0.5);
    expect(accuracy).toBeLessThan(0.88);
  });

  test("the test set shipped with the example is what this generator draws", () => {
    const shipped = join(import.meta.dirname, "../../../examples/digits/test.npz");
    const drawn = digits({ seed: 3, count: 1000 });
    const input = loadArray(shipped, { key: "input" });
    expect(input.shape).toEqual([1000, 256]);
    // Digests, because a difference of 256 000 numbers takes minutes to print.
    expect(sha256(input.data as Uint8Array)).toBe(sha256(drawn.images.data));
    expect(sha256(loadArray(shipped, { key: "label" }).data as Uint8Array)).toBe(sha256(drawn.labels.data));
  });

  test("arguments outside their range are refused", () => {
    expectDatasetError(() => digits({ seed: 1, count: -1 }), "datasets/bad-argument", /count/);
    expectDatasetError(() => digits({ seed: 1, count: 1.5 }), "datasets/bad-argument", /count/);
    expectDatasetError(() => digits({ seed: 1, count: 1, size: 7 }), "datasets/bad-argument", /size/);
    expectDatasetError(() => digits({ seed: -1, count: 1 }), "datasets/bad-argument", /seed/);
    expect(digits({ seed: 1, count: 0 }).images.shape).toEqual([0, 16, 16]);
  });
});

import { describe, expect, test } from "vitest";
import { philox4x32, random } from "../src/index.js";
import { expectDatasetError } from "./expect-error.js";

describe("random", () => {
  test("Philox-4x32-10 gives the known answers of its authors", () => {
    const out = new Uint32Array(4);
    const answers: readonly (readonly [readonly number[], readonly number[], readonly number[]])[] = [
      [
        [0, 0, 0, 0],
        [0, 0],
        [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
      ],
      [
        new Array(4).fill(0xffffffff),
        [0xffffffff, 0xffffffff],
        [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
      ],
      [
        [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
        [0xa4093822, 0x299f31d0],
        [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
      ],
    ];
    for (const [counter, key, expected] of answers) {
      philox4x32(counter, key, out);
      expect([...out]).toEqual(expected);
    }
  });

  test("a draw depends on seed, stream and position alone", () => {
    const take = (seed: number, stream: number) => {
      const rng = random(seed, stream);
      return Array.from({ length: 10 }, () => rng.uint32());
    };
    expect(take(7, 3)).toEqual(take(7, 3));
    const used = random(7);
    for (let i = 0; i < 5; i++) used.normal();
    const stream = used.stream(3);
    expect(Array.from({ length: 10 }, () => stream.uint32())).toEqual(take(7, 3));
    const others = [take(7, 4), take(8, 3), take(7 + 2 ** 32, 3), take(7, 3 + 2 ** 32)];
    for (const other of others) expect(other).not.toEqual(take(7, 3));
  });

  test("uniform, below and normal have the moments they promise", () => {
    const rng = random(1);
    const count = 40_000;
    const counts = [0, 0, 0, 0, 0, 0, 0];
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const u = rng.uniform();
      expect(u >= 0 && u < 1).toBe(true);
      const n = rng.normal();
      sum += n;
      squares += n * n;
      counts[rng.below(7)]!++;
    }
    expect(Math.abs(sum / count)).toBeLessThan(0.02);
    expect(Math.abs(squares / count - 1)).toBeLessThan(0.03);
    for (const seen of counts) expect(Math.abs(seen / count - 1 / 7)).toBeLessThan(0.007);
  });

  test("a permutation holds every index once", () => {
    const order = random(2).permutation(1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    const rng = random(3);
    const seen = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const key = rng.permutation(3).join("");
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
    expect(random(2).permutation(0).length).toBe(0);
  });

  test("arguments outside their range are refused", () => {
    expectDatasetError(() => random(-1), "datasets/bad-argument", /seed/);
    expectDatasetError(() => random(0.5), "datasets/bad-argument", /seed/);
    expectDatasetError(() => random(0, Number.NaN), "datasets/bad-argument", /stream/);
    expectDatasetError(() => random(0).below(0), "datasets/bad-argument", /bound/);
  });
});

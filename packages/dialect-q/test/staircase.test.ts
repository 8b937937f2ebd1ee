import { type Random, randomInteger, rounder, seededRandom } from "@gatefold/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitStaircases, type Staircase, type StaircaseFit, type Ties } from "../src/index.js";

const allTies: readonly Ties[] = ["up", "even", "odd"];

const count = (thresholds: ArrayLike<number>, x: number): number =>
  Array.from(thresholds).filter((t) => x >= t).length;

/** What a line gives, by the definition: floor, and on a step of the wrong parity the step below. */
function onLine(fit: StaircaseFit, channel: number, add: number, x: number, top: number): number {
  const v = (fit.mul[channel] ?? fit.mul[0]!) * x + add;
  const unit = 2 ** fit.shift;
  const step = Math.floor(v / unit);
  const wrong = fit.ties !== "up" && v % unit === 0 && (step % 2 === 0) !== (fit.ties === "even");
  return Math.min(Math.max(wrong ? step - 1 : step, 0), top);
}

/** Compares a fit with the thresholds on every integer of every channel's range, at both ends of its offsets. */
function holds(fit: StaircaseFit, staircases: readonly Staircase[]): void {
  staircases.forEach(({ thresholds, lo, hi }, c) => {
    const [least, greatest] = fit.add[c]!;
    expect(least).toBeLessThanOrEqual(greatest);
    const ends = [least, greatest].filter(Number.isFinite);
    for (const add of ends.length > 0 ? ends : [0]) {
      for (let x = lo; x <= hi; x++) {
        const got = onLine(fit, c, add, x, thresholds.length);
        if (got !== count(thresholds, x)) expect({ c, x, got }).toEqual({ c, x, got: count(thresholds, x) });
      }
    }
    // The offsets are all: one beyond is wrong somewhere.
    for (const add of [least - 1, greatest + 1].filter(Number.isFinite)) {
      const same = Array.from({ length: hi - lo + 1 }, (_, i) => lo + i).every(
        (x) => onLine(fit, c, add, x, thresholds.length) === count(thresholds, x),
      );
      expect(same).toBe(false);
    }
  });
}

/** The thresholds of `round(scale · x + offset)` clipped to `levels + 1` codes from `first` on. */
function quantizer(
  init: { scale: number; offset: number; first: number; levels: number; mode: Parameters<typeof rounder>[0] },
  lo: number,
  hi: number,
): number[] {
  const round = rounder(init.mode);
  const codes = Array.from({ length: hi - lo + 1 }, (_, i) => round(init.scale * (lo + i) + init.offset));
  return Array.from({ length: init.levels }, (_, k) => {
    const at = codes.findIndex((code) => code >= init.first + k + 1);
    return at < 0 ? hi + 1 : lo + at;
  });
}

const modes = ["HALF_EVEN", "FLOOR", "CEIL", "HALF_UP", "ROUND", "DOWN"] as const;

function randomStaircase(random: Random): Staircase {
  const lo = randomInteger(random, -2000, 10);
  const hi = lo + randomInteger(random, 1, 2500);
  const dyadic = random() < 0.5;
  const scale = dyadic ? 2 ** -randomInteger(random, 0, 8) : random() * 10 ** -randomInteger(random, 0, 3);
  const offset = dyadic
    ? randomInteger(random, -64, 64) / 2 ** randomInteger(random, 0, 6)
    : 40 * random() - 20;
  const mode = modes[randomInteger(random, 0, modes.length - 1)]!;
  const levels = randomInteger(random, 1, 60);
  const thresholds = quantizer({ scale, offset, first: randomInteger(random, -30, 5), levels, mode }, lo, hi);
  return { thresholds, lo, hi };
}

describe("a staircase as a multiplication", () => {
  it("is the thresholds on every integer of the range, or is refused", () => {
    let [found, refused] = [0, 0];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const random = seededRandom(seed);
        const staircases = Array.from({ length: randomInteger(random, 1, 3) }, () => randomStaircase(random));
        for (const ties of allTies) {
          for (const shared of [false, true]) {
            const fit = fitStaircases(staircases, { ties, shared });
            if (fit) holds(fit, staircases);
            if (fit) found++;
            else refused++;
          }
        }
      }),
      { numRuns: 150 },
    );
    expect(found).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  });

  it("is found for one channel whenever some small factor, offset and shift are right, and is the least", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const random = seededRandom(seed);
        const [lo, hi] = [-randomInteger(random, 0, 12), randomInteger(random, 1, 12)];
        const thresholds = Array.from({ length: randomInteger(random, 1, 5) }, () =>
          randomInteger(random, lo - 1, hi + 2),
        ).sort((a, b) => a - b);
        const ties = allTies[randomInteger(random, 0, 2)]!;
        const fit = fitStaircases([{ thresholds, lo, hi }], { ties, shared: false });
        const right = (mul: number, shift: number): boolean => {
          for (let add = -400; add <= 400; add++) {
            const line = { ties, shift, mul: [mul], add: [] } as StaircaseFit;
            let same = true;
            for (let x = lo; same && x <= hi; x++) {
              same = onLine(line, 0, add, x, thresholds.length) === count(thresholds, x);
            }
            if (same) return true;
          }
          return false;
        };
        const tried = Array.from({ length: 4 }, (_, shift) =>
          Array.from({ length: 24 }, (_, mul) => ({ mul, shift })),
        ).flat();
        const least = tried.find(({ mul, shift }) => right(mul, shift));
        if (!least) return;
        expect(fit?.shift).toBe(least.shift);
        expect(right(fit!.mul[0]!, fit!.shift) || fit!.mul[0]! > 23).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("is a mere shift for a step of a power of two, with the quantizer's own rounding of halves", () => {
    const init = { scale: 1 / 64, offset: 0, first: -128, levels: 255 } as const;
    const [lo, hi] = [-12000, 12000];
    const even = quantizer({ ...init, mode: "HALF_EVEN" }, lo, hi);
    const up = quantizer({ ...init, offset: 0.5, mode: "FLOOR" }, lo, hi);
    expect(fitStaircases([{ thresholds: even, lo, hi }], { ties: "up", shared: true })).toBeUndefined();
    expect(fitStaircases([{ thresholds: even, lo, hi }], { ties: "even", shared: true })).toMatchObject({
      mul: [1],
      shift: 6,
    });
    expect(fitStaircases([{ thresholds: up, lo, hi }], { ties: "up", shared: true })).toMatchObject({
      mul: [1],
      shift: 6,
    });
  });

  it("has one factor for channels that differ in their offset only", () => {
    const staircases = [0.1, -7.3, 12.9].map((offset) => ({
      thresholds: quantizer({ scale: 0.0372, offset, first: 0, levels: 15, mode: "HALF_EVEN" }, -500, 500),
      lo: -500,
      hi: 500,
    }));
    const fit = fitStaircases(staircases, { ties: "up", shared: true })!;
    expect(fit.mul).toHaveLength(1);
    holds(fit, staircases);
  });

  it("keeps to the range: what lies outside asks for nothing", () => {
    const thresholds = [-1000, 1, 5, 9, 13, 17, 5000];
    const fit = fitStaircases([{ thresholds, lo: 0, hi: 20 }], { ties: "up", shared: false })!;
    expect(fit).toMatchObject({ mul: [1], shift: 2 });
    expect(fitStaircases([{ thresholds, lo: -1001, hi: 20 }], { ties: "up", shared: false })).toBeUndefined();
  });

  it("is refused where one step is one off", () => {
    const thresholds = Array.from({ length: 255 }, (_, k) => Math.ceil(77.71 * k - 9000));
    const whole = { thresholds, lo: -10000, hi: 12000 };
    expect(fitStaircases([whole], { ties: "up", shared: false })).toBeDefined();
    const off = thresholds.map((t, k) => (k === 100 ? t + 2 : t));
    for (const ties of allTies) {
      expect(fitStaircases([{ ...whole, thresholds: off }], { ties, shared: false })).toBeUndefined();
    }
  });
});

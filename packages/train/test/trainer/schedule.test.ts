import { describe, expect, it } from "vitest";
import type { Schedule } from "../../src/schedule/schedule.js";
import * as schedules from "../../src/schedule/schedules.js";

const at = (
  schedule: Schedule,
  epoch: number,
  step = 0,
  losses: readonly number[] = [],
  epochs = 10,
): number =>
  schedule.factor({
    epoch,
    epochs,
    step,
    steps: 4,
    round: 0,
    history: losses.map((loss, i) => ({ round: 0, epoch: i, rate: 1, metrics: { "validation.loss": loss } })),
  });

describe("schedules", () => {
  it("constant, steps, halves", () => {
    expect(at(schedules.constant(), 9)).toBe(1);
    const step = schedules.stepDecay({ every: 3, factor: 0.1 });
    expect([0, 2, 3, 6].map((epoch) => at(step, epoch))).toEqual([1, 1, 0.1, 0.1 ** 2]);
    expect(at(schedules.halve({ every: 40 }), 119)).toBe(0.25);
  });

  it("exponential goes from 1 to its end within the round, step by step", () => {
    const schedule = schedules.exponential({ final: 1e-4 });
    expect(at(schedule, 0)).toBe(1);
    expect(at(schedule, 5)).toBeCloseTo(1e-2, 12);
    expect(at(schedule, 9, 3)).toBeCloseTo(1e-4 ** 0.975, 12);
  });

  it("cosine falls from 1 to its floor", () => {
    const schedule = schedules.cosine({ floor: 0.1 });
    expect(at(schedule, 0)).toBe(1);
    expect(at(schedule, 5)).toBeCloseTo(0.55, 12);
    expect(at(schedule, 10)).toBeCloseTo(0.1, 12);
  });

  it("warm-up rises step by step, then the other begins", () => {
    const schedule = schedules.warmUp({ epochs: 2, next: schedules.cosine() });
    expect([0, 1, 2, 3].map((step) => at(schedule, 0, step))).toEqual([1 / 8, 2 / 8, 3 / 8, 4 / 8]);
    expect(at(schedule, 1, 3)).toBe(1);
    expect(at(schedule, 2)).toBe(1);
    expect(at(schedule, 6)).toBeCloseTo(0.5, 12);
  });

  it("plateau waits for its patience, and starts to wait anew", () => {
    const schedule = schedules.plateau({ patience: 2, factor: 0.5, least: 0.2 });
    expect(at(schedule, 3, 0, [3, 2, 2.5])).toBe(1);
    expect(at(schedule, 4, 0, [3, 2, 2.5, 2])).toBe(0.5);
    expect(at(schedule, 4, 0, [3, 3.5, 2, 2.5])).toBe(1);
    expect(at(schedule, 5, 0, [3, 2, 2.5, 2, 1.9])).toBe(0.5);
    expect(at(schedule, 7, 0, [3, 2, 2, 2, 2, 2, 2, 2, 2])).toBe(0.2);
    const high = schedules.plateau({ patience: 1, goal: "high" });
    expect(at(high, 2, 0, [1, 2])).toBe(1);
    expect(at(high, 3, 0, [2, 1])).toBe(0.5);
  });

  it("are plain data beside their function, and refuse what makes no sense", () => {
    expect(JSON.parse(JSON.stringify(schedules.warmUp({ epochs: 2, next: schedules.cosine() })))).toEqual({
      type: "warm-up",
      epochs: 2,
      next: { type: "cosine", floor: 0 },
    });
    expect(() => schedules.halve({ every: 0 })).toThrow("`stepDecay.every` is 0");
    expect(() => schedules.plateau({ factor: 1 })).toThrow("`plateau.factor` is 1");
    expect(() => schedules.exponential({ final: 0 })).toThrow("a number above 0");
  });
});

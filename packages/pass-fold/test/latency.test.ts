import { describe, expect, it } from "vitest";
import { type Attempt, withinLatency } from "../src/latency.js";

/** Networks whose latency is the cycles that kernels are held to, and whose cost falls with it; weights do the same, coarser. */
const attempts: Attempt[] = [];
function attempt(cycles: number, latencyWeight: number): Attempt {
  const latencyCycles =
    latencyWeight === 0 ? cycles : latencyWeight > 100 ? 3 : latencyWeight > 1 ? 11 : cycles;
  const made = { latencyCycles, cost: 1000 / latencyCycles + (latencyWeight > 0 ? 0.5 : 0) };
  attempts.push(made);
  return made;
}

const intervals = [4, 5, 7, 10, 16, 25, 40];
const search = (limitCycles: number, mostCycles = 40) =>
  withinLatency({ limitCycles, mostCycles, intervals, attempt });

describe("the search within a latency", () => {
  it("takes the cheapest that fits, from either family", () => {
    expect(search(40).best).toEqual({ latencyCycles: 40, cost: 25 });
    expect(search(24).best).toEqual({ latencyCycles: 16, cost: 62.5 });
    // Held to 10 cycles it costs 100; with a price on latency, 11 cycles are had for less.
    expect(search(15).best).toEqual({ latencyCycles: 11, cost: 1000 / 11 + 0.5 });
  });

  it("never holds kernels to more cycles than the rate allows", () => {
    expect(search(1e6, 12).best).toMatchObject({ latencyCycles: 12 });
    expect(search(11, 8).best!.latencyCycles).toBeLessThanOrEqual(8);
  });

  it("gives the fastest that it saw where nothing fits", () => {
    attempts.length = 0;
    const { best, fastest } = search(2);
    expect(best).toBeUndefined();
    expect(fastest!.latencyCycles).toBe(Math.min(...attempts.map(({ latencyCycles }) => latencyCycles)));
    expect(fastest!.latencyCycles).toBe(3);
  });

  it("says nothing where not even the rate can be kept", () => {
    const none = withinLatency({ limitCycles: 9, mostCycles: 9, intervals, attempt: () => undefined });
    expect(none).toEqual({ best: undefined, fastest: undefined });
  });
});

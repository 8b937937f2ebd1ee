import { describe, expect, it } from "vitest";
import { randomIntegers } from "./bits.js";
import { describeCases, simulators } from "./check.js";
import { shapes, windowCase, windowGroups } from "./window-groups.js";
import { type WindowParameters, windowGeometry, windowTimes } from "./window-times.js";

describeCases("sliding windows", windowGroups);

/** Cycles of the last of `frames` frames. */
function lastInterval(p: WindowParameters, frames: number): number {
  const { outBeats } = windowGeometry(p);
  const { leave } = windowTimes(p, frames);
  return leave[frames * outBeats - 1]! - leave[(frames - 1) * outBeats - 1]!;
}

const fullInterval = (p: WindowParameters): number => {
  const { inBeats, outBeats } = windowGeometry(p);
  return Math.max(inBeats, outBeats);
};

for (const [simulator, simulate, found] of simulators) {
  describe.skipIf(!found)(`gf_window, ${simulator}`, () => {
    it("takes each input beat at its time, and a frame takes max(beats in, beats out)", async () => {
      const frames = 4;
      const chosen = shapes.filter((_, index) => index % 2 === 0);
      const cases = chosen.map((p) => windowCase(p, frames));
      const [results] = await simulate(cases, [{ source: 0, sink: 0, seed: 1 }]);
      chosen.forEach((p, index) => {
        const { name } = cases[index]!;
        const { accepted, outputs } = results![index]!;
        const { enter, leave } = windowTimes(p, frames);
        const taken = enter.filter((cycle) => cycle <= leave.at(-1)!);
        expect(
          accepted.slice(0, taken.length).map((cycle) => cycle - accepted[0]!),
          name,
        ).toEqual(taken);
        const { outBeats } = windowGeometry(p);
        const [last, before] = [outputs.at(-1)!.cycle, outputs.at(-1 - outBeats)!.cycle];
        expect(last - before, `${name}: interval`).toBe(fullInterval(p));
      });
    });
  });
}

describe("gf_window's default depth", () => {
  const random = randomIntegers(7);
  const drawn = Array.from({ length: 1500 }, (): WindowParameters => {
    const [kh, kw] = [random(1, 4), random(1, 4)];
    const [dh, dw] = [random(0, 3) === 0 ? 2 : 1, random(0, 3) === 0 ? 2 : 1];
    const lanes = random(1, 3);
    return {
      ...{ kh, kw, dh, dw, lanes, c: 3 * lanes, sh: random(1, 4), sw: random(1, 4) },
      h: dh * (kh - 1) + random(1, 6),
      w: dw * (kw - 1) + random(1, 6),
    };
  });

  it("reaches max(beats in, beats out) for any parameters", () => {
    for (const p of drawn) {
      const frames = 8;
      const { outBeats } = windowGeometry(p);
      const { leave } = windowTimes(p, frames);
      const four = leave.at(-1)! - leave[4 * outBeats - 1]!;
      expect(four, JSON.stringify(p)).toBe(4 * fullInterval(p));
    }
  });

  it("is the smallest that does where nothing is dropped, more beats leave than enter, and a window is not enough", () => {
    let seen = 0;
    for (const p of drawn) {
      const g = windowGeometry(p);
      const drops = g.keptH !== p.h || g.keptW !== p.w;
      if (drops || g.outBeats < g.inBeats || g.depthBeats <= g.spanBeats + 1) continue;
      seen++;
      const extra = g.depthBeats - g.spanBeats - 1;
      expect(lastInterval({ ...p, extra }, 6), JSON.stringify(p)).toBeGreaterThan(fullInterval(p));
    }
    expect(seen).toBeGreaterThan(100);
  });
});

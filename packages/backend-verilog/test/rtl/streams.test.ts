import { describe, expect, it } from "vitest";
import { describeCases, simulators } from "./check.js";
import { capacityCases, capacityDepths, streamGroups } from "./stream-groups.js";

describeCases("stream modules", streamGroups);

for (const [simulator, simulate, found] of simulators) {
  describe.skipIf(!found)(`gf_fifo, ${simulator}`, () => {
    it("holds exactly DEPTH beats, and counts them", async () => {
      const [results] = await simulate(capacityCases, [{ source: 0, sink: 0, seed: 1 }]);
      capacityCases.forEach(({ name, expected }, index) => {
        const { accepted, outputs } = results![index]!;
        const depth = capacityDepths[Math.floor(index / 2)]!;
        expect(accepted.length, `${name}: capacity`).toBe(depth);
        expect(
          outputs.map(({ word }) => word),
          `${name}: counts`,
        ).toEqual(expected);
      });
    });
  });
}

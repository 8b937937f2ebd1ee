import { printModule } from "@gatefold/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { difference, lower } from "./helpers/agree.js";
import { buildConvNet, convNet } from "./helpers/conv-net.js";

const numRuns = Number(process.env["GATEFOLD_RUNS"] ?? 60);

describe("random networks over images compute the same before and after", () => {
  it(
    "convolutions, pools, joins and splits of any shape, padding and bit width",
    async () => {
      await fc.assert(
        fc.asyncProperty(convNet, fc.nat(), async (spec, seed) => {
          const lowered = await lower(buildConvNet(spec));
          expect(difference(lowered, seed), printModule(lowered.before)).toBeUndefined();
        }),
        { numRuns },
      );
    },
    Math.max(60_000, numRuns * 500),
  );
});

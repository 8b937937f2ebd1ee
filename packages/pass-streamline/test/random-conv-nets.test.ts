import { printModule } from "@gatefold/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { difference, lower } from "./helpers/agree.js";
import { buildConvNet, type ConvNetSpec, convNet } from "./helpers/conv-net.js";

const numRuns = Number(process.env["GATEFOLD_RUNS"] ?? 60);

/** Networks of one layer that lays pixels out anew, or works in groups. */
const blockNet: fc.Arbitrary<ConvNetSpec> = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  spatial: fc.constantFrom(2, 2, 1),
  steps: fc.constantFrom("transposed", "depth_to_space", "space_to_depth", "grouped").map((step) => [step]),
  ending: fc.constantFrom("image", "max"),
});

describe("random networks over images compute the same before and after", () => {
  it.each([
    ["convolutions, pools, joins and splits of any shape, padding and bit width", convNet],
    ["transposed convolutions, blocks of pixels as channels and back, groups", blockNet],
  ])(
    "%s",
    async (_, net) => {
      await fc.assert(
        fc.asyncProperty(net, fc.nat(), async (spec, seed) => {
          const lowered = await lower(buildConvNet(spec));
          expect(difference(lowered, seed), printModule(lowered.before)).toBeUndefined();
        }),
        { numRuns },
      );
    },
    Math.max(60_000, numRuns * 500),
  );
});

import { printModule } from "@gatefold/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { difference, lower } from "./helpers/agree.js";
import { buildNet } from "./helpers/build-net.js";
import { exactNet, type NetSpec, realNet } from "./helpers/net-spec.js";

async function agrees(spec: NetSpec, seed: number): Promise<void> {
  const lowered = await lower(buildNet(spec));
  expect(difference(lowered, seed), printModule(lowered.before)).toBeUndefined();
}

describe("random dense networks compute the same before and after", () => {
  it("with binary fractions, ties included", async () => {
    const numRuns = Number(process.env["GATEFOLD_RUNS"] ?? 150);
    await fc.assert(fc.asyncProperty(exactNet, fc.nat(), agrees), { numRuns });
  });
  it("with any reals", async () => {
    const numRuns = Number(process.env["GATEFOLD_RUNS"] ?? 150);
    await fc.assert(fc.asyncProperty(realNet, fc.nat(), agrees), { numRuns });
  });
});

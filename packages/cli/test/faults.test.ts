import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encoding, gatefold, model, temporaryFolder, testData } from "./helpers/run.js";

const labelled = ["--data", `${testData}:input`, "--labels", `${testData}:label`];
const run = (...argv: string[]): ReturnType<typeof gatefold> =>
  gatefold(["faults", model, ...encoding, ...labelled, ...argv]);

describe("faults", () => {
  it("gives the accuracy of every stuck channel, and better worst cases with redundancy", async () => {
    const folder = temporaryFolder();
    const save = join(folder, "faults.json");
    const { code, stdout } = await run("--triple", "0.3", "--save", save, "--json");
    expect(code).toBe(0);
    const { campaign, redundant, scenarios, layers } = JSON.parse(stdout);
    const channels = layers.reduce((sum: number, each: { channels: number }) => sum + each.channels, 0);
    expect(scenarios).toHaveLength(2 * channels);
    expect(campaign.cleanAccuracy).toBeGreaterThan(0.96);
    expect(campaign.worst).toBeLessThan(campaign.mean);
    expect(redundant.campaign.worst).toBeGreaterThanOrEqual(campaign.worst);
    expect(redundant.campaign.cleanAccuracy).toBe(campaign.cleanAccuracy);

    const again = JSON.parse((await run("--manifest", save, "--json")).stdout);
    expect(again.campaign).toEqual(campaign);
  });

  it("prints the worst faults", async () => {
    const { code, stdout } = await run("--site", "pe", "--lanes", "4", "--mode", "high");
    expect(code).toBe(0);
    expect(stdout).toMatch(/right without faults/);
    expect(stdout).toMatch(/scenarios: worst \d+\.\d\d % · 5th percentile/);
    expect(stdout).toMatch(/pe \d stuck at high/);
  });

  it("draws several faults at once, the same for the same seed", async () => {
    const draw = async (seed: string): Promise<unknown> => {
      const argv = ["--sample", "5", "--simultaneous", "2", "--seed", seed, "--json"];
      const { scenarios } = JSON.parse((await run(...argv)).stdout);
      expect(scenarios.map(({ faults }: { faults: unknown[] }) => faults.length)).toEqual([2, 2, 2, 2, 2]);
      return scenarios;
    };
    expect(await draw("1")).toEqual(await draw("1"));
    expect(await draw("1")).not.toEqual(await draw("2"));
  });

  it("refuses what it cannot run", async () => {
    const bad = join(temporaryFolder(), "bad.json");
    writeFileSync(bad, readFileSync(testData).subarray(0, 10));
    const cases: [string[], number, RegExp][] = [
      [["faults", model, ...encoding], 1, /cli\/faults-need-labels/],
      [["faults", model, ...encoding, ...labelled, "--site", "wire"], 2, /`--site` is `wire`/],
      [["faults", model, ...encoding, ...labelled, "--mode", "x"], 2, /`--mode` is `x`/],
      [["faults", model, ...encoding, ...labelled, "--layer", "nine"], 1, /No layer is called `nine`/],
      [["faults", model, ...encoding, ...labelled, "--manifest", bad], 1, /fault\/bad-manifest/],
      [["faults", model, ...encoding, ...labelled, "--manifest", `${bad}.not`], 1, /cli\/unreadable/],
    ];
    for (const [argv, exit, message] of cases) {
      const { code, stderr } = await gatefold(argv);
      expect([argv.slice(6), code]).toEqual([argv.slice(6), exit]);
      expect(stderr).toMatch(message);
    }
  });
});

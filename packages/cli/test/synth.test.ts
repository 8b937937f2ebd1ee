import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { build, inspect, synth } from "../src/index.js";
import { encoding, gatefold, model, temporaryFolder } from "./helpers/run.js";
import { tiny } from "./helpers/tiny.js";

const folder = temporaryFolder();
const unverified = { verify: 0, rtlVerify: 0 } as const;

describe("synthesis", () => {
  it("counts, places and routes for the target, and the folder can be taken to another one", async () => {
    const out = join(folder, "out");
    const { report } = await build({ model: tiny, target: "ice40-hx1k", ...unverified, out });
    const { synthesis } = report;
    expect(synthesis).toMatchObject({ fits: true, meetsClock: true });
    expect(synthesis?.resources["LUT4"]).toMatchObject({ unit: "LUT4", source: "yosys 0.55" });
    expect(synthesis?.available["LUT4"]).toEqual({ value: 1280, unit: "LUT4", source: "target" });
    expect(synthesis?.maxClockMhz?.value).toBeGreaterThan(25);

    const other = await synth({ model: out, target: "xc7a35t" });
    expect(other.report.resources["LUT6"]?.value).toBeGreaterThan(0);
    expect(other.report.maxClockMhz).toBeUndefined();
  });

  it("of what does not fit is a warning with the numbers", async () => {
    const target = {
      name: "matchbox",
      family: "ecp5",
      device: "LFE5U-1F",
      resources: { lutCount: 10, ffCount: 10, bramCount: 0, bramBits: 0, dspCount: 0 },
      defaultClockMhz: 10,
      lutInputs: 4,
      tools: {},
    };
    const codes: string[] = [];
    const { report } = await synth({
      model: tiny,
      target,
      onEvent: (event) => {
        if (event.kind === "diagnostic") codes.push(`${event.diagnostic.code}: ${event.diagnostic.message}`);
      },
    });
    expect(report.fits).toBe(false);
    expect(codes).toHaveLength(1);
    expect(codes[0]).toMatch(
      /^cli\/does-not-fit: The circuit does not fit matchbox: \d+ of 10 LUT4, \d+ of 10 FF\.$/,
    );
  });

  it("of an unknown family is left out, and said so", async () => {
    const board = {
      name: "other",
      family: "gowin",
      device: "GW1N-9",
      defaultClockMhz: 27,
      lutInputs: 4,
      tools: {},
    };
    const resources = { lutCount: 8640, ffCount: 6480, bramCount: 26, bramBits: 18_432, dspCount: 20 };
    const codes: string[] = [];
    await synth({
      model: tiny,
      target: { ...board, resources },
      onEvent: (event) => {
        if (event.kind === "diagnostic") codes.push(event.diagnostic.code);
      },
    });
    expect(codes).toEqual(["cli/no-synthesis"]);
  });
});

describe("inspect", () => {
  it("says what stands in a model and that it can be built", async () => {
    const { code, stdout, stderr } = await gatefold(["inspect", model, ...encoding]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("  coverage    12 of 12 nodes\n  buildable   yes\n");
    expect(stdout).toMatch(/nn\.matmul +3\n/);
  });

  it("says why a model cannot be built, and ends with 1", async () => {
    const { code, stdout, stderr } = await gatefold(["inspect", model]);
    expect(code).toBe(1);
    expect(stdout).toContain("  buildable   no, for 1 reason\n");
    expect(stderr).toContain("[streamline/unbounded-operand]");
  });

  it("reads text models too", async () => {
    const result = await inspect({ model: tiny });
    expect(result).toMatchObject({ buildable: true, coverage: undefined, ops: { "nn.matmul": 2 } });
  });
});

describe("estimate", () => {
  it("gives cycles, work and memory of each kernel by formula", async () => {
    const { code, stdout } = await gatefold(["estimate", model, ...encoding, "--fps", "10000"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ {2}MVAU_0 +SIMD \d+, PE \d+ +2 048 +16 384 +262 144 +i16 +32 768 +\d+\n/);
    expect(stdout).toContain("  2 048 cycles an inference, by MVAU_0\n");
    expect(stdout).toContain("  12 207 inferences/s at 25 MHz\n");
    expect(stdout).toMatch(/ {2}next step [\d ]+ inferences\/s: MVAU_0 to /);
    expect(stdout).toMatch(
      / {2}[\d ]+ LUT · [\d ]+ FF · \d+ BRAM · 0 DSP by the cost rules for ice40-hx8k\n/,
    );
  });
});

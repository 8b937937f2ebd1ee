import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gatefold, temporaryFolder } from "./helpers/run.js";
import { tiny } from "./helpers/tiny.js";

const quick = ["--verify", "0", "--rtl-verify", "0"];
const out = (): string => join(temporaryFolder(), "out");
const report = (folder: string) => JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));

describe("--board", () => {
  it("puts the circuit behind the board's serial line, with a bitstream", async () => {
    const folder = out();
    const ran = await gatefold(["build", tiny, "-o", folder, "--board", "icebreaker", ...quick]);
    expect(ran.stderr).toBe("");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/icebreaker .* LUT4 .* MHz .* bytes/);
    const { target, synthesis, files } = report(folder);
    expect(target).toMatchObject({ name: "ice40-up5k", clockMhz: { value: 12 } });
    expect(synthesis.bitstream).toBe("board/tiny_icebreaker.bin");
    const bitstream = readFileSync(join(folder, synthesis.bitstream));
    // the preamble of an iCE40 configuration, after the comment
    expect(bitstream.indexOf(Buffer.from([0x7e, 0xaa, 0x99, 0x7e]))).toBeGreaterThanOrEqual(0);
    const names = files.map(({ path }: { readonly path: string }) => path);
    for (const name of ["board/icebreaker.pcf", "board/Makefile", "board/host.mjs", "driver/layout.json"])
      expect(names).toContain(name);
  }, 300_000);

  it("without embedded tools for the device, leaves the bitstream to the Makefile and says so", async () => {
    const folder = out();
    const ran = await gatefold(["build", tiny, "-o", folder, "--board", "ulx3s", ...quick]);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("[cli/no-bitstream]");
    expect(readFileSync(join(folder, "board/ulx3s.lpf"), "utf8")).toContain('LOCATE COMP "clk" SITE "G2";');
    expect(report(folder).synthesis.bitstream).toBeUndefined();
  });

  it.each([
    [["--board", "nobody"], "projects/unknown-board"],
    [["--board", "icebreaker", "--clock", "25"], "cli/board-fixes"],
    [["--board", "icebreaker", "--target", "ice40-hx8k"], "cli/board-fixes"],
    [["--board", "icebreaker", "--baud", "11000000"], "projects/bad-baud"],
    [["--baud", "9600"], "cli/missing-option"],
    [["--vendor", "nobody"], "cli/bad-value"],
    [["--vendor", "lattice", "--target", "xc7z020"], "projects/no-lattice-device"],
  ])("%s is an error", async (flags, code) => {
    const ran = await gatefold(["build", tiny, "-o", out(), ...flags, ...quick]);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain(`[${code}]`);
  });
});

describe("--vendor", () => {
  it("adds projects, and `report` takes the figures back", async () => {
    const folder = out();
    const vendor = ["--vendor", "vivado", "--vendor", "quartus", "--no-synth"];
    const ran = await gatefold(["build", tiny, "-o", folder, "--target", "xc7z020", ...vendor, ...quick]);
    expect(ran.stderr).toBe("");
    expect(readFileSync(join(folder, "vivado/ooc.tcl"), "utf8")).toContain("set part xc7z020clg400-1");
    expect(readFileSync(join(folder, "quartus/clock.sdc"), "utf8")).toContain("-period 10 ");
    const reports = temporaryFolder();
    mkdirSync(reports, { recursive: true });
    const table =
      "| Site Type | Used | Fixed | Available | Util% |\n| Slice LUTs | 100 | 0 | 53200 | 0.1 |\n";
    writeFileSync(join(reports, "utilization.rpt"), `| Tool Version : Vivado v.2023.1 (x)\n${table}`);
    const missing = await gatefold(["report", folder, "--vivado", reports]);
    expect(missing.stderr).toContain("[cli/unreadable]");
    const summary = "  WNS(ns)  TNS(ns)\n  ---\n  5.000  0.000\n\n";
    const clocks =
      "Clock  Waveform(ns)  Period(ns)  Frequency(MHz)\n---\naclk  {0.000 5.000}  10.000  100.000\n";
    writeFileSync(join(reports, "timing.rpt"), summary + clocks);
    const done = await gatefold(["report", folder, "--vivado", reports]);
    expect(done.stdout).toContain("100 LUT6 · 200 MHz");
    expect(report(folder).synthesis).toMatchObject({
      maxClockMhz: { value: 200, source: "vivado 2023.1" },
      fits: true,
    });
  });
});

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createToolchain } from "@gatefold/toolchain";
import { describe, expect, it } from "vitest";
import { channelGroups } from "./channel-groups.js";
import { isCampaign } from "./check.js";
import { frameGroups } from "./frame-groups.js";
import { hasIcarus } from "./icarus.js";
import { joinGroups } from "./join-groups.js";
import { mvuGroups } from "./mvu-groups.js";
import { reduceGroups } from "./reduce-groups.js";
import { caseModule, memoryFiles, rtlFiles, rtlFolder, type StreamCase, topModule } from "./stream-case.js";
import { streamGroups } from "./stream-groups.js";
import { transposeGroups } from "./transpose-groups.js";
import { windowGroups } from "./window-groups.js";

const hasVerilator = spawnSync("verilator", ["--version"]).error === undefined;

/** Some of the cases, as the linters take longer than the simulators. */
const lintCases: readonly StreamCase[] = [
  mvuGroups,
  streamGroups,
  channelGroups,
  windowGroups,
  frameGroups,
  reduceGroups,
  joinGroups,
  transposeGroups,
]
  .flatMap((groups) => Object.values(groups).flat())
  .filter((_, index) => index % (isCampaign ? 2 : 6) === 0);

/** Runs a linter on the cases in one design, and gives back what it printed. */
function lint(command: string, options: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "gatefold-lint-"));
  try {
    writeFileSync(join(folder, "lint_top.v"), topModule("lint_top", lintCases));
    lintCases.forEach((testCase, index) => {
      writeFileSync(join(folder, `case_${index}.v`), caseModule(testCase, index));
    });
    for (const [file, text] of Object.entries(memoryFiles(lintCases)))
      writeFileSync(join(folder, file), text);
    const { stdout, stderr } = spawnSync(command, [...options, "-y", rtlFolder, "-y", ".", "lint_top.v"], {
      cwd: folder,
      encoding: "utf8",
    });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the modules are accepted without a warning", () => {
  it.skipIf(!hasVerilator)("by Verilator, with the parameters of many cases", () => {
    expect(
      lint("verilator", ["--lint-only", "-Wall", "-Wno-PINCONNECTEMPTY", "--top-module", "lint_top"]),
    ).toBe("");
  });

  it.skipIf(!hasIcarus)("by Icarus Verilog, with the parameters of many cases", () => {
    expect(lint("iverilog", ["-g2005", "-Wall", "-t", "null", "-s", "lint_top"])).toBe("");
  });

  it("by Yosys, each with its default parameters, and without loops or undriven nets", async () => {
    const toolchain = createToolchain();
    const files = Object.fromEntries(
      rtlFiles.map((file) => [file, readFileSync(join(rtlFolder, file), "utf8")]),
    );
    // gf_rom's memory is left undefined by default: nothing drives it.
    const tops = rtlFiles.map((file) => file.replace(".v", "")).filter((name) => name !== "gf_rom");
    const checks = tops.map((top) => `hierarchy -check -top ${top}\nproc\ncheck -assert\ndesign -load read`);
    const script = [`read_verilog ${rtlFiles.join(" ")}`, "design -save read", ...checks].join("\n");
    const { log } = await toolchain.yosys({ files, script });
    await toolchain.close();
    expect(log.split("\n").filter((line) => /warning/i.test(line))).toEqual([]);
  });

  it("each file holds the module of its name, with its latency in the header", () => {
    for (const file of rtlFiles) {
      const text = readFileSync(join(rtlFolder, file), "utf8");
      expect(text.match(/^module (\w+)/gm), file).toEqual([`module ${file.replace(".v", "")}`]);
      expect(text, file).toMatch(/^\/\/ Latency/m);
    }
  });
});

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findTool } from "@gatefold/toolchain";
import { beforeAll, describe, expect, it } from "vitest";
import { gatefold, temporaryFolder } from "./helpers/run.js";

const tiny = fileURLToPath(new URL("models/tiny.gf", import.meta.url));
const installed = {
  icarus: findTool("iverilog") !== undefined && findTool("vvp") !== undefined,
  verilator: findTool("verilator") !== undefined && (findTool("g++") ?? findTool("clang++")) !== undefined,
};
const out = join(temporaryFolder(), "out");

beforeAll(async () => {
  const folded = ["--implementation", "folded"];
  const ran = await gatefold([
    "build",
    tiny,
    ...folded,
    "--no-synth",
    "--verify",
    "4",
    "--rtl-verify",
    "2",
    "-o",
    out,
  ]);
  expect(ran.code).toBe(0);
});

describe("simulate --simulator", () => {
  describe.each(["icarus", "verilator"] as const)("%s", (name) => {
    it.skipIf(!installed[name])("runs the test bench of a folder", { timeout: 120_000 }, async () => {
      const { code, stdout } = await gatefold(["simulate", out, "--simulator", name, "--json"]);
      expect(code).toBe(0);
      const free = JSON.parse(stdout);
      expect(free).toMatchObject({ simulator: name, inferences: 8 });
      expect(free.cycles).toBeGreaterThan(8 * 16);
    });
  });

  it.skipIf(!installed.icarus)("runs it with stalls, and that of a model", async () => {
    const argv = ["simulate", tiny, "--simulator", "icarus", "--json"];
    const free = JSON.parse((await gatefold(argv)).stdout);
    const stalled = JSON.parse((await gatefold([...argv, "--stalls"])).stdout);
    expect(stalled.inferences).toBe(free.inferences);
    expect(stalled.cycles).toBeGreaterThan(free.cycles);
  });

  it.skipIf(!installed.icarus)("ends with 3 when a recorded output is another one", async () => {
    const folder = join(temporaryFolder(), "wrong");
    expect((await gatefold(["build", tiny, "--no-synth", "--verify", "0", "-o", folder])).code).toBe(0);
    const file = readdirSync(join(folder, "tb")).find((name) => name.startsWith("m_axis"))!;
    const words = readFileSync(join(folder, "tb", file), "utf8").split("\n");
    words[0] =
      words[0] === "0".repeat(words[0]!.length)
        ? "1".padStart(words[0].length, "0")
        : "0".repeat(words[0]!.length);
    writeFileSync(join(folder, "tb", file), words.join("\n"));
    const { code, stderr } = await gatefold(["simulate", folder, "--simulator", "icarus"]);
    expect(code).toBe(3);
    expect(stderr).toContain("[cli/verification-difference]");
    expect(stderr).toContain("FAIL 1 beats differ");
  });

  it("says what is missing where the simulator is not on PATH", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = temporaryFolder();
    try {
      const { code, stdout, stderr } = await gatefold(["simulate", out, "--simulator", "verilator"]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toBe(
        "error: The simulator `verilator` is not found on PATH. [cli/no-simulator]\n" +
          "  note: it needs `verilator` and `g++` or `clang++`\n" +
          "  hint: install it, or use the one that is part of Gatefold: --simulator embedded\n",
      );
    } finally {
      process.env["PATH"] = path;
    }
  });

  it("refuses names that it does not know, and options of the embedded one", async () => {
    const unknown = await gatefold(["simulate", out, "--simulator", "modelsim"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("`embedded`, `icarus`, `verilator`");
    const waves = await gatefold(["simulate", out, "--simulator", "icarus", "--vcd", "x.vcd"]);
    expect(waves).toMatchObject({ code: 2, stdout: "" });
    expect(waves.stderr).toContain("`--vcd` and `--simulator icarus` exclude each other.");
  });
});

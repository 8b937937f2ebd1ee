import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { gatefold, temporaryFolder } from "./helpers/run.js";
import { tiny } from "./helpers/tiny.js";

const folder = temporaryFolder();

it("build --hls adds the C++, for the clock and the part of the target", async () => {
  const out = join(folder, "tiny");
  const argv = ["build", tiny, "--no-synth", "--verify", "4", "--rtl-verify", "2", "--hls", "-o", out];
  const { code, stderr } = await gatefold([...argv, "--target", "xc7z020", "--clock", "125"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const script = readFileSync(join(out, "hls/run_hls.tcl"), "utf8");
  expect(script).toContain("set_part xc7z020clg400-1\ncreate_clock -period 8 -name clock\n");
  expect(existsSync(join(out, "hls/include/gatefold/mvu.hpp"))).toBe(true);
});

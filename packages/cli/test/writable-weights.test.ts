import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readReport } from "@gatefold/report";
import { describe, expect, it } from "vitest";
import { encoding, gatefold, model, temporaryFolder } from "./helpers/run.js";

const folder = temporaryFolder();
const quick = ["--no-synth", "--verify", "20", "--rtl-verify", "3"];

describe("build --writable-weights", () => {
  it("verifies the circuit and puts the address map into the report and the drivers", async () => {
    const out = join(folder, "digits");
    const { code, stderr } = await gatefold([
      ...[
        "build",
        model,
        ...encoding,
        "--fps",
        "10000",
        "--writable-weights",
        "-o",
        out,
        ...quick,
        "--stalls",
      ],
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const read = readReport(readFileSync(join(out, "report.json"), "utf8"));
    if ("reason" in read) throw new Error(read.reason);
    const { weights } = read.report.design as {
      weights: { memories: { kernel: string; baseBytes: number }[] };
    };
    expect(weights.memories.map(({ kernel, baseBytes }) => [kernel, baseBytes])).toEqual([
      ["MVAU_0", 0],
      ["MVAU_1", 8192],
      ["MVAU_2", 10240],
    ]);
    const layout = JSON.parse(readFileSync(join(out, "driver/layout.json"), "utf8"));
    expect(layout.weights).toEqual(weights);
    const again = await gatefold(["simulate", out, "-n", "2"]);
    expect(again.code).toBe(0);
  }, 60_000);

  it("is refused with a board that only has a serial line, and explained", async () => {
    const { code, stderr } = await gatefold([
      ...["build", model, ...encoding, "--board", "icebreaker", "--writable-weights"],
      ...["-o", join(folder, "board"), ...quick],
    ]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("projects/unreached-weights");
  }, 60_000);
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readReport } from "@gatefold/report";
import { describe, expect, it } from "vitest";
import { estimate, explainRate } from "../src/index.js";
import { encoding, gatefold, model, temporaryFolder, testData } from "./helpers/run.js";

const folder = temporaryFolder();
const inputs = ["uint8:scale=1/255"];
const hybrid = ["--form", "dense2=adder-graph", "--form", "dense3=adder-graph", "--cycles", "64"];

describe("spatial circuits", () => {
  it("stand beside kernels in one Verilog that is the network, and in the report", async () => {
    const out = join(folder, "hybrid");
    const { code, stdout, stderr } = await gatefold([
      ...["build", model, ...encoding, ...hybrid, "-o", out, "--no-synth", "--verify", "40"],
      ...["--rtl-verify", "6", "--stalls", "--data", `${testData}:input`, "--labels", `${testData}:label`],
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("2 of 3 layers spatial");
    expect(stdout).toContain("97.8 % of 1 000 right");
    const read = readReport(readFileSync(join(out, "report.json"), "utf8"));
    if ("reason" in read) throw new Error(read.reason);
    const { report } = read;
    expect(report.verification?.checks.every(({ equal }) => equal)).toBe(true);
    expect(report.verification?.measuredIntervalCycles?.value).toBe(report.performance.intervalCycles.value);
    expect(report.verification?.measuredLatencyCycles?.value).toBe(report.performance.latencyCycles?.value);
    expect(report.implementations?.map(({ layer, chosen }) => [layer, chosen])).toEqual([
      ["dense1", "folded"],
      ["dense2", "adder-graph"],
      ["dense3", "adder-graph"],
    ]);
    expect(report.totals["macs"]?.value).toBe(18_752);
    expect(report.totals["weights"]?.value).toBe(18_752);
    const circuit = report.layers.find(({ kind }) => kind === "Netlist");
    expect(circuit).toMatchObject({ nodes: ["dense2", "dense3"], macs: { value: 2048 + 320 } });

    // The folding that was written asks for the same again.
    const folding = join(out, "folding.json");
    const again = join(folder, "again");
    const repeated = await gatefold([
      ...["build", model, ...encoding, "--folding", folding, "-o", again, "--no-synth"],
      ...["--verify", "0", "--rtl-verify", "0"],
    ]);
    expect(repeated.code).toBe(0);
    const files = ["folding.json", ...readdirSync(join(out, "rtl")).map((name) => join("rtl", name))];
    for (const file of files) {
      expect(readFileSync(join(again, file), "utf8")).toBe(readFileSync(join(out, file), "utf8"));
    }
  });

  it("are not taken for the shipped network at its documented rate", async () => {
    const result = await estimate({ model, inputs, fps: 10_000 });
    expect(result.implementations.map(({ chosen }) => chosen)).toEqual(["folded", "folded", "folded"]);
    expect(result.intervalCycles.value).toBe(2048);
    expect(result.bottleneck).toBe("MVAU_0");
  });

  it("are explained layer by layer, with what was refused and why", async () => {
    const { text, implementations } = await explainRate({ model, inputs, fps: 10_000 });
    expect(text).toMatch(/dense3 is folded \(\d+ LUT.*\); .*adder-graph: /);
    expect(text).toContain("table: a neuron reads 27 bits, and tables of at most 14 are made");
    expect(implementations).toHaveLength(3);
  });
});

describe("what cannot be asked for", () => {
  it.each([
    ["--form", "dense2", 2, "`--form` is `dense2`, and has to be layer=form. [cli/bad-value]"],
    ["--implementation", "magic", 2, "has to be one of `auto`, `folded`, `spatial`. [cli/bad-value]"],
    ["--form", "dense3=table", 1, "[fold/unknown-form]"],
    ["--form", "dense9=folded", 1, "[fold/unknown-layer]"],
    ["--latency-ns", "50", 1, "[fold/over-latency]"],
  ])("%s %s", async (flag, value, exitCode, expected) => {
    const { code, stderr } = await gatefold(["estimate", model, ...encoding, flag, value]);
    expect(stderr).toContain(expected);
    expect(code).toBe(exitCode);
  });

  it("two forms of one layer", async () => {
    const forms = ["--form", "dense2=table", "--form", "dense2=folded"];
    const { code, stderr } = await gatefold(["estimate", model, ...forms]);
    expect(stderr).toContain("`--form dense2=table` and `--form dense2=folded` exclude each other.");
    expect(code).toBe(2);
  });

  it("--spatial with another implementation", async () => {
    const { stderr } = await gatefold(["estimate", model, "--spatial", "--implementation", "folded"]);
    expect(stderr).toContain("[cli/conflicting-options]");
  });
});

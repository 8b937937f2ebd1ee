import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Constant, constantOf, definePass, definePlugin, numbers, tensorFrom } from "@gatefold/core";
import { Threshold } from "@gatefold/dialect-q";
import { readReport, withoutTimings } from "@gatefold/report";
import { describe, expect, it } from "vitest";
import { build, verify } from "../src/index.js";
import { encoding, gatefold, model, temporaryFolder, testData } from "./helpers/run.js";
import { tiny } from "./helpers/tiny.js";

const folder = temporaryFolder();
const escapeCode = String.fromCharCode(27);
const quick = ["--no-synth", "--verify", "40", "--rtl-verify", "4"];

function reportOf(out: string) {
  const read = readReport(readFileSync(join(out, "report.json"), "utf8"));
  if ("reason" in read) throw new Error(read.reason);
  return read.report;
}

describe("build", () => {
  it("takes the shipped network from ONNX to verified Verilog, a line a stage, without escape codes", async () => {
    const out = join(folder, "digits");
    const { code, stdout, stderr } = await gatefold([
      ...["build", model, ...encoding, "--fps", "10000", "-o", out, ...quick, "--stalls"],
      ...["--data", `${testData}:input`, "--labels", `${testData}:label`],
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).not.toContain(escapeCode);
    expect(stdout).not.toContain("\r");
    const stages = stdout.split("\n").map((line) => line.slice(2, 14).trim());
    expect(stages).toEqual(["target", "import", "streamline", "fold", "emit", "verify", "report", ""]);
    expect(stdout).toContain("bottleneck MVAU_0: 2 048 cycles · 12 207 inferences/s at 25 MHz");
    expect(stdout).toContain("integers = Verilog under stalls on 4");
    expect(stdout).toContain("97.8 % of 1 000 right");

    const report = reportOf(out);
    expect(
      report.verification?.checks.map(({ claim, samples, equal }) => [claim, samples.value, equal]),
    ).toEqual([
      ["network = integers", 40, true],
      ["integers = kernels", 4, true],
      ["integers = Verilog", 4, true],
      ["integers = Verilog under stalls", 4, true],
    ]);
    expect(report.verification?.measuredIntervalCycles).toEqual({
      value: 2048,
      unit: "cycles",
      source: "simulation",
    });
    expect(report.totals["macs"]).toEqual({ value: 18_752, unit: "MAC", source: "model" });
    expect(report.layers[0]).toMatchObject({
      name: "MVAU_0",
      node: "dense1",
      weightType: "i2",
      worstCaseAccumulatorBits: { value: 18 },
      accumulatorBits: { value: 16 },
      bops: { value: 16_384 * 2 * 8 },
    });
    for (const { path, bytes } of report.files) {
      expect(readFileSync(join(out, path)).length, path).toBe(bytes);
    }
    expect(readdirSync(out).sort()).toEqual(["driver", "folding.json", "host", "report.json", "rtl", "tb"]);
  });

  it("gives equal reports but for the timings, and says where the folder's circuit can be run again", async () => {
    const argv = ["build", tiny, "--implementation", "folded", ...quick, "--force", "-o"];
    const [a, b] = [join(folder, "a"), join(folder, "b")];
    for (const out of [a, b]) expect((await gatefold([...argv, out])).code).toBe(0);
    const [one, two] = [a, b].map((out) => ({ ...withoutTimings(reportOf(out)), command: [] }));
    expect(one).toEqual(two);
    const { code, stdout } = await gatefold(["simulate", a, "-n", "6", "--json", "--stalls"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      inferences: 6,
      intervalCycles: 16,
      formulaIntervalCycles: 16,
    });
  });

  it("with --json writes one JSON text to stdout and nothing else", async () => {
    const out = join(folder, "json");
    const { code, stdout, stderr } = await gatefold(["build", tiny, ...quick, "--json", "-o", out], {
      isTTY: true,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const parsed = JSON.parse(stdout);
    expect(parsed).toMatchObject({
      exitCode: 0,
      out,
      report: { schema: "gatefold-report", model: { name: "tiny" } },
    });
  });

  it("writes to a folder of the model's name when none is given", async () => {
    const cwd = join(folder, "cwd");
    mkdirSync(cwd);
    const none = ["--no-synth", "--verify", "0", "--rtl-verify", "0"];
    expect(await gatefold(["build", tiny, ...none], { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(join(cwd, "out/tiny/report.json"))).toBe(true);
  });

  it("takes a folding back that it wrote", async () => {
    const [first, second] = [join(folder, "first"), join(folder, "second")];
    await gatefold([
      "build",
      tiny,
      "--no-synth",
      "--verify",
      "0",
      "--rtl-verify",
      "0",
      "--implementation",
      "folded",
      "--cycles",
      "4",
      "-o",
      first,
    ]);
    const folding = join(first, "folding.json");
    const argv = [
      "build",
      tiny,
      "--no-synth",
      "--verify",
      "0",
      "--rtl-verify",
      "0",
      "--folding",
      folding,
      "-o",
      second,
    ];
    expect((await gatefold(argv)).code).toBe(0);
    expect(reportOf(second).folding).toEqual(reportOf(first).folding);
    expect(reportOf(second).performance.intervalCycles.value).toBe(4);
  });

  it("has waves with the tensors' names on request", async () => {
    const out = join(folder, "waves");
    await gatefold(["build", tiny, ...quick, "--vcd", "-o", out]);
    const vcd = readFileSync(join(out, "sim/waves.vcd"), "utf8");
    expect(vcd).toMatch(/\$var wire \d+ \S+ x(_tdata)? /);
  });

  it("colours a terminal, and not with NO_COLOR", async () => {
    expect((await gatefold(["estimate", tiny], { isTTY: true })).stdout).toContain(escapeCode);
    expect(
      (await gatefold(["estimate", tiny], { isTTY: true, env: { NO_COLOR: "1" } })).stdout,
    ).not.toContain(escapeCode);
  });
});

/** Raises every threshold by one: what a faulty pass would do. */
const shifted = definePlugin({
  name: "shifted",
  after: ["streamline"],
  passes: [
    definePass({
      name: "shift",
      summary: "Breaks the network.",
      phase: "streamline",
      semantics: "bit-exact",
      run(module) {
        const { main } = module;
        for (const op of main.ops()) {
          if (!Threshold.is(op)) continue;
          const old = constantOf(op.operand(1))!;
          const raised = Array.from(numbers(old), (t: number) => t + 1);
          const higher = tensorFrom(old.elem, old.shape, raised);
          const value = Constant.build(main, [], { value: higher }, { before: op });
          const copy = main.create(op.def, [op.operand(0), value], op.attrs, { before: op });
          main.replaceOp(op, copy.results);
        }
      },
    }),
  ],
});

describe("verification", () => {
  it("finds a network that is wrong by one threshold, and says where", async () => {
    const { verification } = await verify({ model: tiny, plugins: [shifted], rtlVerify: 0 });
    expect(verification.difference).toMatchObject({ code: "cli/verification-difference" });
    expect(verification.difference?.message).toMatch(
      /^network = integers does not hold: sample \d+, output `scores`, element \d is -?[\d.]+ and should be -?[\d.]+\.$/,
    );
    expect(verification.checks).toHaveLength(1);
  });

  it("ends a build with 3 and without a folder", async () => {
    const out = join(folder, "wrong");
    await expect(build({ model: tiny, plugins: [shifted], synth: false, out })).rejects.toThrow(
      "cli/verification-difference",
    );
    expect(existsSync(out)).toBe(false);
  });
});

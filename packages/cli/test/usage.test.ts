import { describe, expect, it } from "vitest";
import { gatefold, model } from "./helpers/run.js";

const wrong: readonly (readonly [title: string, argv: readonly string[], said: string])[] = [
  [
    "an unknown command",
    ["buidl", "x.onnx"],
    "error: There is no command `buidl`. [cli/unknown-command]\n" +
      "  note: the commands are build, inspect, estimate, verify, simulate, synth, report, train, quantize, prune, import-tables, faults, passes, explain\n" +
      "  hint: did you mean `build`?\n",
  ],
  [
    "an unknown option",
    ["build", "x.onnx", "--fsp", "3"],
    "error: `gatefold build` has no option `--fsp`. [cli/unknown-flag]\n  hint: did you mean `--fps`?\n",
  ],
  [
    "an unknown option before the command",
    ["--bogus"],
    "error: `gatefold` has no option `--bogus`. [cli/unknown-flag]\n  hint: see `gatefold --help`\n",
  ],
  [
    "a missing model",
    ["build"],
    "error: `gatefold build` needs <model>. [cli/missing-argument]\n  hint: see `gatefold build --help`\n",
  ],
  [
    "an argument too many",
    ["inspect", "a.onnx", "b.onnx"],
    "error: `gatefold inspect` does not take `b.onnx`. [cli/too-many-arguments]\n" +
      "  hint: see `gatefold inspect --help`\n",
  ],
  [
    "an option without its value",
    ["build", "x.onnx", "--fps"],
    "error: `--fps <n>` needs a value. [cli/missing-value]\n  hint: see `gatefold --help`\n",
  ],
  [
    "a rate that is no number",
    ["build", "x.onnx", "--fps", "fast"],
    "error: `--fps` is `fast`, and has to be a number above 0. [cli/bad-value]\n",
  ],
  [
    "a negative count",
    ["verify", "x.onnx", "--verify", "-3"],
    "error: `--verify` is `-3`, and has to be a whole number from 0. [cli/bad-value]\n",
  ],
  [
    "a dimension without a size",
    ["build", "x.onnx", "--dim", "batch"],
    "error: `--dim` is `batch`, and has to be name=size, with a whole number from 1. [cli/bad-value]\n",
  ],
  [
    "an unknown check",
    ["build", "x.onnx", "--check", "everything"],
    "error: `--check` is `everything`, and has to be `semantics`. [cli/bad-value]\n",
  ],
  [
    "rate and cycles together",
    ["build", model, "--fps", "10", "--cycles", "10"],
    "error: `--fps` and `--cycles` exclude each other. [cli/conflicting-options]\n  hint: give one of them\n",
  ],
  [
    "an unknown target",
    ["estimate", model, "--target", "ice40-hx8"],
    "error: There is no target `ice40-hx8`. [cli/unknown-target]\n" +
      "  note: the targets are `ice40-hx1k`, `ice40-hx8k`, `ice40-lp1k`, `ice40-lp8k`, `ice40-up5k`, `ecp5-25k`," +
      " `ecp5-45k`, `ecp5-85k`, `xc7a15t`, `xc7a35t`, `xc7a50t`, `xc7a75t`, `xc7a100t`, `xc7a200t`, `xc7k70t`," +
      " `xc7k160t`, `xc7k325t`, `xc7v690t`, `xc7z010`, `xc7z020`, `xc7z045`\n" +
      "  hint: did you mean `ice40-hx8k`?\n",
  ],
  [
    "an unknown plugin",
    ["estimate", model, "--plugin", "gatefold-plugin-nowhere"],
    "error: There is no package `gatefold-plugin-nowhere` to take a plugin from. [cli/unknown-plugin]\n" +
      "  hint: install it: npm install gatefold-plugin-nowhere\n",
  ],
  [
    "an input encoding that is none",
    ["build", model, "--input", "unit8"],
    "error: Input encoding `unit8`: `unit8` is not an integer type such as uint8, int4 or bipolar." +
      " [onnx/bad-encoding]\n" +
      "  hint: write [name:]type[:scale=number,zp=number], e.g. x:uint8:scale=1/255,zp=0\n",
  ],
  [
    "an unknown diagnostic",
    ["explain", "onnx/unknwon-op"],
    "error: There is no diagnostic `onnx/unknwon-op`. [cli/unknown-code]\n  hint: did you mean `onnx/unknown-op`?\n",
  ],
];

describe("wrong usage ends with 2 and says everything", () => {
  it.each(wrong)("%s", async (_, argv, said) => {
    expect(await gatefold(argv)).toEqual({ code: 2, stdout: "", stderr: said });
  });

  it("is JSON with --json, and the same words on stderr", async () => {
    const { code, stdout, stderr } = await gatefold(["explain", "nothing", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 2, diagnostics: [{ code: "cli/unknown-code" }] });
    expect(stderr).toContain("There is no diagnostic `nothing`.");
  });
});

describe("help", () => {
  it("lists the commands and the exit codes, and ends with 0", async () => {
    const { code, stdout } = await gatefold(["--help"]);
    expect(code).toBe(0);
    for (const name of ["build", "inspect", "estimate", "verify", "simulate", "synth", "passes", "explain"])
      expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
    expect(stdout).toContain("3 verification found a difference");
  });

  it("is what a call without a command gets, with 2", async () => {
    expect(await gatefold([])).toMatchObject({ code: 2, stderr: "" });
  });
});

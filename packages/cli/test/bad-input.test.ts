import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { datasetArray, writeNpy, writeNpz } from "@gatefold/datasets";
import { describe, expect, it } from "vitest";
import { encoding, gatefold, model, temporaryFolder, testData } from "./helpers/run.js";
import { tiny } from "./helpers/tiny.js";

const folder = temporaryFolder();
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const bytes = (shape: readonly number[]) =>
  datasetArray("uint8", shape, new Uint8Array(shape.reduce((a, b) => a * b, 1)));

/** What follows the stage lines on stderr, and that nothing was built. */
async function refused(argv: readonly string[]): Promise<string> {
  const { code, stderr } = await gatefold(argv);
  expect(code).toBe(1);
  return stderr;
}

describe("models", () => {
  it("that are not there", async () => {
    expect(await refused(["build", join(folder, "no.onnx")])).toBe(
      `error: The model \`${join(folder, "no.onnx")}\` cannot be read: there is no such file. [cli/unreadable]\n` +
        "  hint: check the path\n",
    );
  });

  it("that are something else", async () => {
    expect(await refused(["build", file("page.onnx", "<!DOCTYPE html>")])).toContain(
      "page.onnx: error: The file is not an ONNX model: it is XML or HTML text. [onnx/not-onnx]\n",
    );
  });

  it("without an encoding say what to type", async () => {
    const stderr = await refused(["build", model, "-o", join(folder, "out")]);
    expect(stderr).toContain("[streamline/unbounded-operand]");
    expect(stderr).toContain("hint: give the input an encoding, e.g. --input input:uint8:scale=1/255");
  });
});

describe("folding", () => {
  it("an unreachable rate names the layer, its least and the highest rate", async () => {
    expect(await refused(["estimate", tiny, "--fps", "100000000"])).toBe(
      "tiny.gf: node first: error: MVAU_0 cannot reach 100000000 inferences/s at 25 MHz: that is 0 cycles a frame," +
        " its least is 1. [fold/unreachable-rate]\n" +
        "  note: fully unfolded it has SIMD 4, PE 4\n" +
        "  note: raised by pass `fold/fold-kernels`\n" +
        "  hint: ask for at most 25000000 inferences/s, or raise the clock\n" +
        "tiny.gf: node act: error: MVAU_0_Thresholding cannot reach 100000000 inferences/s at 25 MHz: that is 0 cycles a frame," +
        " its least is 1. [fold/unreachable-rate]\n" +
        "  note: fully unfolded it has PE 4\n" +
        "  note: raised by pass `fold/fold-kernels`\n" +
        "  hint: ask for at most 25000000 inferences/s, or raise the clock\n" +
        "tiny.gf: node second: error: MVAU_1 cannot reach 100000000 inferences/s at 25 MHz: that is 0 cycles a frame," +
        " its least is 1. [fold/unreachable-rate]\n" +
        "  note: fully unfolded it has SIMD 4, PE 2\n" +
        "  note: raised by pass `fold/fold-kernels`\n" +
        "  hint: ask for at most 25000000 inferences/s, or raise the clock\n",
    );
  });

  it("a PE that does not divide lists those that do", async () => {
    const folding = file("folding.json", '{"MVAU_0": {"PE": 3, "SIMD": 8}}');
    expect(await refused(["estimate", model, ...encoding, "--folding", folding])).toBe(
      "digits.onnx: node dense1: error: MVAU_0: PE 3 does not divide 64. [fold/illegal-fold]\n" +
        "  note: raised by pass `fold/fold-kernels`\n" +
        "  hint: PE can be 1, 2, 4, 8, 16, 32, 64\n",
    );
  });

  it("a file that is no JSON", async () => {
    const folding = file("broken.json", "{PE: 3}");
    expect(await refused(["estimate", tiny, "--folding", folding])).toMatch(
      /^error: `.*broken\.json` is not JSON: .* \[cli\/bad-json\]\n {2}hint: correct the file\n$/,
    );
  });
});

describe("data", () => {
  it("of another shape says both shapes", async () => {
    const data = file("wide.npy", writeNpy(bytes([10, 255])));
    expect(await refused(["verify", model, ...encoding, "--data", data])).toBe(
      "error: The data `wide.npy` has shape [10, 255], and input `input` takes samples of shape [256]. [cli/data-shape]\n" +
        "  hint: give an array of shape [n, 256]\n",
    );
  });

  it("of an npz without a key lists the arrays", async () => {
    expect(await refused(["verify", model, ...encoding, "--data", testData])).toBe(
      "error: The data `test.npz` cannot be used: The npz file has 3 arrays: input, label, output. [cli/bad-data]\n" +
        "  note: refused as datasets/needs-key\n" +
        "  hint: name one after the file: test.npz:<name>\n",
    );
  });

  it("with codes that the input does not have", async () => {
    const data = file(
      "high.npy",
      writeNpy(datasetArray("uint8", [2, 4], Uint8Array.of(1, 2, 3, 4, 5, 6, 16, 8))),
    );
    expect(await refused(["verify", tiny, "--data", data])).toBe(
      "error: Sample 1 of `high.npy` holds 16, which is no code of input `x` (u4). [cli/data-range]\n" +
        "  hint: give the integer codes that the circuit reads, or real values as a float array\n",
    );
  });

  it("with too few labels", async () => {
    const npz = file("few.npz", writeNpz({ x: bytes([3, 4]), y: bytes([2]) }));
    expect(await refused(["verify", tiny, "--data", `${npz}:x`, "--labels", `${npz}:y`])).toBe(
      "error: `few.npz:y` has 2 labels for 3 samples. [cli/label-count]\n  hint: give one label a sample\n",
    );
  });

  it("for more inputs than there are", async () => {
    const data = file("x.npy", writeNpy(bytes([1, 4])));
    expect(await refused(["verify", tiny, "--data", data, "--data", data])).toBe(
      "error: The network has 1 input, and data is given for 2. [cli/data-count]\n  hint: give --data x=file\n",
    );
  });

  it("is needed for labels", async () => {
    const { code, stderr } = await gatefold(["verify", tiny, "--labels", `${testData}:label`]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      "error: `--labels` is given without `--data`. [cli/labels-need-data]\n" +
        "  hint: give the labelled samples too: --data file.npz:input\n",
    );
  });
});

describe("target files", () => {
  it("are checked member by member", async () => {
    const board = file(
      "board.json",
      JSON.stringify({ name: "My Board", resources: { lutCount: -1 }, colour: "red" }),
    );
    const stderr = await refused(["estimate", tiny, "--target", board]);
    expect(stderr.split("\n").filter((line) => line.startsWith("error"))).toEqual([
      "error: The target file `board.json`: `colour` has to be left out; the members are name, family, device, package, resources, defaultClockMhz, lutInputs, tools. [cli/bad-target]",
      "error: The target file `board.json`: `name` has to be a kebab-case name. [cli/bad-target]",
      "error: The target file `board.json`: `family` has to be `ice40`, `ecp5`, `xilinx7` or another family's name. [cli/bad-target]",
      "error: The target file `board.json`: `device` has to be the part's name as its tools call it. [cli/bad-target]",
      "error: The target file `board.json`: `defaultClockMhz` has to be a number of MHz above 0. [cli/bad-target]",
      "error: The target file `board.json`: `lutInputs` has to be a whole number from 2. [cli/bad-target]",
      "error: The target file `board.json`: `resources.lutCount` has to be a whole number from 0. [cli/bad-target]",
      "error: The target file `board.json`: `resources.ffCount` has to be a whole number from 0. [cli/bad-target]",
      "error: The target file `board.json`: `resources.bramCount` has to be a whole number from 0. [cli/bad-target]",
      "error: The target file `board.json`: `resources.bramBits` has to be a whole number from 0. [cli/bad-target]",
      "error: The target file `board.json`: `resources.dspCount` has to be a whole number from 0. [cli/bad-target]",
    ]);
  });

  it("that are right stand in for a device", async () => {
    const board = file(
      "good.json",
      JSON.stringify({
        name: "my-board",
        family: "ice40",
        device: "iCE40HX1K",
        resources: { lutCount: 1280, ffCount: 1280, bramCount: 16, bramBits: 4096, dspCount: 0 },
        defaultClockMhz: 12,
        lutInputs: 4,
      }),
    );
    const { code, stdout } = await gatefold(["estimate", tiny, "--target", board]);
    expect(code).toBe(0);
    expect(stdout).toContain("  target      my-board            12 MHz (default)");
  });
});

describe("output folders", () => {
  it("of somebody else stay untouched", async () => {
    const out = join(folder, "theirs");
    mkdirSync(out);
    writeFileSync(join(out, "thesis.tex"), "ten years of work");
    expect(await refused(["build", tiny, "-o", out])).toBe(
      `error: The folder \`${out}\` is not empty, and Gatefold did not write it. [cli/output-not-ours]\n` +
        "  note: a folder that Gatefold wrote has a report.json\n" +
        "  hint: name another folder, or give --force to replace everything in it\n",
    );
  });

  it("are no files", async () => {
    const out = file("plain.txt", "text");
    expect(await refused(["build", tiny, "-o", out])).toBe(
      `error: The output \`${out}\` is a file. [cli/not-a-folder]\n  hint: name a folder\n`,
    );
  });

  it("are opened only when they are Gatefold's", async () => {
    const out = join(folder, "empty");
    mkdirSync(out);
    expect(await refused(["simulate", out])).toBe(
      `error: \`${out}\` is no output folder of Gatefold: report.json: there is no such file. [cli/not-a-build]\n` +
        "  hint: give a folder that `gatefold build` wrote, or a model\n",
    );
  });
});

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InterfaceTable } from "@gatefold/core";
import { datasetArray, openNpz, writeNpy } from "@gatefold/datasets";
import { constantWeights } from "@gatefold/dialect-nn";
import { importOnnx } from "@gatefold/frontend-onnx";
import { describe, expect, it } from "vitest";
import { floatDigits } from "./helpers/float-digits.js";
import { gatefold, model, type Ran, temporaryFolder, testData } from "./helpers/run.js";

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

/** Pictures of the shipped test set as the reals that the float network reads. */
const reals = ((): string => {
  const { data, shape } = openNpz(readFileSync(testData)).get("input")!();
  const values = Float32Array.from(data as Uint8Array, (v) => v / 255);
  writeFileSync(at("reals.npy"), writeNpy(datasetArray("float32", shape, values)));
  return at("reals.npy");
})();
const labelled = ["--data", reals, "--labels", `${testData}:label`, "-n", "200"] as const;
const float = floatDigits();

const json = ({ stdout }: Ran) => JSON.parse(stdout) as Record<string, never>;

describe("gatefold quantize", () => {
  it("writes a QONNX model that builds, says what it did, and keeps the accuracy", async () => {
    const out = at("w4.onnx");
    const argv = ["quantize", float, "--calibrate", reals, "--bits", "4", ...labelled, "-o", out];
    const ran = await gatefold(argv);
    expect(ran.stderr).toBe("");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("mse on 256 samples");
    expect(ran.stdout).toMatch(/\n {2}accuracy {4}200 samples .*% right before · .*% after/);
    expect(ran.stdout).toMatch(/\n {2}near +4 +10 +\d/);
    expect(ran.stdout).toMatch(/\n {2}image +u8 +0\.0039/);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);

    const verified = await gatefold([
      ...["verify", out, "--data", reals, "--labels", `${testData}:label`],
      ...["--verify", "20", "--rtl-verify", "2", "--json"],
    ]);
    expect(verified.code).toBe(0);
    expect(json(verified)).toMatchObject({ bitExact: true });
  });

  it("gives the same figures as JSON, and nothing else on stdout", async () => {
    const out = at("json.onnx");
    const bits = ["--bits", "8", "--weight-bits", "5", "--activation-bits", "7", "--input-bits", "6"];
    const argv = ["quantize", float, "--calibrate", reals, ...bits, ...labelled, "-o", out, "--json"];
    const result = json(await gatefold([...argv, "--calibrator", "percentile:99.9"])) as unknown as {
      readonly exitCode: number;
      readonly out: string;
      readonly buildable: boolean;
      readonly calibrator: string;
      readonly sampleCount: number;
      readonly accuracy: Readonly<Record<"samples" | "rightBefore" | "rightAfter" | "same", number>>;
      readonly layers: readonly { readonly name: string; readonly bits: number }[];
      readonly activations: readonly { readonly name: string; readonly bits: number }[];
    };
    expect(result).toMatchObject({ exitCode: 0, out, buildable: true, calibrator: "percentile 99.9" });
    expect(result.sampleCount).toBe(256);
    expect(result.layers.map(({ name, bits: width }) => [name, width])).toEqual([
      ["near", 5],
      ["pass", 5],
    ]);
    expect(result.activations.map(({ name, bits: width }) => [name, width])).toEqual([
      ["image", 6],
      ["even", 7],
    ]);
    const { samples, rightBefore, rightAfter, same } = result.accuracy;
    expect(samples).toBe(200);
    expect(rightBefore).toBeGreaterThan(120);
    expect(rightAfter).toBeGreaterThan(rightBefore - 20);
    expect(same).toBeGreaterThan(150);
  });

  it("takes codes where the input has an encoding, and writes the encoding into the file", async () => {
    const out = at("codes.onnx");
    const argv = ["quantize", float, "--calibrate", `${testData}:input`, "--input", "uint8:scale=1/255"];
    const ran = await gatefold([...argv, "-o", out, "--json"]);
    expect(ran.code).toBe(0);
    const { activations } = json(ran) as unknown as { readonly activations: readonly { name: string }[] };
    expect(activations.map(({ name }) => name)).toEqual(["even"]);
    const { module } = importOnnx(readFileSync(out));
    const [quant] = [...module.main.ops()].filter((op) => op.def.name === "nn.quant" && !op.operand(0).op);
    expect(quant?.attrs["signed"]).toBe(false);
  });

  it("writes a network without an integer form, and warns", async () => {
    const out = at("norm.onnx");
    const ran = await gatefold(["quantize", floatDigits({ norm: true }), "--calibrate", reals, "-o", out]);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/warning: .*\[streamline\/unsupported\]/);
    expect(existsSync(out)).toBe(true);
  });
});

describe("gatefold prune", () => {
  /** Zeros of each layer of a written model, as shares. */
  const zeros = (file: string): number[] => {
    const { module } = importOnnx(readFileSync(file));
    return constantWeights(module, new InterfaceTable()).map(
      ({ values }) => values.filter((v) => v === 0).length / values.length,
    );
  };

  it("zeroes the wanted share, says what each layer lost, and measures the accuracy", async () => {
    const out = at("pruned.onnx");
    const argv = ["prune", float, "--sparsity", "0.5", "--scope", "layer", ...labelled, "-o", out];
    const ran = await gatefold([...argv, "--exclude", "pass"]);
    expect(ran.stderr).toBe("");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/\n {2}near +10 +256 +1 280 +50\.0 +\d/);
    expect(ran.stdout).not.toMatch(/\n {2}pass/);
    expect(ran.stdout).toContain("% right before");
    expect(zeros(out)[0]).toBe(0.5);
  });

  it("takes patterns, whose sparsity is their own, blocks and channels", async () => {
    for (const [granularity, rest, share] of [
      ["2:4", [], 0.5],
      ["block:5x16", ["--sparsity", "0.25"], 0.25],
      ["channel", ["--sparsity", "0.3"], 0.3],
    ] as const) {
      const out = at(`${granularity.replace(":", "-")}.onnx`);
      const argv = ["prune", float, "--granularity", granularity, ...rest, "--exclude", "pass", "-o", out];
      expect((await gatefold(argv)).code).toBe(0);
      const [found] = zeros(out);
      expect(found).toBeGreaterThanOrEqual(share - 1e-9);
      expect(found).toBeLessThan(share + 0.1);
    }
  });
});

describe("mistakes", () => {
  mkdirSync(at("folder"), { recursive: true });
  writeFileSync(at("old.onnx"), "old");
  const cases: readonly (readonly [title: string, argv: readonly string[], code: number, said: string])[] = [
    [
      "no samples",
      ["quantize", float],
      2,
      "error: `gatefold quantize` needs `--calibrate`: samples like those that the network will see. [cli/missing-option]",
    ],
    [
      "no sparsity",
      ["prune", float],
      2,
      "error: `gatefold prune` needs `--sparsity`: the share of all weights that become 0. [cli/missing-option]",
    ],
    [
      "one bit",
      ["quantize", float, "--bits", "1"],
      2,
      "error: `--bits` is `1`, and has to be a whole number from 2 to 16. [cli/bad-value]",
    ],
    [
      "a calibrator that is none",
      ["quantize", float, "--calibrator", "kl"],
      2,
      "error: `--calibrator` is `kl`, and has to be `minmax`,",
    ],
    [
      "a granularity that is none",
      ["prune", float, "--granularity", "4:2"],
      2,
      "error: `--granularity` is `4:2`, and has to be `weight`,",
    ],
    [
      "samples without classes",
      ["prune", float, "--sparsity", "0.5", "--data", reals],
      2,
      "[cli/data-needs-labels]",
    ],
    [
      "classes without samples",
      ["prune", float, "--sparsity", "0.5", "--labels", reals],
      2,
      "[cli/labels-need-data]",
    ],
    [
      "an output that is a folder",
      ["prune", float, "--sparsity", "0.5", "-o", at("folder")],
      1,
      "[cli/not-a-file]",
    ],
    [
      "samples of another size",
      ["quantize", float, "--calibrate", `${testData}:label`],
      1,
      "[cli/data-shape]",
    ],
    [
      "a network that is quantized",
      ["quantize", model, "--calibrate", `${testData}:input`],
      1,
      "[quantize/already-quantized]",
    ],
    [
      "a layer that is not there",
      ["prune", float, "--sparsity", "0.5", "--exclude", "far"],
      1,
      "error: No layer with weights is called `far`. [prune/unknown-layer]",
    ],
    [
      "blocks that do not tile",
      ["prune", float, "--sparsity", "0.5", "--granularity", "block:3x7"],
      1,
      "[prune/block-does-not-tile]",
    ],
    [
      "a sparsity beside a pattern's own",
      ["prune", float, "--sparsity", "0.3", "--granularity", "2:4"],
      1,
      "[prune/bad-sparsity]",
    ],
  ];

  it.each(cases)("%s: said with code, and the old file stays", async (_, argv, code, said) => {
    const out = argv.includes("-o") ? [] : ["-o", at("old.onnx")];
    const ran = await gatefold([...argv, ...out]);
    expect(ran.stderr).toContain(said);
    expect(ran.code).toBe(code);
    expect(readFileSync(at("old.onnx"), "utf8")).toBe("old");
    expect(readdirSync(at("folder"))).toEqual([]);
  });
});

import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hls } from "@gatefold/backend-hls";
import {
  Constant,
  constantOf,
  definePass,
  definePlugin,
  type Module,
  numbers,
  tensorFrom,
} from "@gatefold/core";
import { Threshold } from "@gatefold/dialect-q";
import { findTool } from "@gatefold/toolchain";
import { beforeAll, describe, expect, it } from "vitest";
import { build, openSession, verifyAgainst } from "../src/index.js";
import { encoding, gatefold, model, temporaryFolder } from "./helpers/run.js";
import { tiny } from "./helpers/tiny.js";

const folder = temporaryFolder();
const resultOf = (stdout: string) => JSON.parse(stdout);

function matrices({ main }: Module): readonly Float32Array[] {
  return [...main.ops()].flatMap((op) => {
    const value = Constant.is(op) ? op.attrs.value : undefined;
    return value && value.shape.length === 2 && value.data.length > 100 ? [value.data as Float32Array] : [];
  });
}

/** The shipped network's file with one number changed: a weight in the middle of a layer. */
async function changedModel(layer: number, change: (weight: number) => number): Promise<string> {
  const bytes = Buffer.from(readFileSync(model));
  const { compiler } = openSession({ inputs: ["uint8:scale=1/255"] });
  const { module } = await compiler.import({ name: "digits.onnx", bytes, options: { path: model } });
  const weights = matrices(module)[layer]!;
  const at = bytes.indexOf(Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength));
  expect(at).toBeGreaterThan(0);
  const index = weights.length >> 1;
  bytes.writeFloatLE(change(weights[index]!), at + 4 * index);
  const file = join(folder, `changed-${layer}.onnx`);
  writeFileSync(file, bytes);
  return file;
}

describe("verify --against onnx=<other>", () => {
  const against = (file: string) => ["verify", model, ...encoding, "--against", `onnx=${file}`];

  it.each([0, 1, 2])("names the layer of the one weight that is wrong: %i", async (layer) => {
    const node = `dense${layer + 1}`;
    const file = await changedModel(layer, (w) => (w > 0 ? -10 : 10));
    const { code, stdout, stderr } = await gatefold([...against(file), "--json"]);
    expect(code).toBe(3);
    expect(resultOf(stdout)).toMatchObject({
      bitExact: false,
      by: ["digits.onnx", `changed-${layer}.onnx`],
      divergence: { tensor: node, node, kernel: "nn.matmul", nodes: [node], position: [], channel: 0 },
    });
    expect(stderr).toContain(`node ${node}: `);
    expect(stderr).toMatch(new RegExp(`constant \`${node}.weight\` differs in 1 of \\d+ elements`));
    expect(stderr).toContain("[cli/divergence]");
  });

  it("finds nothing in the same model, and says what a model has changed without effect", async () => {
    const same = await gatefold([...against(model), "--json"]);
    expect(same).toMatchObject({ code: 0, stderr: "" });
    expect(resultOf(same.stdout)).toMatchObject({ bitExact: true, outputsEqual: true, samples: 8 });
    const changed = await gatefold(against(await changedModel(1, (w) => w * 1.0001)));
    expect(changed.code).toBe(0);
    expect(changed.stderr).toContain("other values of `dense2.weight`");
    expect(changed.stderr).toContain("[cli/unseen-changes]");
  });

  it("refuses a model of another structure, a folder, and names that it does not know", async () => {
    const other = await gatefold(against(tiny));
    expect(other.code).toBe(1);
    expect(other.stderr).toContain("has other inputs than the model that it is compared with");
    const place = await gatefold(["verify", folder, "--against", "onnx"]);
    expect(place.code).toBe(1);
    expect(place.stderr).toContain("[cli/against-needs-model]");
    for (const text of ["asic", "onnx=", "rtl=out"]) {
      const unknown = await gatefold(["verify", tiny, "--against", text]);
      expect(unknown).toMatchObject({ code: 2, stdout: "" });
      expect(unknown.stderr).toContain("[cli/bad-value]");
    }
  });
});

/** Moves one threshold, behind the pass that proves them. */
const moveThreshold = definePlugin({
  name: "move-threshold",
  passes: [
    definePass({
      name: "move",
      summary: "Moves a threshold by 1.",
      phase: "streamline",
      semantics: "changes-numerics",
      run({ main }) {
        for (const op of main.ops()) {
          const value = Threshold.is(op) ? constantOf(op.operand(1)) : undefined;
          if (!value) continue;
          const moved = tensorFrom(
            value.elem,
            value.shape,
            numbers(value).map((t) => t + 1),
          );
          main.setOperand(op, 1, Constant.build(main, [], { value: moved }, { before: op }));
        }
      },
    }),
  ],
});

describe("verify --against onnx", () => {
  it("compares the codes of every quantizer and the outputs", async () => {
    const { code, stdout } = await gatefold(["verify", tiny, "--against", "onnx"]);
    expect(code).toBe(0);
    expect(stdout).toContain("2 tensors equal");
  });

  it("names the quantizer that integers get wrong, and the layers before it", async () => {
    const plugins = [moveThreshold];
    const result = await verifyAgainst({ model: tiny, against: "onnx", plugins, verify: 20 });
    expect(result.divergence).toMatchObject({ node: "act", kernel: "q.threshold", nodes: ["first", "act"] });
    const { expected, got, differingCount, elementCount, differingSamples } = result.divergence!;
    expect(expected).toBe(got! + 1);
    expect(elementCount).toBe(20 * 4);
    expect(differingCount).toBeGreaterThanOrEqual(differingSamples);
    expect(result.difference?.notes).toContain("nodes that make it from equal tensors: `first`, `act`");
  });
});

describe("verify --against rtl", () => {
  const built = join(folder, "built");
  const folded = ["--implementation", "folded"];

  beforeAll(async () => {
    const none = ["--no-synth", "--verify", "0", "--rtl-verify", "0"];
    const ran = await gatefold(["build", tiny, ...folded, ...none, "-o", built]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
  });

  /** The folder with one file of the circuit changed. */
  function changed(name: string, change: (text: string) => string): string {
    const copy = join(folder, name.replace(/\W/g, "-"));
    cpSync(built, copy, { recursive: true });
    const file = join(copy, "rtl", name);
    writeFileSync(file, change(readFileSync(file, "utf8")));
    return copy;
  }

  it("finds every stream of a fresh circuit equal", async () => {
    const { code, stdout } = await gatefold(["verify", tiny, ...folded, "--against", "rtl", "--json"]);
    expect(code).toBe(0);
    const streams = ["mvau_0", "mvau_0_thresholding", "mvau_1", "scores"];
    expect(resultOf(stdout)).toMatchObject({ bitExact: true, samples: 8, tensors: streams });
  });

  it("names the kernel of the one word of a memory that is wrong, not those behind it", async () => {
    const other = (digit: string): string => (Number.parseInt(digit, 16) ^ 1).toString(16);
    const name = "mvau_0_weights.mem";
    const wrong = changed(name, (text) => text.replace(/[0-9a-f](?=\n)/, other));
    const { code, stdout, stderr } = await gatefold(["verify", wrong, "--against", "rtl", "--json"]);
    expect(code).toBe(3);
    const { divergence } = resultOf(stdout);
    expect(divergence).toMatchObject({ tensor: "mvau_0", kernel: "MVAU_0", node: "first", nodes: ["first"] });
    expect(divergence).toMatchObject({ channel: 0, position: [], elementCount: 8 * 4 });
    expect(Math.abs(divergence.expected - divergence.got) % 2).toBe(0);
    expect(stderr).toContain("node first: ");
    expect(stderr).toContain(`\`rtl/${name}\` was changed after it was built`);
  });

  it("shows the first stream that ends too soon", async () => {
    const wrong = changed("tiny.v", (text) =>
      text.replace(/\.m_axis_tvalid\(mvau_1_tvalid\)/, ".m_axis_tvalid()"),
    );
    const { code, stdout, stderr } = await gatefold(["verify", wrong, "--against", "rtl", "--json"]);
    expect(code).toBe(3);
    const { divergence, outputsEqual } = resultOf(stdout);
    expect(outputsEqual).toBe(false);
    expect(divergence).toMatchObject({ tensor: "mvau_1", node: "second", sample: 0 });
    expect(divergence).not.toHaveProperty("got");
    expect(stderr).toContain("is nothing and should be");
    expect(stderr).toContain("the circuit stops: no handshake for");
  });

  it("tells of a changed file that makes no difference, and of a folder that says too little", async () => {
    const harmless = changed("gf_mvu.v", (text) => `// mine\n${text}`);
    const { code, stderr } = await gatefold(["verify", harmless, "--against", "rtl"]);
    expect(code).toBe(0);
    expect(stderr).toContain("`rtl/gf_mvu.v` changed after it was built");
    rmSync(join(harmless, "host/kernels.gf"));
    const little = await gatefold(["verify", harmless, "--against", "rtl"]);
    expect(little).toMatchObject({ code: 1, stdout: "" });
    expect(little.stderr).toContain("host/kernels.gf is not there. [cli/not-a-build]");
  });
});

const compiler = findTool("g++") ?? findTool("clang++");

describe.skipIf(compiler === undefined)("verify --against hls", () => {
  const built = join(folder, "built-hls");

  beforeAll(async () => {
    const none = { synth: false, verify: 0, rtlVerify: 0 };
    await build({ model: tiny, implementation: "folded", plugins: [hls()], ...none, out: built });
  });

  it("says that a folder was built without C++", async () => {
    const copy = join(folder, "no-hls");
    cpSync(built, copy, { recursive: true });
    rmSync(join(copy, "hls"), { recursive: true });
    const { code, stderr } = await gatefold(["verify", copy, "--against", "hls"]);
    expect(code).toBe(1);
    expect(stderr).toContain("has no C++ in it. [cli/built-without-hls]");
  });

  it("finds every stream of fresh C++ equal", async () => {
    const argv = ["verify", tiny, "--implementation", "folded", "--against", "hls", "--json"];
    const { code, stdout, stderr } = await gatefold(argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const tensors = ["mvau_0", "mvau_0_thresholding", "mvau_1", "scores"];
    expect(resultOf(stdout)).toMatchObject({ bitExact: true, samples: 8, tensors });
  });

  it.each([
    ["mvau_0", "first"],
    ["mvau_1", "second"],
  ])("names the kernel of the one weight that is wrong in a header: %s", async (tensor, node) => {
    const copy = join(folder, `wrong-${tensor}`);
    cpSync(built, copy, { recursive: true });
    const path = `hls/weights_${tensor}.hpp`;
    const text = readFileSync(join(copy, path), "utf8");
    writeFileSync(join(copy, path), text.replace("{0x1}", "{0x0}"));
    const { code, stdout, stderr } = await gatefold(["verify", copy, "--against", "hls", "--json"]);
    expect(code).toBe(3);
    const { divergence } = resultOf(stdout);
    expect(divergence).toMatchObject({ tensor, kernel: tensor.toUpperCase(), node, channel: 0 });
    expect(divergence.got).toBeLessThan(divergence.expected);
    expect(stderr).toContain(`\`${path}\` was changed after it was built`);
  });
});

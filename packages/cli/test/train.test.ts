import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as trainPackage from "@gatefold/train";
import { describe, expect, it } from "vitest";
import { main } from "../src/index.js";
import { duration } from "../src/print/training.js";
import { gatefold, temporaryFolder } from "./helpers/run.js";

// A configuration finds the package as the tests do: from its sources.
(globalThis as Record<string, unknown>)["gatefoldTrain"] = trainPackage;

const settings = `
const { adam, activation, dense, int, metricsPlugin } = globalThis.gatefoldTrain;
const scale = { kind: "learned" };
const x = new Float32Array(400);
const y = new Uint8Array(100);
for (let i = 0; i < 100; i++) {
  y[i] = i % 2;
  for (let k = 0; k < 4; k++) x[i * 4 + k] = (y[i] ? 1 : -1) * (k + 1) + ((i * 7 + k * 3) % 11) / 4;
}
const samples = { x: { shape: [100, 4], data: x }, y };
`;
const training = `{
  model: {
    input: { shape: [4] },
    layers: [
      dense({ outputs: 6, weights: int({ bits: 4, scale }) }),
      activation({ kind: "relu", quantizer: int({ bits: 4, signed: false, scale }) }),
      dense({ outputs: 2, weights: int({ bits: 4, scale }) }),
    ],
  },
  data: { train: samples, validation: samples, test: samples },
  optimizer: adam({ rate: 0.02 }),
  epochs: 3,
  batch: 10,
  threads: 1,
  memoryMegabytes: 16,
  plugins: [metricsPlugin()],
}`;

/** A folder with a configuration in it. */
function project(text = `${settings}export default async () => (${training});`): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "net.config.mjs"), text);
  return cwd;
}

describe("gatefold train", () => {
  it("trains, says each epoch, and leaves a run", async () => {
    const cwd = project();
    const { code, stdout, stderr } = await gatefold(["train", "net.config.mjs"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBe(4);
    expect(lines[0]).toMatch(
      /^ {2}epoch 1\/3 · loss \d\.\d{4} · accuracy [\d.]+ % · validation loss \d\.\d{4} · validation accuracy [\d.]+ % · sparsity 0\.00 % · BOP [\d ]+ · 0:\d\d left$/,
    );
    expect(lines[3]).toMatch(/^ {2}train {7}runs\/net .*test accuracy [\d.]+ %$/);
    expect(readdirSync(join(cwd, "runs/net"))).toEqual(expect.arrayContaining(["model.onnx", "curves.svg"]));
  });

  it("takes seed, epochs and folder from the command line, and gives JSON", async () => {
    const cwd = project();
    const flags = ["--seed", "5", "--epochs", "1", "--out", "here", "--json"];
    const { code, stdout } = await gatefold(["train", "net.config.mjs", ...flags], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      exitCode: 0,
      ended: "finished",
      epochs: 1,
      metrics: { sparsity: 0 },
    });
    const run = JSON.parse(readFileSync(join(cwd, "here/run.json"), "utf8"));
    expect(run).toMatchObject({ seed: 5, description: { epochs: 1 } });
  });

  it("makes a network that the other commands read", async () => {
    const cwd = project();
    await gatefold(["train", "net.config.mjs", "--epochs", "1"], { cwd });
    const { code, stdout } = await gatefold(
      ["inspect", "runs/net/model.onnx", "--input", "int8:scale=1/16"],
      { cwd },
    );
    expect(code).toBe(0);
    expect(stdout).toContain("matmul");
  });

  it("interrupted ends with 130 and a checkpoint, and --resume goes on to the same network", async () => {
    const cwd = project();
    await gatefold(["train", "net.config.mjs", "--out", "whole"], { cwd });
    const abort = new AbortController();
    let text = "";
    const stream = {
      write: (part: string) => {
        text += part;
        // after the first epoch's line
        abort.abort();
      },
      isTTY: false,
    };
    const io = { stdout: stream, stderr: stream, cwd, env: {} };
    const interrupts = { hold: () => abort.signal, release: () => undefined };
    const code = await main(["train", "net.config.mjs", "--out", "part"], { ...io, interrupts });
    expect(code).toBe(130);
    expect(text).toContain("go on with: gatefold train net.config.mjs --out part --resume");
    expect(existsSync(join(cwd, "part/model.onnx"))).toBe(false);
    expect((await gatefold(["train", "net.config.mjs", "--out", "part", "--resume"], { cwd })).code).toBe(0);
    const model = (folder: string) => {
      const { metrics } = JSON.parse(readFileSync(join(cwd, folder, "result.json"), "utf8"));
      return metrics;
    };
    expect(model("part")).toEqual(model("whole"));
  });
});

describe("a training that cannot be", () => {
  const said = async (text: string, ...flags: string[]): Promise<string> => {
    const cwd = project(text);
    const { code, stdout, stderr } = await gatefold(["train", "net.config.mjs", ...flags], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(readdirSync(cwd)).toEqual(["net.config.mjs"]);
    return stderr.replaceAll(`${cwd}/`, "");
  };

  it("is refused with a code and a hint, and leaves nothing", async () => {
    expect(await said("export default 3;")).toBe(
      "error: The training `net.config.mjs` has no object as its default export. [cli/bad-training]\n" +
        "  hint: export default defineTraining({ model, data, optimizer, epochs, batch })\n",
    );
    expect(await said(`${settings}export default { ...${training}, epoch: 3 };`)).toContain(
      "has no setting `epoch`. [cli/unknown-config-key]",
    );
    expect(await said("export default { epochs: 3, model: {}, data: {}, batch: 1 };")).toContain(
      "has no `optimizer`. [cli/bad-training]",
    );
    expect(await said('throw new Error("no licence");')).toContain("no licence [cli/config-failed]");
    expect(await said(`${settings}export default { ...${training}, batch: 0 };`)).toBe(
      "error: `batch` is 0, and has to be a whole number from 1. [train/bad-option]\n  hint: correct `batch`\n",
    );
    expect(await said(`${settings}y[3] = 9; export default ${training};`)).toContain("[train/bad-data]");
    expect(await said(`${settings}adam({ rate: -1 });`)).toContain("[train/bad-option]");
    expect(await said(`${settings}export default ${training};`, "--resume")).toContain("[train/not-a-run]");
  });

  it("is wrong usage where it is the command line's", async () => {
    const { code, stderr } = await gatefold(["train", "net.mjs", "--epochs", "0"]);
    expect(code).toBe(2);
    expect(stderr).toContain("`--epochs` is `0`, and has to be a whole number from 1. [cli/bad-value]");
    expect((await gatefold(["train", "no.mjs"])).stderr).toContain("[cli/unreadable]");
  });
});

describe("durations", () => {
  it("have hours only when there are some", () => {
    expect([0, 59.6, 750, 3723].map(duration)).toEqual(["0:00", "1:00", "12:30", "1:02:03"]);
  });
});

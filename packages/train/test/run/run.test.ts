import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importOnnx } from "@gatefold/frontend-onnx";
import { afterAll, describe, expect, it } from "vitest";
import type { TrainingConfig } from "../../src/config.js";
import { TrainError } from "../../src/error.js";
import { metricsPlugin } from "../../src/metrics/plugin.js";
import { curvesSvg } from "../../src/run/curves.js";
import { createFolder, writeWhole } from "../../src/run/files.js";
import { runTraining } from "../../src/run/run.js";
import { readCheckpointInfo } from "../../src/trainer/checkpoint.js";
import { blobs, training } from "../trainer/blobs.js";

const base = mkdtempSync(join(tmpdir(), "gatefold-run-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let count = 0;
const place = (): string => join(base, `run${count++}`);

function config(more: Partial<TrainingConfig> = {}): TrainingConfig {
  const { engine: _, ...rest } = training({
    data: { train: blobs(1, 330), validation: blobs(2, 100), test: blobs(3, 100) },
    plugins: [metricsPlugin()],
  });
  return { ...rest, name: "clouds", threads: 1, memoryMegabytes: 16, ...more };
}

const lines = (folder: string): Record<string, unknown>[] =>
  readFileSync(join(folder, "metrics.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const withoutTime = (folder: string) => lines(folder).map(({ seconds: _, ...rest }) => rest);

describe("a run", () => {
  it("leaves a folder with everything, and nothing else", async () => {
    const out = place();
    const { files, metrics, configHash } = await runTraining(config(), { out });
    expect(readdirSync(out).sort()).toEqual([...files].sort());
    const run = JSON.parse(readFileSync(join(out, "run.json"), "utf8"));
    expect(run).toMatchObject({
      format: "gatefold-run",
      seed: 7,
      configHash,
      description: { epochs: 3, batch: 50 },
    });
    expect(run.description.model.layers.map((layer: { type: string }) => layer.type)).toContain("dense");
    expect(lines(out).map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    expect(lines(out)[2]).toMatchObject({ seconds: expect.any(Number), metrics: { sparsity: 0 } });
    const environment = JSON.parse(readFileSync(join(out, "environment.jsonl"), "utf8"));
    expect(environment).toMatchObject({ node: process.version, engine: "wasm", threads: 1 });
    expect(readFileSync(join(out, "curves.svg"), "utf8")).toMatch(/^<svg[\s\S]*<\/svg>$/);
    const result = JSON.parse(readFileSync(join(out, "result.json"), "utf8"));
    expect(result).toMatchObject({
      ended: "finished",
      epochs: 3,
      metrics: { "test.accuracy": metrics["test.accuracy"] },
    });
    const { module, diagnostics } = importOnnx(new Uint8Array(readFileSync(join(out, "model.onnx"))));
    expect(diagnostics).toEqual([]);
    expect(module.name).toBe("clouds");
  });

  it("that is interrupted goes on as if it had not been", async () => {
    const [whole, broken] = [place(), place()];
    await runTraining(config(), { out: whole });
    const abort = new AbortController();
    let steps = 0;
    const onProgress = (): void => {
      if (++steps === 10) abort.abort();
    };
    const first = await runTraining(config(), { out: broken, signal: abort.signal, onProgress });
    expect(first.ended).toBe("interrupted");
    expect(readdirSync(broken)).not.toContain("model.onnx");
    const { position } = readCheckpointInfo(new Uint8Array(readFileSync(join(broken, "checkpoint.npz"))));
    expect(position).toMatchObject({ step: 10, epoch: 1, batch: 3 });
    // an epoch that the checkpoint does not know, as a process that was killed leaves it
    writeFileSync(join(broken, "metrics.jsonl"), `${JSON.stringify(lines(broken)[0])}\n{"epoch":1,"half`);
    const second = await runTraining(config(), { out: broken, resume: true });
    expect(second.ended).toBe("finished");
    expect(withoutTime(broken)).toEqual(withoutTime(whole));
    for (const file of ["model.onnx", "result.json"])
      expect(readFileSync(join(broken, file))).toEqual(readFileSync(join(whole, file)));
    expect(readFileSync(join(broken, "environment.jsonl"), "utf8").trimEnd().split("\n").length).toBe(2);
  });

  it("gives the same bits with any number of threads", async () => {
    const [one, two] = [place(), place()];
    await runTraining(config(), { out: one });
    await runTraining(config({ threads: 2 }), { out: two });
    for (const file of ["model.onnx", "result.json"])
      expect(readFileSync(join(two, file))).toEqual(readFileSync(join(one, file)));
  });

  it("does not begin where something is, and takes nothing for a run that is none", async () => {
    const code = async (promise: Promise<unknown>): Promise<string> => {
      const error = await promise.catch((e: unknown) => e);
      expect(error).toBeInstanceOf(TrainError);
      return (error as TrainError).code;
    };
    const out = place();
    await runTraining(config({ epochs: 1 }), { out });
    expect(await code(runTraining(config(), { out }))).toBe("train/run-exists");
    expect(await code(runTraining(config({ seed: 8 }), { out, resume: true }))).toBe(
      "train/checkpoint-mismatch",
    );
    const other = place();
    mkdirSync(other);
    writeFileSync(join(other, "thesis.tex"), "");
    expect(await code(runTraining(config(), { out: other }))).toBe("train/output-not-ours");
    expect(await code(runTraining(config(), { out: other, resume: true }))).toBe("train/not-a-run");
    expect(readdirSync(other)).toEqual(["thesis.tex"]);
    expect((await runTraining(config({ epochs: 1 }), { out, force: true })).history.length).toBe(1);
  });

  it("that cannot begin leaves no folder", async () => {
    const out = place();
    await expect(runTraining(config({ batch: 0 }), { out })).rejects.toThrow("`batch` is 0");
    expect(existsSync(out)).toBe(false);
  });
});

describe("files", () => {
  it("are whole or not there", async () => {
    const folder = place();
    await createFolder(folder, new Map([["a", "one"]]));
    await writeWhole(join(folder, "a"), "two");
    expect(readFileSync(join(folder, "a"), "utf8")).toBe("two");
    await expect(writeWhole(join(folder, "none", "b"), "x")).rejects.toThrow("train/output-failed");
    expect(readdirSync(folder)).toEqual(["a"]);
    const bad = new Map<string, string>([
      ["a", "three"],
      ["no/such/folder", "x"],
    ]);
    await expect(createFolder(folder, bad, { force: true })).rejects.toThrow("train/output-failed");
    expect(readFileSync(join(folder, "a"), "utf8")).toBe("two");
    expect(readdirSync(base).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("curves", () => {
  it("show losses and shares, one line each", async () => {
    const history = [0, 1, 2].map((epoch) => ({
      round: 0,
      epoch,
      rate: 1,
      metrics: { loss: 1 / (epoch + 1), "validation.loss": 1, accuracy: 0.5, "bops.product": 1000 },
    }));
    const svg = await curvesSvg(history, { title: "a run" });
    for (const text of ["a run", ">loss<", "validation.loss", "accuracy"]) expect(svg).toContain(text);
    expect(svg).not.toContain("bops.product");
    expect(await curvesSvg([])).toContain("</svg>");
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { explanations } from "../src/index.js";
import { gatefold } from "./helpers/run.js";

const tiny = fileURLToPath(new URL("models/tiny.gf", import.meta.url));

const packages = fileURLToPath(new URL("../../", import.meta.url));

/** Of the form `onnx/${sign}-scale`, with the package's name apart, or said where an op is planned or a layer is built. */
const elsewhere = /^(onnx\/(zero|negative)-scale|sim\/.*|exec\/.*|train\/.*)$/;

/** Codes that stand in the sources where packages keep their words, with the file of each. */
function codesInSources(): ReadonlyMap<string, string> {
  const codes = new Map<string, string>();
  for (const name of readdirSync(packages)) {
    const folder = join(packages, name, "src");
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!/^(diagnostics|errors?)\.ts$/.test(entry.name)) continue;
      const file = join(entry.parentPath, entry.name);
      const text = readFileSync(file, "utf8");
      for (const [, code] of text.matchAll(/["`]([a-z][a-z0-9]*\/[a-z][a-z0-9-]*)["`]/g))
        codes.set(code!, file);
    }
  }
  return codes;
}

describe("explain", () => {
  const codes = codesInSources();

  it("finds the codes of the packages", () => {
    expect(codes.size).toBeGreaterThan(100);
    for (const code of ["core/text", "onnx/unknown-op", "fold/illegal-fold", "cli/unknown-flag"])
      expect([...codes.keys()]).toContain(code);
  });

  it("has a text for each of them", () => {
    const missing = [...codes].filter(([code]) => explanations[code] === undefined);
    expect(missing).toEqual([]);
  });

  it("has no text that nothing says any more", () => {
    const stale = Object.keys(explanations).filter((code) => !codes.has(code) && !elsewhere.test(code));
    expect(stale).toEqual([]);
  });

  it("says more than a word", () => {
    const short = Object.entries(explanations).filter(([, text]) => text.length < 30 || !/[.!]$/.test(text));
    expect(short).toEqual([]);
  });

  it("prints the text of a code, with or without its brackets", async () => {
    const { code, stdout } = await gatefold(["explain", "[fold/illegal-fold]"]);
    expect(code).toBe(0);
    expect(stdout).toBe(`fold/illegal-fold\n\n${explanations["fold/illegal-fold"]}\n`);
  });

  it("lists all codes without one", async () => {
    const { stdout } = await gatefold(["explain"]);
    expect(stdout.trimEnd().split("\n")).toEqual(Object.keys(explanations));
  });
});

/** Small enough to be cheaper in space, where there is no next step. */
const folded = ["--implementation", "folded"];

describe("explain of a model", () => {
  it("names the kernel that sets the rate, and what the next step costs, which asking for it gives", async () => {
    const { code, stdout } = await gatefold(["explain", tiny, ...folded, "--json"]);
    expect(code).toBe(0);
    const said = JSON.parse(stdout);
    const estimated = JSON.parse((await gatefold(["estimate", tiny, ...folded, "--json"])).stdout);
    expect(said.bottleneck).toBe(estimated.bottleneck);
    expect(said.nextStep).toEqual(estimated.nextStep);
    expect(said.nextStep.changes[0].name).toBe(said.bottleneck);
    const faster = ["explain", tiny, ...folded, "--cycles", String(said.nextStep.intervalCycles), "--json"];
    const then = JSON.parse((await gatefold(faster)).stdout);
    expect(then.intervalCycles).toBe(said.nextStep.intervalCycles);
    const { stdout: text } = await gatefold(["explain", tiny, ...folded]);
    expect(text).toContain(`${said.bottleneck} (node`);
    expect(text).toMatch(/The next step up is [\d ]+ inferences\/s, \d+ cycles? an inference\. It costs /);
    expect(text).toContain(`--cycles ${said.nextStep.intervalCycles}`);
  });

  it("says when no folding is faster", async () => {
    const { stdout } = await gatefold(["explain", tiny, "--cycles", "1"]);
    expect(stdout).toContain("No folding is faster");
  });

  it("is an error that names the file when there is no such model", async () => {
    const { code, stderr } = await gatefold(["explain", "nowhere.onnx"]);
    expect(code).toBe(1);
    expect(stderr).toContain("[cli/unreadable]");
  });
});

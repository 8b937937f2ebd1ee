import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { definePass } from "@gatefold/core";
import { parseCases, printCases, runCase, runCases } from "@gatefold/testkit";
import { describe, expect, it } from "vitest";
import { Cap, sample, toy } from "./toy.js";

await runCases(new URL("./cases", import.meta.url), { plugins: [toy()] });

/** Collects the tests that a suite registers, and runs them. */
async function results(
  suite: (runner: { describe: Describe; it: It }) => Promise<void>,
): Promise<Record<string, string>> {
  const tests: [string, () => void | Promise<void>][] = [];
  await suite({ describe: (_, body) => body(), it: (title, body) => void tests.push([title, body]) });
  const out: Record<string, string> = {};
  for (const [title, body] of tests) {
    out[title] = await Promise.resolve()
      .then(body)
      .then(() => "ok")
      .catch((error: Error) => error.message);
  }
  return out;
}
type Describe = (title: string, body: () => void) => void;
type It = (title: string, body: () => void | Promise<void>) => void;

describe("golden cases", () => {
  const file = new URL("./cases/merge-caps.gf", import.meta.url);

  it("print as they were read", () => {
    const text = readFileSync(file, "utf8");
    expect(printCases(parseCases(text, "x"))).toBe(text);
  });

  it("fail when the text differs, and are rewritten on demand", async () => {
    const dir = mkdtempSync(join(tmpdir(), "gatefold-"));
    const path = join(dir, "merge-caps.gf");
    const good = readFileSync(file, "utf8");
    writeFileSync(path, good.replace("{max = 5} : ", "{max = 6} : "));
    const options = { plugins: [toy()] };
    const run = (update: boolean) => results((runner) => runCases(dir, { ...options, runner, update }));
    const before = Object.values(await run(false));
    expect(before.filter((r) => r === "ok")).toHaveLength(3);
    expect(before.filter((r) => r.includes("max = 6"))).toHaveLength(1);
    await run(true);
    expect(readFileSync(path, "utf8")).toBe(good);
    expect(new Set(Object.values(await run(false)))).toEqual(new Set(["ok"]));
    rmSync(dir, { recursive: true });
  });

  it("refuse a folder or a file without cases", async () => {
    const dir = mkdtempSync(join(tmpdir(), "gatefold-"));
    await expect(runCases(dir, {})).rejects.toThrow("has no .gf files");
    copyFileSync(new URL("./toy.ts", import.meta.url), join(dir, "x.gf"));
    await expect(runCases(dir, {})).rejects.toThrow("x.gf: case 1 is not `# title`, input, `==>`, expected");
    rmSync(dir, { recursive: true });
  });

  it("hold passes to their semantics", async () => {
    const wrong = definePass({
      name: "wrong",
      summary: "s",
      phase: "fold",
      semantics: "bit-exact",
      run: ({ main }) => main.setOutputs(main.inputs),
    });
    const text = await runCase(sample, "wrong", { ops: [Cap], passes: [wrong] });
    expect(text).toContain("[core/semantics-broken]");
    expect(await runCase(sample, "wrong", { ops: [Cap], passes: [wrong], check: false })).toContain(
      "return %x",
    );
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createCompiler, definePlugin, parseModule, printModule } from "@gatefold/core";
import { nnOps } from "@gatefold/dialect-nn";
import { streamline } from "@gatefold/pass-streamline";
import ts from "typescript";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import {
  type DocBlock,
  docBlocks,
  promisedLines,
  quotation,
  quotedFile,
  updateQuotations,
} from "../doc-blocks.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pages = [
  "README.md",
  "docs/architecture.md",
  "docs/boards.md",
  "docs/cli.md",
  "docs/hls.md",
  "docs/plugin-guide.md",
  "docs/spatial.md",
  "docs/verilog.md",
];
if (process.env["GATEFOLD_UPDATE"] === "1") for (const page of pages) updateQuotations(root, page);

const blocks = pages.flatMap((page) => docBlocks(root, page));
const typescript = blocks.filter(({ language }) => language === "ts");
const quoted = typescript.filter((block) => quotedFile(block) !== undefined);
const programs = typescript.filter((block) => quotedFile(block) === undefined);
const titled = (list: readonly DocBlock[]) =>
  list.map((block) => [`${block.page}:${block.line}`, block] as const);

const scratch = mkdtempSync(join(tmpdir(), "gatefold-docs-"));
afterAll(() => rmSync(scratch, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** Type errors of the programs, checked together as files of the repository that exist in memory only. */
function typeErrors(): readonly string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const sources = new Map(programs.map(({ text }, i) => [join(root, `tools/block-${i}.ts`), text]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => sources.has(name) || fileExists.call(host, name);
  host.readFile = (name) => sources.get(name) ?? readFile.call(host, name);
  host.getSourceFile = (name, ...rest) => {
    const text = sources.get(name);
    return text === undefined
      ? getSourceFile.call(host, name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources.keys()].flatMap((name, i) => {
    const file = program.getSourceFile(name)!;
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(
      (d) =>
        `${programs[i]!.page}:${programs[i]!.line}: ${ts.flattenDiagnosticMessageText(d.messageText, "\n")}`,
    );
  });
}

describe("code in the documentation", () => {
  it("is there", () => {
    expect(programs.length).toBeGreaterThanOrEqual(3);
    expect(quoted.length).toBeGreaterThanOrEqual(4);
  });

  it("type-checks", () => {
    expect(typeErrors()).toEqual([]);
  });

  it.each(titled(programs))("%s runs, and prints what it says", async (_, block) => {
    const lines: string[] = [];
    vi.spyOn(console, "log").mockImplementation((...parts: unknown[]) => {
      lines.push(parts.join(" "));
    });
    const file = join(scratch, `block-${programs.indexOf(block)}.ts`);
    writeFileSync(file, block.text);
    await import(/* @vite-ignore */ file);
    expect(lines).toEqual(promisedLines(block.text));
  });

  it.each(titled(quoted))("%s is the example's own source", (_, block) => {
    expect(block.text).toBe(quotation(root, quotedFile(block)!));
  });
});

it("the worked example of docs/architecture.md comes out as it says", async () => {
  const [before, after] = docBlocks(root, "docs/architecture.md").filter(({ language }) => language === "gf");
  const compiler = createCompiler({ plugins: [definePlugin({ name: "nn", ops: nnOps }), streamline()] });
  const module = parseModule(before!.text, { ops: compiler.ops });
  await compiler.run(compiler.start(module), { check: "semantics" });
  expect(printModule(module)).toBe(after!.text);
});

it.each(pages)("links of %s lead to files", (page) => {
  const text = readFileSync(join(root, page), "utf8").replace(/^```[\s\S]*?^```$/gm, "");
  const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
  const broken = targets.filter(
    (target) => !/^https?:/.test(target) && !existsSync(resolve(root, dirname(page), target)),
  );
  expect(broken).toEqual([]);
});

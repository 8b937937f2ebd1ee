import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type AnyOpDef,
  type CheckOptions,
  createCompiler,
  DiagnosticError,
  type Facts,
  type Pass,
  type PluginInput,
  parseModule,
  printDiagnostic,
  printModule,
  throwIfErrors,
  verifyModule,
} from "@gatefold/core";
import { type Runner, runnerOf } from "./runner.js";

/** One case of a golden file. */
export interface GoldenCase {
  /** The text after `# ` on its first line. */
  readonly title: string;
  readonly input: string;
  readonly expected: string;
}

export interface CaseOptions {
  /** A case file named like one of their passes runs that pass; another runs the whole pipeline. */
  readonly plugins?: readonly PluginInput[];
  /** Passes that belong to no plugin. */
  readonly passes?: readonly Pass[];
  /** Ops that belong to no plugin. */
  readonly ops?: readonly AnyOpDef[];
  /** Each pass is held to its semantics on drawn inputs unless this is `false`. */
  readonly check?: CheckOptions | false;
  /** Sets facts that the passes want to find. */
  readonly facts?: (facts: Facts) => void;
  readonly runner?: Runner;
  /** Rewrites what follows `==>`; the environment's `GATEFOLD_UPDATE=1` unless given. */
  readonly update?: boolean;
}

/** Cuts a golden file: cases are parted by lines `---`; each is `# title`, input, `==>`, expected. */
export function parseCases(text: string, file: string): readonly GoldenCase[] {
  return text.split(/^---\n/m).map((part, i) => {
    const match = /^# (.+)\n([\s\S]*?)^==>\n([\s\S]*)$/m.exec(part.trimStart());
    if (!match?.[1] || match.index !== 0) {
      throw new Error(`${file}: case ${i + 1} is not \`# title\`, input, \`==>\`, expected`);
    }
    return { title: match[1].trim(), input: match[2]!.trim(), expected: match[3]!.trim() };
  });
}

export function printCases(cases: readonly GoldenCase[]): string {
  return cases.map((c) => `# ${c.title}\n${c.input}\n==>\n${c.expected}\n`).join("---\n");
}

/**
 * What a case gives: the module's text after the passes, then what they said; or, when something refused, the
 * errors alone. `passName` is the file's name without `.gf`.
 */
export async function runCase(input: string, passName: string, options: CaseOptions): Promise<string> {
  const own = { name: "case", ops: options.ops ?? [], passes: options.passes ?? [] };
  const compiler = createCompiler({ plugins: [options.plugins, own] });
  const only = compiler.passes.filter(({ name }) => name.endsWith(`/${passName}`));
  compiler.hooks.pipeline.tap((passes) => (only.length > 0 ? only : passes));
  try {
    const module = parseModule(input, { ops: compiler.ops, file: "input" });
    throwIfErrors(verifyModule(module));
    const compilation = compiler.start(module);
    options.facts?.(compilation.facts);
    await compiler.run(compilation, {
      check: options.check === false ? undefined : (options.check ?? "semantics"),
    });
    return [printModule(module).trim(), ...compilation.diagnostics.all.map(printDiagnostic)].join("\n\n");
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(printDiagnostic).join("\n\n");
    throw error;
  }
}

/**
 * One test for each case of each `.gf` file in a folder. With `GATEFOLD_UPDATE=1` it rewrites what follows `==>`
 * instead; read what it wrote.
 */
export async function runCases(dir: string | URL, options: CaseOptions): Promise<void> {
  const folder = typeof dir === "string" ? dir : fileURLToPath(dir);
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".gf"))
    .sort();
  if (files.length === 0) throw new Error(`${folder} has no .gf files`);
  const update = options.update ?? process.env["GATEFOLD_UPDATE"] === "1";
  const { describe, it } = await runnerOf(options.runner);
  for (const file of files) {
    const path = join(folder, file);
    const cases = [...parseCases(readFileSync(path, "utf8"), file)];
    describe(`cases/${file}`, () => {
      cases.forEach((each, i) => {
        it(each.title, async () => {
          const actual = await runCase(each.input, basename(file, ".gf"), options);
          if (update) {
            cases[i] = { ...each, expected: actual };
            writeFileSync(path, printCases(cases));
          } else assert.equal(actual, each.expected);
        });
      });
    });
  }
}

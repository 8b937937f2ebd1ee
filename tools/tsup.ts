import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Options } from "tsup";
import ts from "typescript";

/**
 * One `.d.ts` per source file. `isolatedDeclarations` makes each declaration a function of its own file, so no
 * type checker runs here; `npm run typecheck` checks the whole repository at once.
 */
function writeDeclarations(packageDir: string): void {
  const sourceDir = join(packageDir, "src");
  for (const entry of readdirSync(sourceDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".ts") || entry.name.endsWith(".d.ts")) continue;
    const file = join(entry.parentPath, entry.name);
    const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(file, "utf8"), {
      fileName: file,
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.NodeNext,
        declaration: true,
        isolatedDeclarations: true,
        strict: true,
      },
      reportDiagnostics: true,
    });
    const first = diagnostics?.[0];
    if (first) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(first.messageText, "\n")}`);
    const out = join(packageDir, "dist", relative(sourceDir, file).replace(/\.ts$/, ".d.ts"));
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, outputText);
  }
}

/** The build of every package: ESM for Node, one file an entry, a declaration a source file. */
export function packageBuild(entry: readonly string[] = ["src/index.ts"], more: Options = {}): Options {
  return {
    entry: [...entry],
    format: ["esm"],
    platform: "node",
    target: "node20",
    clean: true,
    sourcemap: true,
    dts: false,
    splitting: true,
    silent: true,
    onSuccess: async () => writeDeclarations(process.cwd()),
    ...more,
  };
}

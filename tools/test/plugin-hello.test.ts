import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installPacked, offline } from "../install.mjs";
import { npm, packFolders, plainEnvironment, root } from "../workspaces.mjs";

const example = join(root, "examples", "plugin-hello");
const project = mkdtempSync(join(tmpdir(), "gatefold-hello-"));
const plugin = join(project, "plugin");

interface Manifest {
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface TestReport {
  readonly testResults: readonly { readonly assertionResults: readonly { readonly fullName: string }[] }[];
}

/** Runs a program of the project's own packages; what it says becomes the message when it fails. */
function tool(path: string, args: readonly string[], cwd: string): void {
  const program = join(project, "node_modules", path);
  try {
    execFileSync(process.execPath, [program, ...args], {
      cwd,
      env: plainEnvironment(),
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${path} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  }
}

const tsc = (...args: readonly string[]): void => tool("typescript/bin/tsc", args, plugin);

/** The example's own tests, moved to where they see only the installed plugin. */
function copyTests(): void {
  const tests = join(project, "test");
  cpSync(join(example, "test"), tests, { recursive: true });
  for (const file of readdirSync(tests).filter((name) => name.endsWith(".ts"))) {
    const text = readFileSync(join(tests, file), "utf8")
      .replaceAll("../src/index.js", "gatefold-plugin-hello")
      .replaceAll("../package.json", "../node_modules/gatefold-plugin-hello/package.json");
    writeFileSync(join(tests, file), text);
  }
  cpSync(join(example, "vitest.config.ts"), join(project, "vitest.config.ts"));
}

describe("a stranger's plugin, with published packages only", () => {
  beforeAll(() => {
    cpSync(example, plugin, {
      recursive: true,
      filter: (path) => !/[\\/](node_modules|dist)$/.test(path),
    });
    const manifest = JSON.parse(readFileSync(join(plugin, "package.json"), "utf8")) as Manifest;
    const needed = Object.keys({ ...manifest.peerDependencies, ...manifest.devDependencies });
    installPacked(needed, project);
  });
  afterAll(() => rmSync(project, { recursive: true }));

  it("type-checks against the published types, and these in themselves", () => {
    tsc("-p", "tsconfig.json");
    tsc("-p", "tsconfig.build.json", "--noEmit", "--skipLibCheck", "false");
  });

  it("builds, installs from its tarball, and passes its tests: conformance, cases, exact in simulation", () => {
    tsc("-p", "tsconfig.build.json");
    const [packed] = packFolders([plugin], project);
    npm([...offline, packed!.tarball], project);
    copyTests();
    const reporters = ["--reporter=default", "--reporter=json", "--outputFile.json=report.json"];
    tool("vitest/vitest.mjs", ["run", ...reporters], project);
    const report = JSON.parse(readFileSync(join(project, "report.json"), "utf8")) as TestReport;
    const titles = report.testResults.flatMap((file) => file.assertionResults.map((test) => test.fullName));
    expect(titles.filter((title) => title.startsWith("conformance")).length).toBeGreaterThan(20);
    expect(titles.filter((title) => title.includes("simulated Verilog agree"))).toHaveLength(2);
  });
});

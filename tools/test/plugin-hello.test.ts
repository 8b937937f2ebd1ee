import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const example = join(root, "examples", "plugin-hello");
const project = mkdtempSync(join(tmpdir(), "gatefold-hello-"));
const plugin = join(project, "plugin");

interface Manifest {
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Without what an `npm run` around this test says about the repository. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([key]) => !/^(npm_(?!config_cache$)|vitest|node_options$)/i.test(key)),
);

/** Runs a program; what it says becomes the message when it fails. */
function run(program: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(program, args, { cwd, env, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

const tool = (name: string, args: readonly string[], cwd: string): string =>
  run(process.execPath, [join(project, "node_modules", name), ...args], cwd);
const tsc = (...args: readonly string[]): string => tool("typescript/bin/tsc", args, plugin);

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
    run(process.execPath, [join(root, "tools", "install.mjs"), project, ...needed], root);
  });
  afterAll(() => rmSync(project, { recursive: true }));

  it("type-checks against the published types, and these in themselves", () => {
    tsc("-p", "tsconfig.json");
    tsc("-p", "tsconfig.build.json", "--noEmit", "--skipLibCheck", "false");
  });

  it("builds, installs from its tarball, and passes its tests: conformance, cases, exact in simulation", () => {
    tsc("-p", "tsconfig.build.json");
    const packed = run("npm", ["pack", "--silent", "--ignore-scripts"], plugin).trim();
    const install = ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    run("npm", [...install, join(plugin, packed)], project);
    copyTests();
    const report = JSON.parse(tool("vitest/vitest.mjs", ["run", "--reporter=json"], project));
    expect(report.success).toBe(true);
    const titles: readonly string[] = report.testResults.flatMap(
      (file: { readonly assertionResults: readonly { readonly fullName: string }[] }) =>
        file.assertionResults.map(({ fullName }) => fullName),
    );
    expect(titles.filter((title) => title.startsWith("conformance")).length).toBeGreaterThan(20);
    expect(titles.filter((title) => title.includes("simulated Verilog agree"))).toHaveLength(2);
  });
});

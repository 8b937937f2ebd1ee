import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCompiler } from "@gatefold/core";
import { describe, expect, it } from "vitest";
import { loadConfig, openSession, passes, standard } from "../src/index.js";
import { gatefold, temporaryFolder } from "./helpers/run.js";
import { tiny } from "./helpers/tiny.js";

const folder = temporaryFolder();
let count = 0;
/** A working folder with these files. */
function project(files: Readonly<Record<string, string>>): string {
  const path = join(folder, String(count++));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, ".."), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

const typed = `
interface Settings { readonly fps: number }
const settings: Settings = { fps: 50_000 };
export default { ...settings, target: "ice40-up5k", plugins: [false, [{ name: "mine", targets: [] }]] };
`;

describe("a configuration", () => {
  it("in TypeScript is found and used", async () => {
    const cwd = project({ "gatefold.config.ts": typed });
    const { stdout, code } = await gatefold(["estimate", tiny], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain(
      "  target      ice40-up5k          12 MHz (default) · at least 50 000 inferences/s\n",
    );
  });

  it("in JavaScript is found and used", async () => {
    const cwd = project({ "gatefold.config.js": 'export default { target: "ecp5-25k", plugins: [] };' });
    const { stdout } = await gatefold(["estimate", tiny], { cwd });
    expect(stdout).toContain("  target      ecp5-25k            50 MHz (default)");
  });

  it("is overruled by the command line, and a rate puts its cycles aside", async () => {
    const cwd = project({
      "gatefold.config.mjs": "export default { cycles: 16, clockMhz: 30, plugins: [] };",
    });
    const { stdout, code } = await gatefold(["estimate", tiny, "--fps", "2000"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("30 MHz · at least 2 000 inferences/s\n");
  });

  it("can be named", async () => {
    const cwd = project({ "conf/mine.ts": "export default { clockMhz: 7, plugins: [] };" });
    const { stdout } = await gatefold(["estimate", tiny, "--config", "conf/mine.ts"], { cwd });
    expect(stdout).toContain("7 MHz");
  });

  it("that is not there, is no object, has a slip or throws is refused with its name", async () => {
    const cwd = project({
      "list.mjs": "export default [];",
      "slip.mjs": "export default { targte: 1, plugins: [] };",
      "throws.mjs": 'throw new Error("no licence");',
    });
    const said = async (name: string): Promise<string> =>
      (await gatefold(["passes", "--config", name], { cwd })).stderr;
    expect(await said("no.mjs")).toBe(
      "error: The configuration `no.mjs` cannot be read: there is no such file. [cli/unreadable]\n  hint: check the path\n",
    );
    expect(await said("list.mjs")).toBe(
      "error: The configuration `list.mjs` has no object as its default export. [cli/bad-config]\n" +
        "  hint: export default defineConfig({ plugins: [ … ] })\n",
    );
    expect(await said("slip.mjs")).toContain(
      "error: The configuration `slip.mjs` has no setting `targte`. [cli/unknown-config-key]\n",
    );
    expect(await said("slip.mjs")).toContain("  hint: did you mean `target`?\n");
    expect(await said("throws.mjs")).toBe(
      "error: The configuration `throws.mjs` cannot be loaded: no licence [cli/config-failed]\n" +
        "  hint: run it with `node` alone to see where it fails\n",
    );
  });

  it("is nothing where there is none", async () => {
    expect(await loadConfig(undefined, project({ "a.txt": "" }))).toEqual({});
  });
});

describe("plugins", () => {
  const target = `{ name: "my-board", family: "ice40", device: "iCE40HX1K", defaultClockMhz: 9, lutInputs: 4, tools: {},
    resources: { lutCount: 1, ffCount: 1, bramCount: 0, bramBits: 0, dspCount: 0 } }`;

  it("come from packages by name: a default, or the only export, or a factory", async () => {
    const manifest = (name: string): string =>
      JSON.stringify({ name, version: "1.0.0", type: "module", exports: "./index.js" });
    const cwd = project({
      "node_modules/gatefold-plugin-board/package.json": manifest("gatefold-plugin-board"),
      "node_modules/gatefold-plugin-board/index.js": `export const board = () => ({ name: "board", targets: [${target}] });`,
      "node_modules/gatefold-plugin-two/package.json": manifest("gatefold-plugin-two"),
      "node_modules/gatefold-plugin-two/index.js": "export const a = { name: 'a' }, b = { name: 'b' };",
      "package.json": JSON.stringify({ dependencies: { "gatefold-plugin-board": "1.0.0" } }),
    });
    const argv = ["estimate", tiny, "--target", "my-board", "--plugin"];
    expect(await gatefold([...argv, "gatefold-plugin-board"], { cwd })).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect((await gatefold([...argv, "gatefold-plugin-baord"], { cwd })).stderr).toBe(
      "error: There is no package `gatefold-plugin-baord` to take a plugin from. [cli/unknown-plugin]\n" +
        "  hint: did you mean `gatefold-plugin-board`?\n",
    );
    expect((await gatefold([...argv, "gatefold-plugin-two"], { cwd })).stderr).toContain(
      "The package `gatefold-plugin-two` brings no plugin: it exports 2 things that could be one. [cli/plugin-shape]",
    );
  });

  it("of a standard name take the standard one's place", () => {
    const mine = { name: "streamline", passes: [] };
    const { compiler } = openSession({ plugins: [mine] });
    expect(compiler.plugins.filter(({ name }) => name === "streamline")).toEqual([mine]);
    expect(passes({ plugins: [mine] }).map((p) => p.plugin)).not.toContain("streamline");
  });

  it("stand in `passes` with phase, promise and owner", async () => {
    const { stdout } = await gatefold(["passes"]);
    expect(stdout.split("\n").find((line) => line.includes("to-integers"))).toMatch(
      /^streamline +to-integers +streamline +bit-exact +The same function on exact integers/,
    );
  });

  it("are made anew, so that two compilers do not meet", async () => {
    const [one, two] = [standard({ fps: 10 }), standard({ fps: 20 })];
    const first = createCompiler({ plugins: one });
    const second = createCompiler({ plugins: two });
    const seen: string[] = [];
    first.hooks.beforePass.tap(({ pass }) => {
      seen.push(pass.name);
    });
    await second.compile(tiny);
    expect(seen).toEqual([]);
    await first.compile(tiny);
    expect(seen).toContain("streamline/to-integers");
  });
});

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { root } from "../workspaces.mjs";

const scratch = mkdtempSync(join(tmpdir(), "gatefold-packages-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** What `npm run check:packages` says about the folders, or about all packages. */
function check(...folders: readonly string[]): { readonly said: string; readonly ok: boolean } {
  try {
    const args = [join(root, "tools", "check-packages.mjs"), ...folders];
    return {
      said: execFileSync(process.execPath, args, { cwd: root, encoding: "utf8", stdio: "pipe" }),
      ok: true,
    };
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
    return { said: `${stdout}${stderr}`, ok: false };
  }
}

it("every package is fit to be published: publint, attw, README and LICENSE", () => {
  expect(check()).toEqual({ said: expect.stringMatching(/^\d+ packages, 0 problems\n$/), ok: true });
});

it("a package that promises types it does not carry, or forgets its README, is found", () => {
  const broken = join(scratch, "broken");
  cpSync(join(root, "packages", "report"), broken, { recursive: true });
  rmSync(join(broken, "README.md"));
  const path = join(broken, "package.json");
  writeFileSync(path, readFileSync(path, "utf8").replace("./dist/index.d.ts", "./dist/nowhere.d.ts"));
  const { said, ok } = check(broken);
  expect(ok).toBe(false);
  expect(said).toContain("the tarball has no README.md");
  expect(said).toMatch(/publint: .*nowhere\.d\.ts/);
  expect(said).toContain("attw: ");
});

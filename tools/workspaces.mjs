// What the packaging scripts know of the repository: its packages, and how they become tarballs.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");

/** The packages of a repository, sorted by folder. */
export function workspaces(repository = root) {
  const folder = join(repository, "packages");
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((dir) => existsSync(join(dir, "package.json")))
    .map((dir) => ({ dir, manifest: JSON.parse(readFileSync(join(dir, "package.json"), "utf8")) }));
}

/** The environment without what an `npm run` or a test run around us says about the repository that it runs in. */
export function plainEnvironment() {
  const ours = /^(npm_(?!config_cache$)|vitest|gatefold_|node_options$)/i;
  const kept = Object.entries(process.env).filter(([key]) => !ours.test(key));
  return { ...Object.fromEntries(kept), NO_COLOR: "1" };
}

/** Runs npm in a folder. Throws with everything that npm said when it fails. */
export function npm(args, cwd) {
  try {
    return execFileSync("npm", args, { cwd, env: plainEnvironment(), encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    throw new Error(`npm ${args.slice(0, 2).join(" ")} failed in ${cwd}:\n${error.stderr}${error.stdout}`);
  }
}

/** Packs package folders into `into`, as a publication would. Gives each tarball with the paths in it, in their order. */
export function packFolders(dirs, into) {
  mkdirSync(into, { recursive: true });
  const missing = dirs.filter((dir) => !existsSync(join(dir, "dist")));
  if (missing.length > 0) throw new Error(`not built: ${missing.join(", ")}; run \`npm run build\` first`);
  const out = npm(["pack", "--json", "--ignore-scripts", "--pack-destination", into, ...dirs], root);
  const said = JSON.parse(out);
  // An object by name since npm 11.17, a list before.
  const packed = new Map(Object.values(said).map((each) => [each.name, each]));
  return dirs.map((dir) => {
    const { name } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
    const { filename, files } = packed.get(name);
    const tarball = join(into, filename.replace(/^@/, "").replace("/", "-"));
    return { name, dir, tarball, files: files.map(({ path }) => path) };
  });
}

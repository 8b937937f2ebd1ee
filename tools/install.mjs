// Installs packed packages into a folder without a network: node tools/install.mjs <folder> <package …>
// The folder becomes the project of somebody who has only what is published.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { npm, packFolders, root, workspaces } from "./workspaces.mjs";

const known = new Map(workspaces().map((each) => [each.manifest.name, each]));

/** The arguments of an installation that asks no registry and runs no scripts. */
export const offline = ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"];

/** Our packages that these need, themselves included. */
function closure(names) {
  const found = new Set();
  const walk = (name) => {
    if (!known.has(name) || found.has(name)) return;
    found.add(name);
    const { dependencies, peerDependencies } = known.get(name).manifest;
    for (const next of Object.keys({ ...dependencies, ...peerDependencies })) walk(next);
  };
  for (const name of names) walk(name);
  return [...found].map((name) => known.get(name));
}

/**
 * Packs and installs the named packages and those of ours that they need. What others wrote comes as links into the
 * repository's node_modules, and only what a manifest names: an import that no manifest declares does not resolve.
 */
export function installPacked(names, folder) {
  const ours = closure(names);
  const declared = ours.flatMap(({ manifest }) =>
    Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
  );
  const others = new Set([...names, ...declared].filter((name) => !known.has(name)));
  const tarballs = packFolders(
    ours.map(({ dir }) => dir),
    join(folder, "tarballs"),
  );
  const dependencies = Object.fromEntries([
    ...tarballs.map(({ name, tarball }) => [name, `file:${tarball}`]),
    ...[...others].sort().map((name) => [name, `file:${join(root, "node_modules", name)}`]),
  ]);
  const manifest = { name: "somebody", version: "1.0.0", private: true, type: "module", dependencies };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  npm(offline, folder);
}

if (process.argv[1] === import.meta.filename) {
  const [, , folder, ...names] = process.argv;
  mkdirSync(resolve(folder), { recursive: true });
  installPacked(names, resolve(folder));
}

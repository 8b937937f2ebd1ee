import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

let known: Readonly<Record<string, string>> | undefined;

/** The versions of this package and of those of ours that it stands on, by name. */
export function packageVersions(): Readonly<Record<string, string>> {
  known ??= readVersions();
  return known;
}

function readVersions(): Readonly<Record<string, string>> {
  const require = createRequire(import.meta.url);
  const own = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const names = Object.keys({ ...own.peerDependencies, ...own.dependencies }).filter((name) =>
    name.startsWith("@gatefold/"),
  );
  const versions = names.map((name): [string, string] => [name, require(`${name}/package.json`).version]);
  return Object.fromEntries([[own.name, own.version] as [string, string], ...versions].sort());
}

import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../include/", import.meta.url);

/** The header library and the shim: path under `include/` and text, sorted. */
export function libraryFiles(): ReadonlyMap<string, string> {
  const names = ["gatefold", "shim"].flatMap((part) =>
    readdirSync(new URL(`${part}/`, folder)).map((file) => `${part}/${file}`),
  );
  return new Map(names.sort().map((path) => [path, readFileSync(new URL(path, folder), "utf8")]));
}

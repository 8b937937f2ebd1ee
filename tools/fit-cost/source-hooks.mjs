import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

const packages = new URL("../../packages/", import.meta.url);

/** `@gatefold/x` is the source of package x; `./y.js` is `./y.ts` where only that is there. */
export async function resolve(specifier, context, next) {
  const name = /^@gatefold\/([\w-]+)$/.exec(specifier)?.[1];
  if (name) return { url: new URL(`${name}/src/index.ts`, packages).href, shortCircuit: true };
  if (specifier.startsWith(".") && specifier.endsWith(".js") && context.parentURL?.endsWith(".ts")) {
    const url = new URL(specifier.replace(/\.js$/, ".ts"), context.parentURL);
    if (existsSync(fileURLToPath(url))) return { url: url.href, shortCircuit: true };
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const source = await readFile(fileURLToPath(url), "utf8");
  const { code } = await transform(source, { loader: "ts", format: "esm", target: "node20.19" });
  return { format: "module", source: code, shortCircuit: true };
}

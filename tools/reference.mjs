// Writes docs/reference/*.md from the built packages and their documentation: npm run docs:reference
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { explanations, standard } from "@gatefold/cli";
import { cliPage } from "./reference/cli.mjs";
import { diagnosticsPage, saidCodes } from "./reference/diagnostics.mjs";
import { hooksPage } from "./reference/hooks.mjs";
import { interfacesPage } from "./reference/interfaces.mjs";
import { opsPage } from "./reference/ops.mjs";
import { passesPage } from "./reference/passes.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** The generated pages by path from the root of the repository. */
export async function referencePages() {
  const plugins = standard();
  const models = plugins.flatMap((plugin) => plugin.models ?? []);
  return new Map([
    ["docs/reference/cli.md", await cliPage()],
    ["docs/reference/diagnostics.md", diagnosticsPage(root, explanations)],
    ["docs/reference/hooks.md", hooksPage(root)],
    ["docs/reference/interfaces.md", interfacesPage(root, models)],
    ["docs/reference/ops.md", opsPage(root, models)],
    ["docs/reference/passes.md", passesPage(root, plugins)],
  ]);
}

/** Codes that some package says and `gatefold explain` does not know. */
export function unexplainedCodes() {
  return [...saidCodes(root).keys()].filter((code) => explanations[code] === undefined).sort();
}

/** A page as it stands in the repository; `undefined` when it is not there. */
export function committedPage(path) {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}

/** Writes the pages that differ from what stands in the repository; gives their paths. */
export function writePages(pages) {
  const stale = [...pages].filter(([path, text]) => committedPage(path) !== text);
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return stale.map(([path]) => path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of writePages(await referencePages())) process.stdout.write(`wrote ${path}\n`);
}

// Checks packages as they would be published: node tools/check-packages.mjs [folder …]; all packages unless some are named.
// publint (manifest against files), attw (types as resolvers see them, profile esm-only), and what every package carries.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { packFolders, root, workspaces } from "./workspaces.mjs";

// attw's library, the one that its command line depends on.
const attwCli = createRequire(createRequire(import.meta.url).resolve("@arethetypeswrong/cli/package.json"));
const attw = await import(pathToFileURL(attwCli.resolve("@arethetypeswrong/core")).href);

/** What the profile `esm-only` leaves out: resolvers that don't know `exports`, and `require`. */
const ignoredResolutions = ["node10", "node16-cjs"];
const carried = ["LICENSE", "README.md", "package.json"];

async function publintProblems({ tarball }) {
  const bytes = new Uint8Array(readFileSync(tarball)).buffer;
  const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

async function attwProblems({ tarball }) {
  const result = await attw.checkPackage(attw.createPackageFromTarballData(readFileSync(tarball)));
  if (!result.types) return ["attw: no types"];
  return result.problems
    .filter(({ resolutionKind }) => !ignoredResolutions.includes(resolutionKind))
    .map(({ kind, entrypoint = "", resolutionKind = "" }) =>
      `attw: ${kind} ${entrypoint} ${resolutionKind}`.trimEnd(),
    );
}

function contentProblems({ dir, files }) {
  const missing = carried.filter((path) => !files.includes(path)).map((path) => `the tarball has no ${path}`);
  const loose = files.filter((path) => /^(src|test|assembly|scripts)\/|\.tsbuildinfo$/.test(path));
  const license = readFileSync(join(root, "LICENSE"), "utf8");
  const other = files.includes("LICENSE") && readFileSync(join(dir, "LICENSE"), "utf8") !== license;
  return [
    ...missing,
    ...loose.map((path) => `the tarball has ${path}`),
    ...(other ? ["its LICENSE is not the repository's"] : []),
  ];
}

const named = process.argv.slice(2).map((dir) => resolve(dir));
const dirs = named.length > 0 ? named : workspaces().map(({ dir }) => dir);
const into = mkdtempSync(join(tmpdir(), "gatefold-check-"));
try {
  let count = 0;
  for (const packed of packFolders(dirs, into)) {
    const problems = [
      ...contentProblems(packed),
      ...(await publintProblems(packed)),
      ...(await attwProblems(packed)),
    ];
    for (const problem of problems) process.stdout.write(`${packed.name}: ${problem}\n`);
    count += problems.length;
  }
  process.stdout.write(`${dirs.length} packages, ${count} problems\n`);
  process.exitCode = count > 0 ? 1 : 0;
} finally {
  rmSync(into, { recursive: true });
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { root, workspaces } from "../workspaces.mjs";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly files?: readonly string[];
  readonly nx?: { readonly tags?: readonly string[] };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface Import {
  /** `@scope/name` or `name`. */
  readonly of: string;
  readonly file: string;
}

interface Package {
  readonly dir: string;
  readonly manifest: Manifest;
  readonly type: string;
  readonly imports: readonly Import[];
  readonly declared: readonly string[];
}

/** Layers: which kinds a kind may import. `*` is all. Kinds that are not here may import nothing of ours. */
const layers: Readonly<Record<string, readonly string[]>> = {
  core: [],
  testkit: ["core"],
  target: ["core"],
  dialect: ["core", "dialect", "netlist"],
  netlist: ["core"],
  pass: ["core", "dialect", "netlist"],
  analysis: ["core", "dialect", "netlist"],
  backend: ["core", "dialect", "netlist"],
  // What puts an emitted design into a vendor's tools and on a board.
  project: ["core", "dialect", "backend"],
  frontend: ["core", "dialect"],
  tool: ["core", "dialect", "toolchain"],
  toolchain: [],
  // What puts tools to work on networks: training, fault campaigns.
  study: ["core", "dialect", "frontend", "pass", "analysis", "tool", "study"],
  cli: ["*"],
};

/** Not only the layer: among dialects, the hardware is written in terms of the integers, and nothing else leans on another. */
const dialectsUnder: Readonly<Record<string, readonly string[]>> = {
  "@gatefold/dialect-hw": ["@gatefold/dialect-q"],
};

/** Passes stand alone, but for the one that builds layers with the algorithms of others and offers them to folding. */
const passesUnder: Readonly<Record<string, readonly string[]>> = {
  "@gatefold/pass-spatial": ["@gatefold/pass-cmvm", "@gatefold/pass-fold", "@gatefold/pass-truthtable"],
};

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** Every package that the sources import, types included. */
function importsOf(dir: string): readonly Import[] {
  const found: Import[] = [];
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
    const path = join(entry.parentPath, entry.name);
    const { importedFiles } = ts.preProcessFile(readFileSync(path, "utf8"), true, true);
    for (const { fileName } of importedFiles) {
      if (/^(\.|node:|$)/.test(fileName)) continue;
      found.push({ of: packageOf(fileName), file: relative(root, path) });
    }
  }
  return found;
}

function readPackage(dir: string, manifest: Manifest): Package {
  const tags = manifest.nx?.tags ?? [];
  const type = tags.find((tag) => tag.startsWith("type:"))?.slice("type:".length) ?? "none";
  return {
    dir,
    manifest,
    // The layer below the tools is one package of their kind.
    type: manifest.name === "@gatefold/toolchain" ? "toolchain" : type,
    imports: importsOf(join(dir, "src")),
    declared: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
  };
}

const packages = workspaces().map(({ dir, manifest }) => readPackage(dir, manifest as Manifest));
const byName = new Map(packages.map((each) => [each.manifest.name, each]));

/** One circle among the packages' declared dependencies, or nothing. */
function findCircle(name: string, path: readonly string[] = []): readonly string[] | undefined {
  if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
  const ours = byName.get(name)?.declared.filter((each) => byName.has(each)) ?? [];
  for (const next of ours) {
    const circle = findCircle(next, [...path, name]);
    if (circle) return circle;
  }
  return undefined;
}

function mayImport(from: Package, to: Package): boolean {
  if (from.type === "dialect" && to.type === "dialect") {
    return dialectsUnder[from.manifest.name]?.includes(to.manifest.name) ?? false;
  }
  if (passesUnder[from.manifest.name]?.includes(to.manifest.name)) return true;
  const allowed = layers[from.type] ?? [];
  return allowed.includes("*") || allowed.includes(to.type);
}

/** The front matter of all changesets that wait. */
const announced = readdirSync(join(root, ".changeset"))
  .filter((file) => file.endsWith(".md") && file !== "README.md")
  .map((file) => readFileSync(join(root, ".changeset", file), "utf8").split("---")[1] ?? "")
  .join("\n");

describe.each(packages.map((each) => [each.manifest.name, each] as const))("%s", (name, each) => {
  const { manifest, imports, declared } = each;

  it("declares all that it imports", () => {
    const undeclared = imports.filter(({ of }) => of !== name && !declared.includes(of));
    expect(undeclared.map(({ of, file }) => `${file} imports ${of}`)).toEqual([]);
  });

  it("imports all that it declares", () => {
    const used = new Set(imports.map(({ of }) => of));
    expect(declared.filter((dependency) => !used.has(dependency))).toEqual([]);
  });

  it("stays within its layer", () => {
    expect(layers).toHaveProperty(each.type);
    const ours = imports.flatMap(({ of, file }) => (byName.has(of) ? [{ to: byName.get(of)!, file }] : []));
    const beyond = ours.filter(({ to }) => !mayImport(each, to));
    expect(beyond.map(({ to, file }) => `${file} imports ${to.manifest.name}`)).toEqual([]);
  });

  it("is part of no circle", () => {
    expect(findCircle(name)).toBeUndefined();
  });

  it("has core as a peer, not as a dependency: ops are known by identity", () => {
    expect(manifest.dependencies ?? {}).not.toHaveProperty("@gatefold/core");
  });

  it("accepts our packages as they are, and later ones", () => {
    const ours = Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(
      ([dependency]) => byName.has(dependency),
    );
    const pinned = ours.filter(([, range]) => !/^(\^\d|<\d+$)/.test(range));
    expect(pinned).toEqual([]);
  });

  it("says what a registry and a bundler want to know", () => {
    expect(manifest).toMatchObject({
      license: "Apache-2.0",
      type: "module",
      sideEffects: false,
      engines: { node: ">=20.19" },
      exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
      publishConfig: { access: "public" },
    });
    expect(manifest.description).toMatch(/^.{20,200}\.$/);
    expect(manifest.keywords).toContain("gatefold");
    expect(manifest.files).toEqual(expect.arrayContaining(["dist", "README.md"]));
    const unknown = (manifest.files ?? []).filter(
      (file) => file !== "dist" && !existsSync(join(each.dir, file)),
    );
    expect(unknown).toEqual([]);
    expect(JSON.stringify(manifest)).not.toMatch(/"(repository|homepage|bugs|author)"/);
  });

  it("is announced in a changeset when it was never published", () => {
    expect(manifest.version !== "0.0.0" || announced.includes(`"${name}": `)).toBe(true);
  });

  it("is marked as a plugin when it is one", () => {
    const kinds = ["frontend", "dialect", "pass", "analysis", "target", "backend"];
    const isPlugin = kinds.includes(each.type);
    const marks = [`gatefold-plugin`, `gatefold-${each.type}`].filter((mark) =>
      manifest.keywords?.includes(mark),
    );
    expect(marks).toHaveLength(isPlugin ? 2 : 0);
    expect(!isPlugin || name.startsWith(`@gatefold/${each.type}-`)).toBe(true);
  });
});

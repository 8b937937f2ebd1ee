import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../rtl/", import.meta.url);

/**
 * The hand-written modules that ship with the package, by name, with those that each instantiates: what a set of
 * modules needs is found by walking their sources.
 */
export class RtlLibrary {
  readonly #sources = new Map<string, string>();

  constructor() {
    for (const file of readdirSync(folder)) {
      if (file.endsWith(".v"))
        this.#sources.set(file.slice(0, -2), readFileSync(new URL(file, folder), "utf8"));
    }
  }

  has(module: string): boolean {
    return this.#sources.has(module);
  }

  /**
   * The named modules and all that they, and further sources, instantiate; sorted by name, with their sources. The further
   * sources are not among them.
   */
  closure(
    modules: Iterable<string>,
    sources: Iterable<string> = [],
  ): readonly { readonly name: string; readonly source: string }[] {
    const found = new Map<string, string>();
    const walk = (name: string): void => {
      const source = this.#sources.get(name);
      if (source === undefined || found.has(name)) return;
      found.set(name, source);
      walkUsed(source, name);
    };
    const walkUsed = (source: string, name: string | undefined): void => {
      const code = source.replace(/\/\/.*$/gm, "");
      for (const [used] of code.matchAll(/\bgf_\w+\b/g)) if (used !== name) walk(used);
    };
    for (const name of modules) walk(name);
    for (const source of sources) walkUsed(source, undefined);
    return [...found].map(([name, source]) => ({ name, source })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

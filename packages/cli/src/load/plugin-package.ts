import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DiagnosticError, type Plugin } from "@gatefold/core";
import { createJiti } from "jiti";
import { pluginFailed, pluginShape, unknownPlugin } from "../diagnostics.js";
import { nativeFirst } from "./loader.js";

function isPlugin(value: unknown): value is Plugin {
  return typeof value === "object" && value !== null && typeof (value as Plugin).name === "string";
}

/** Packages that the folder's own package.json names, for suggestions. */
function installed(cwd: string): readonly string[] {
  try {
    const json = JSON.parse(readFileSync(join(cwd, "package.json"), "utf8"));
    return ["dependencies", "devDependencies"].flatMap((field) => Object.keys(json[field] ?? {}));
  } catch {
    return []; // no package.json: there is nothing to suggest
  }
}

function notFound(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  const missing = code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND";
  return missing && (message ?? "").includes(name);
}

/**
 * Takes a plugin from a package or file that is installed for `cwd`: its default export, or the only plugin or factory
 * that it exports; a factory is called without options. Throws `DiagnosticError`.
 */
export async function loadPlugin(name: string, cwd: string): Promise<Plugin> {
  const jiti = createJiti(pathToFileURL(join(cwd, "gatefold.js")).href, {
    ...nativeFirst,
    // a module without a default has none, instead of itself
    interopDefault: false,
  });
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await jiti.import(name);
  } catch (error) {
    if (notFound(error, name)) throw new DiagnosticError([unknownPlugin(name, installed(cwd))]);
    throw new DiagnosticError([pluginFailed(name, error)], { cause: error });
  }
  const candidates = exported["default"] === undefined ? Object.values(exported) : [exported["default"]];
  const usable = candidates.filter((each) => isPlugin(each) || typeof each === "function");
  if (usable.length !== 1) {
    const what =
      usable.length === 0 ? "it exports none" : `it exports ${usable.length} things that could be one`;
    throw new DiagnosticError([pluginShape(name, what)]);
  }
  return callFactory(name, usable[0]);
}

function callFactory(name: string, found: unknown): Plugin {
  let plugin: unknown;
  try {
    plugin = typeof found === "function" ? found() : found;
  } catch (error) {
    if (error instanceof DiagnosticError) throw error.withNote(`raised by the plugin \`${name}\``);
    throw new DiagnosticError([pluginFailed(name, error)], { cause: error });
  }
  if (isPlugin(plugin)) return plugin;
  throw new DiagnosticError([pluginShape(name, "its factory gives no plugin")]);
}

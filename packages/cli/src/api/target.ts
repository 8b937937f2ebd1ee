import { DiagnosticError, defineConfig, type PluginInput, type Target } from "@gatefold/core";
import { unknownTarget } from "../diagnostics.js";
import { defaults } from "./options.js";

/** All targets that plugins bring; a later one of the same name wins. */
export function targetsOf(plugins: readonly PluginInput[]): ReadonlyMap<string, Target> {
  const flat = defineConfig({ plugins }).plugins;
  return new Map(flat.flatMap((plugin) => plugin.targets ?? []).map((target) => [target.name, target]));
}

/** The device that a name means. Throws `DiagnosticError` (`cli/unknown-target`). */
export function findTarget(
  wanted: string | Target | undefined,
  targets: ReadonlyMap<string, Target>,
): Target {
  if (typeof wanted === "object") return wanted;
  const name = wanted ?? defaults.target;
  const found = targets.get(name);
  if (!found) throw new DiagnosticError([unknownTarget(name, [...targets.keys()])]);
  return found;
}

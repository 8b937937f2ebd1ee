import { type Diagnostic, DiagnosticError } from "../diag/diagnostic.js";
import { badPlugin, duplicateName, pluginCycle, unknownPluginName } from "../diagnostics.js";
import type { Plugin } from "./plugin.js";

function checkNames(plugins: readonly Plugin[]): void {
  const errors: Diagnostic[] = [];
  const names = plugins.map((p) => p.name);
  plugins.forEach((plugin, i) => {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(plugin.name)) {
      errors.push(badPlugin(String(plugin.name), "has a name that is not kebab-case"));
    }
    if (names.indexOf(plugin.name) < i)
      errors.push(duplicateName("plugin", plugin.name, [plugin.name, plugin.name]));
    for (const field of ["before", "after"] as const) {
      for (const name of plugin[field] ?? []) {
        if (!names.includes(name)) errors.push(unknownPluginName(plugin.name, field, name, names));
      }
    }
  });
  if (errors.length > 0) throw new DiagnosticError(errors);
}

/** The members of one circle among plugins that all wait for each other, first named again at the end. */
function findCycle(waiting: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const path: string[] = [];
  let at: string = [...waiting.keys()][0]!;
  while (!path.includes(at)) {
    path.push(at);
    at = [...waiting.get(at)!].find((name) => waiting.has(name))!;
  }
  // `waiting` says who comes earlier, so that the path runs backwards.
  return [...path.slice(path.indexOf(at)), at].reverse();
}

/**
 * Orders plugins by their `before` and `after`; where these leave it open, in the order of the configuration.
 * Throws `DiagnosticError` with every unknown and duplicate name, or with the members of a cycle.
 */
export function orderPlugins(plugins: readonly Plugin[]): readonly Plugin[] {
  checkNames(plugins);
  const earlier = new Map(plugins.map((p) => [p.name, new Set(p.after ?? [])]));
  for (const plugin of plugins) {
    for (const name of plugin.before ?? []) earlier.get(name)!.add(plugin.name);
  }
  const ordered: Plugin[] = [];
  const left = [...plugins];
  while (left.length > 0) {
    const at = left.findIndex((p) => [...earlier.get(p.name)!].every((name) => !earlier.has(name)));
    if (at < 0) throw new DiagnosticError([pluginCycle(findCycle(earlier))]);
    const [next] = left.splice(at, 1);
    earlier.delete(next!.name);
    ordered.push(next!);
  }
  return ordered;
}

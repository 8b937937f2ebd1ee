import { defineConfig, type Plugin, type PluginInput } from "@gatefold/core";

/** The standard plugins with the given ones: one of a standard name takes its place, the others come after. */
export function replaceByName(standard: readonly Plugin[], given: readonly PluginInput[]): readonly Plugin[] {
  const own = defineConfig({ plugins: given }).plugins;
  const replaced = standard.map((plugin) => own.find(({ name }) => name === plugin.name) ?? plugin);
  return [...replaced, ...own.filter((plugin) => !replaced.includes(plugin))];
}

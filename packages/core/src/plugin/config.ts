import type { Plugin } from "./plugin.js";

/** A plugin, nothing (`condition && plugin()`), or a list of these. */
export type PluginInput = Plugin | false | null | undefined | "" | 0 | readonly PluginInput[];

export interface ConfigInput {
  readonly plugins: readonly PluginInput[];
}

export interface Config {
  readonly plugins: readonly Plugin[];
}

function flatten(input: PluginInput): readonly Plugin[] {
  if (!input) return [];
  return Array.isArray(input) ? input.flatMap(flatten) : [input as Plugin];
}

/**
 * Flattens nested plugin lists and drops falsy entries. Other fields (the command line's) stay as they are, with
 * their types.
 */
export function defineConfig<const T extends ConfigInput>(config: T): Omit<T, "plugins"> & Config {
  return Object.freeze({ ...config, plugins: Object.freeze(flatten(config.plugins)) });
}

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { DiagnosticError } from "@gatefold/core";
import { createJiti } from "jiti";
import type { BuildOptions } from "../api/build.js";
import { badConfig, configFailed, unknownConfigKey, unreadable } from "../diagnostics.js";
import { nativeFirst } from "./loader.js";

/** A configuration file's default export: plugins, and any of the build's options. */
export type GatefoldConfig = Omit<BuildOptions, "model" | "onEvent" | "signal">;

/** Names that are looked for in the working folder, in this order. */
export const configNames = [
  "gatefold.config.ts",
  "gatefold.config.mts",
  "gatefold.config.js",
  "gatefold.config.mjs",
] as const;

const settings: Readonly<Record<keyof GatefoldConfig, true>> = {
  plugins: true,
  target: true,
  inputs: true,
  dims: true,
  handlers: true,
  maxElements: true,
  fps: true,
  cycles: true,
  clockMhz: true,
  folding: true,
  multipliers: true,
  requantize: true,
  tables: true,
  budgetShare: true,
  latencyNs: true,
  implementation: true,
  implementationOf: true,
  device: true,
  board: true,
  baud: true,
  vendors: true,
  hls: true,
  writableWeights: true,
  check: true,
  dump: true,
  data: true,
  labels: true,
  seed: true,
  verify: true,
  rtlVerify: true,
  stalls: true,
  synth: true,
  vcd: true,
  out: true,
  force: true,
  command: true,
};

/**
 * Loads a configuration: the given file, else the first of `configNames` in `cwd`, else none. TypeScript runs as it is.
 * Throws `DiagnosticError`.
 */
export async function loadConfig(path: string | undefined, cwd: string): Promise<GatefoldConfig> {
  const found = path ?? configNames.find((name) => existsSync(join(cwd, name)));
  if (found === undefined) return {};
  const file = resolve(cwd, found);
  if (!existsSync(file)) {
    throw new DiagnosticError([unreadable(found, "configuration", "there is no such file")]);
  }
  let config: unknown;
  try {
    config = await createJiti(import.meta.url, nativeFirst).import(file, { default: true });
  } catch (error) {
    if (error instanceof DiagnosticError) throw error.withNote(`raised by the configuration \`${found}\``);
    throw new DiagnosticError([configFailed(found, error)], { cause: error });
  }
  return checkConfig(found, config);
}

function checkConfig(path: string, config: unknown): GatefoldConfig {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new DiagnosticError([badConfig(path, "has no object as its default export")]);
  }
  const known = Object.keys(settings);
  const unknown = Object.keys(config).filter((key) => !known.includes(key));
  if (unknown.length > 0) {
    throw new DiagnosticError(unknown.map((key) => unknownConfigKey(path, key, known)));
  }
  const { plugins } = config as GatefoldConfig;
  if (plugins !== undefined && !Array.isArray(plugins)) {
    throw new DiagnosticError([badConfig(path, "has `plugins` that are no list")]);
  }
  return config as GatefoldConfig;
}

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { DiagnosticError } from "@gatefold/core";
import type { TrainingConfig } from "@gatefold/train";
import { createJiti } from "jiti";
import { asDiagnostics } from "../api/foreign-errors.js";
import { badTraining, configFailed, unknownConfigKey, unreadable } from "../diagnostics.js";
import { nativeFirst } from "./loader.js";

/**
 * Loads a training from a file: its default export, or what that gives when it is a function. TypeScript runs as it is.
 * Throws `DiagnosticError`.
 */
export async function loadTraining(file: string, settings: readonly string[]): Promise<TrainingConfig> {
  if (!existsSync(file)) throw new DiagnosticError([unreadable(file, "training", "there is no such file")]);
  let config: unknown;
  try {
    const source: unknown = await createJiti(import.meta.url, nativeFirst).import(resolve(file), {
      default: true,
    });
    config = typeof source === "function" ? await (source as () => unknown)() : source;
  } catch (error) {
    const known = asDiagnostics(error);
    if (known instanceof DiagnosticError) throw known.withNote(`raised by the configuration \`${file}\``);
    throw new DiagnosticError([configFailed(file, error)], { cause: error });
  }
  return checkTraining(file, config, settings);
}

/** Throws `DiagnosticError` unless it is an object of known settings, the needed ones among them. */
export function checkTraining(path: string, config: unknown, settings: readonly string[]): TrainingConfig {
  if (typeof config !== "object" || config === null || Array.isArray(config))
    throw new DiagnosticError([badTraining(path, "has no object as its default export")]);
  const unknown = Object.keys(config).filter((key) => !settings.includes(key));
  if (unknown.length > 0)
    throw new DiagnosticError(unknown.map((key) => unknownConfigKey(path, key, settings)));
  const missing = ["model", "data", "optimizer", "epochs", "batch"].filter((key) => !(key in config));
  if (missing.length > 0)
    throw new DiagnosticError(missing.map((key) => badTraining(path, `has no \`${key}\``)));
  return config as TrainingConfig;
}

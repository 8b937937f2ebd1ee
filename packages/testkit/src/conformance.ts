import type { Module, Plugin, PluginInput } from "@gatefold/core";
import { compilerChecks } from "./checks/compiler.js";
import { dataChecks } from "./checks/data.js";
import { opChecks } from "./checks/ops.js";
import { packageChecks } from "./checks/package.js";
import { passChecks } from "./checks/passes.js";
import { type Runner, runnerOf } from "./runner.js";

/** A factory call with wrong options, and the path that its error has to name. */
export interface BadOptions {
  readonly make: () => unknown;
  readonly path: string;
}

export interface ConformanceOptions {
  /** Plugins that this one needs beside it. */
  readonly with?: readonly PluginInput[];
  /**
   * Modules that the plugin's passes take, as `.gf` text or built in code, by name. Together they hold every op
   * that the plugin brings.
   */
  readonly samples?: Readonly<Record<string, string | (() => Module)>>;
  /** Ops that mean nothing on values (a clock, a pin) and so have no evaluator. */
  readonly withoutEvaluator?: readonly string[];
  readonly badOptions?: readonly BadOptions[];
  /** The package's package.json, parsed. */
  readonly packageJson?: Readonly<Record<string, unknown>>;
  readonly runner?: Runner;
}

/** One requirement; `run` throws when the plugin does not meet it. */
export interface ConformanceCheck {
  readonly title: string;
  run(): void | Promise<void>;
}

/** The requirements on a plugin, as data. */
export function conformanceChecks(
  plugin: Plugin | (() => Plugin),
  options: ConformanceOptions = {},
): readonly ConformanceCheck[] {
  const make = typeof plugin === "function" ? plugin : () => plugin;
  return [packageChecks, opChecks, dataChecks, passChecks, compilerChecks].flatMap((group) =>
    group(make, options),
  );
}

/**
 * The suite that every plugin runs, ours and strangers': `await conformance(() => streamline(), { samples })`.
 * A factory is better than a plugin, since then two compilers get one each.
 */
export async function conformance(
  plugin: Plugin | (() => Plugin),
  options: ConformanceOptions = {},
): Promise<void> {
  const { describe, it } = await runnerOf(options.runner);
  const checks = conformanceChecks(plugin, options);
  describe("conformance", () => {
    for (const { title, run } of checks) it(title, () => run());
  });
}

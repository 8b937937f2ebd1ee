import {
  type Compiler,
  createCompiler,
  type Module,
  type Plugin,
  parseModule,
  throwIfErrors,
  verifyModule,
} from "@gatefold/core";
import type { ConformanceOptions } from "../conformance.js";

/** A compiler of the plugin and what it needs. */
export function compilerOf(plugin: Plugin, options: ConformanceOptions): Compiler {
  return createCompiler({ plugins: [options.with, plugin] });
}

/** Fresh copies of the samples, verified. */
export function samplesOf(
  compiler: Compiler,
  options: ConformanceOptions,
): readonly (readonly [string, Module])[] {
  return Object.entries(options.samples ?? {}).map(([name, sample]) => {
    const module =
      typeof sample === "string" ? parseModule(sample, { ops: compiler.ops, file: `${name}.gf` }) : sample();
    throwIfErrors(verifyModule(module));
    return [name, module] as const;
  });
}

import {
  createPassContext,
  DiagnosticError,
  type Module,
  type Pass,
  type PassContext,
  parseModule,
  type RunPassesOptions,
  runPasses,
} from "@gatefold/core";
import { testTable } from "./dialect.js";

/** A module whose main graph has the input `%x: tensor<2xi4>` and the given lines. */
export function moduleOf(...lines: readonly string[]): Module {
  return parseModule(`module "m" { main(%x: tensor<2xi4>) {\n${lines.join("\n")}\n} }`, { ops: testTable });
}

/** Runs passes in a context of their own. */
export async function run(
  module: Module,
  passes: readonly Pass[],
  options: Partial<RunPassesOptions> = {},
): Promise<PassContext> {
  const ctx = options.ctx ?? createPassContext();
  await runPasses(module, passes, { ...options, ctx });
  return ctx;
}

/** The DiagnosticError that `body` throws; fails when it throws none. */
export async function errorOf(body: () => unknown): Promise<DiagnosticError> {
  try {
    await body();
  } catch (error) {
    if (error instanceof DiagnosticError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

export async function codesOf(body: () => unknown): Promise<readonly string[]> {
  return (await errorOf(body)).diagnostics.map((d) => d.code);
}
